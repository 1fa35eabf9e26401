import assert from "node:assert/strict";
import { drawnSize, DrawnText, drawnText, workOf } from "../../../views/components/drawn_text.tsx";
import { Text } from "../../../views/components/text.tsx";
import { generator } from "../../support/generator.ts";

const PIECES = [
  '"',
  "'",
  "<b>",
  "&amp;",
  " ",
  "\n",
  "https://example.org/?a=1&b=2",
  "a@example.org",
  "ü",
  "你好。",
  "🙂",
  "javascript:alert(1)",
  ".",
];

Deno.test("`DrawnText` equals `Text`, however often it is rendered", () => {
  const random = generator(7);
  for (let n = 0; n < 500; n++) {
    const text = Array.from({ length: random(40) }, () => PIECES[random(PIECES.length)]).join("");
    const expected = String(<Text text={text} />);
    for (let times = 0; times < 2; times++) assert.equal(String(<DrawnText text={text} />), expected);
    assert.equal(drawnText(text), expected);
    assert.equal(workOf(text), 0);
  }
});

Deno.test("`drawnText()` caches a bounded size, most recently used", () => {
  const often = `often ${'"'.repeat(1000)}`;
  for (let n = 0; n < 300; n++) {
    drawnText(`${n} ${'"'.repeat(10_000)}`);
    drawnText(often);
  }
  assert(drawnSize() <= 8 * 1024 * 1024, `${drawnSize()} characters are cached`);
  assert.equal(workOf(often), 0);
  assert(workOf(`0 ${'"'.repeat(10_000)}`) > 0, "the oldest are evicted");
});
