import assert from "node:assert/strict";
import { content, CONTENT_MAX } from "../../db/rules.ts";
import { isComposing, submitsOn } from "../../static/js/keys.js";
import { lengthOf } from "../../static/js/room/text_box.js";
import { reasonOf } from "../../static/js/trouble.js";

const key = (name: string, more: object = {}) => ({ key: name, ...more });

Deno.test("Enter sends; on a touch keyboard it breaks the line; with Ctrl or Cmd it always sends", () => {
  assert.equal(submitsOn(key("Enter"), false), true);
  assert.equal(submitsOn(key("Enter"), true), false);
  for (const isTouch of [true, false]) {
    assert.equal(submitsOn(key("Enter", { ctrlKey: true }), isTouch), true);
    assert.equal(submitsOn(key("Enter", { metaKey: true }), isTouch), true);
    assert.equal(submitsOn(key("Enter", { shiftKey: true }), isTouch), false);
    assert.equal(submitsOn(key("Enter", { altKey: true }), isTouch), false);
    assert.equal(submitsOn(key("a"), isTouch), false);
  }
});

Deno.test("no key does anything during input method composition", () => {
  for (const composing of [{ isComposing: true }, { keyCode: 229 }]) {
    for (const more of [{}, { ctrlKey: true }, { metaKey: true }]) {
      assert.equal(submitsOn(key("Enter", { ...composing, ...more }), false), false);
    }
    assert.equal(isComposing(key("Escape", composing)), true);
  }
  assert.equal(Boolean(isComposing(key("Escape", { keyCode: 27, isComposing: false }))), false);
});

Deno.test("the page counts characters as the server does", () => {
  const texts = [
    "x",
    "\u{1F642}",
    "漢",
    "e\u0301",
    "\u200B",
    "\t",
    "a\nb",
    "\x07",
    "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}",
  ];
  for (const text of texts) {
    const length = lengthOf(`|${text}|`) - 2;
    const fits = "x".repeat(CONTENT_MAX - length - 2);
    assert.equal(content.safeParse(`${fits}|${text}|`).success, true, JSON.stringify(text));
    assert.equal(content.safeParse(`${fits}x|${text}|`).success, length + 2 > CONTENT_MAX, JSON.stringify(text));
    assert.equal(lengthOf(`${fits}|${text}|`), CONTENT_MAX);
  }
  const code = `\n\n    first\n${"x".repeat(CONTENT_MAX - 10)}`;
  assert.equal(lengthOf(code), CONTENT_MAX, "with the indent of code");
  assert.equal(content.safeParse(code).success, true);
  assert.equal(content.safeParse(`${code}x`).success, false);
  assert.equal(lengthOf(`  ${"x".repeat(CONTENT_MAX)} \n`), CONTENT_MAX, "without the space around it");
});

Deno.test("the connection status shows the server's reason, or that the server did not answer", () => {
  const reason = (...args: Parameters<typeof reasonOf>) => reasonOf(...args).join(" ");
  assert.match(
    reason(426, "upgrade_missing", "let the proxy pass on Upgrade"),
    /A proxy.*let the proxy pass on Upgrade\./,
  );
  assert.match(reason(403, "origin_mismatch", "PUBLIC_URL is x"), /from this address.*PUBLIC_URL is x\./);
  assert.match(reason(429, undefined, "Too many connections"), /no more connections.*Too many connections\./);
  assert.match(reason(404, undefined, "Room not found"), /refuses.*Room not found\./);
  assert.match(reason(404, undefined, undefined), /Another program.*status 404/);
});
