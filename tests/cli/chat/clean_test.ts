import assert from "node:assert/strict";
import { brief, clean, oneLine } from "../../../cli/chat/clean.ts";

Deno.test("`clean()` keeps words, emoji, line breaks and tabs", () => {
  const text = "Grüße, 世界 👩‍👩‍👧 שלום\n\tindented \\ \"quoted\" 'text'";
  assert.equal(clean(text), text);
});

Deno.test("`clean()` removes every control character, whatever sequence it begins", () => {
  const attacks = [
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x1b]8;;http://evil\x1b\\link",
    "\x1bP+q\x1b\\",
    "\u009b31m",
    "\u009d0;x\u009c",
    "a\rb",
    "a\bb",
    "a\x7fb",
    "a\x00b",
    "a\x0bb\x0cc",
    "a\u0085b",
  ];
  for (const attack of attacks) {
    // deno-lint-ignore no-control-regex -- what must not be left
    assert.doesNotMatch(clean(attack), /[\x00-\x08\x0b-\x1f\x7f-\x9f]/, JSON.stringify(attack));
  }
  assert.equal(clean("\x1b[31mred"), "␛[31mred");
});

Deno.test("`clean()` removes bidi controls and lone surrogates", () => {
  const controls = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";
  assert.equal(clean(`a${controls}b`), "ab");
  assert.equal(clean("a\ud800b"), "a\ufffdb");
});

Deno.test("`oneLine()` encodes a text on one line, reversibly", () => {
  assert.equal(oneLine("one\ntwo\r\nthree\u2028four"), "one\\ntwo\\nthree\\nfour");
  const text = "a\\nb\nc\\\\d\n";
  const back = oneLine(text).replace(/\\(.)/g, (_all, letter) => letter === "n" ? "\n" : letter);
  assert.equal(back, text);
});

Deno.test("`brief()` returns one short line", () => {
  assert.equal(brief(" one\n two\x1b "), "one two␛");
  assert.equal([...brief("😀".repeat(500))].length, 300);
});
