import assert from "node:assert/strict";
import { WordList } from "../../../ws/words/word_list.ts";
import { generator } from "../../support/generator.ts";
import { usualMessages, worstTexts } from "../../words/worst.ts";

const standard = new WordList([]);

/** The steps that a text may cost per character. One is some 10 to 100 ns. */
const STEPS = 20;

Deno.test("`WordList.forbids()` takes bounded steps per character for any text", () => {
  const own = ["傻逼", "哈哈哈哈", "s s s s s s", "fu fu fu fu", "аааб", "seeeeeeee", "k1ll"];
  for (const list of [standard, new WordList(own.map((word) => ({ word, kind: "forbidden" as const })))]) {
    for (const [what, text] of worstTexts()) {
      list.forbids(text);
      assert(list.steps <= STEPS * text.length, `${what}: ${list.steps / text.length} steps per character`);
      list.forbidsName(text);
      assert(list.steps <= STEPS * text.length, `${what}, a name: ${list.steps / text.length} steps per character`);
    }
  }
});

Deno.test("`WordList.forbids()` takes bounded steps per character for adversarial texts", () => {
  const parts = [
    ...[
      "f",
      "u",
      "c",
      "k",
      "s",
      "h",
      "i",
      "t",
      "l",
      "1",
      "!",
      "|",
      "I",
      "5",
      "$",
      "@",
      "*",
      "**",
      "-",
      "_",
      ".",
      " ",
      "  ",
      "\n",
    ],
    ...[
      "'",
      ", ",
      "fuc",
      "shi",
      "mother",
      "fucke",
      "Dick",
      "anal",
      "moby ",
      "assess",
      "ü",
      "é",
      "\u0301",
      "\u200b",
      "ѕ",
      "ꜰ",
      "𝔣",
    ],
    ...["漢", "ﷺ", "ﬃ", "🙂", "(", "+", "ass", "cock", "titt", "bl1", "b1", "f*", "s**", "aaaaaaaa", "ssssssss"],
  ];
  for (let seed = 1; seed <= 400; seed++) {
    const below = generator(seed);
    const part = Array.from({ length: 1 + below(6) }, () => parts[below(parts.length)]).join("");
    const text = part.repeat(Math.ceil(4000 / part.length)).slice(0, 4000);
    standard.forbids(text);
    assert(standard.steps <= STEPS * text.length, `seed ${seed}, ${JSON.stringify(part)}: ${standard.steps} steps`);
  }
});

Deno.test("`WordList.forbids()` takes under four steps per character for a usual message", () => {
  for (const text of usualMessages()) {
    assert(!standard.forbids(text), text);
    assert(standard.steps < 4 * text.length, `${standard.steps} steps: ${text}`);
  }
});
