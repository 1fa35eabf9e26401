import assert from "node:assert/strict";
import { fromTyped, PasteReader, toTyped } from "../../../cli/chat/paste.ts";

/** The reader's events for some chunks, with adjacent ones of a kind joined. */
function read(pieces: Iterable<string>): string[] {
  const reader = new PasteReader();
  const read: string[] = [];
  for (const piece of pieces) {
    for (const { kind, text } of reader.feed(piece)) {
      const last = read.length - 1;
      if (kind === "typed" && read[last]?.startsWith("typed ")) read[last] += text;
      else read.push(`${kind} ${text}`);
    }
  }
  return read;
}

Deno.test("`PasteReader` separates typed from pasted text, wherever it is split", () => {
  const text = "ab\x1b[Dc\x1b[200~/quit\r\x1b[31mred\x1b[201~\r\x1b[200~\x1b[201~x\x1b[";
  const whole = ["typed ab\x1b[Dc", "pasted /quit\r\x1b[31mred", "typed \r", "pasted ", "typed x"];
  assert.deepEqual(read([text]), whole);
  assert.deepEqual(read(text), whole, "one character at a time");
  for (let at = 1; at < text.length; at++) assert.deepEqual(read([text.slice(0, at), text.slice(at)]), whole);
});

Deno.test("`PasteReader` passes on a partial mark that turns out to be text", () => {
  assert.deepEqual(read(["\x1b", "[2", "J"]), ["typed \x1b[2J"]);
  assert.deepEqual(read(["\x1b[200~a\x1b[20", "0~b\x1b[201~"]), ["pasted a\x1b[200~b"]);
  assert.deepEqual(read(["a\x1b[20", "1~b"]), ["typed ab"], "an end without a beginning");
});

Deno.test("`PasteReader` does not buffer a paste that is too long or never ends", () => {
  const reader = new PasteReader();
  reader.feed("\x1b[200~");
  for (let n = 0; n < 200; n++) assert.deepEqual(reader.feed("x".repeat(1000)), []);
  assert.deepEqual(reader.feed("\x1b[201~y"), [{ kind: "pasted", text: undefined }, { kind: "typed", text: "y" }]);
  assert.deepEqual(reader.feed("\x1b[200~z\x1b[201~"), [{ kind: "pasted", text: "z" }], "the next one is accepted");
});

Deno.test("`toTyped()` encodes a text as one row without terminal control characters, and `fromTyped()` decodes it", () => {
  const text = "function f() {\r\n\treturn 1;\r}\n";
  assert.equal(toTyped(text), "function f() {␤␉return 1;␤}␤");
  assert.equal(fromTyped(toTyped(text)), "function f() {\n\treturn 1;\n}\n");
  assert.equal(toTyped("a\x1b[2Jb\x07\x9b\ud800c"), "a[2Jb\ufffdc");
});
