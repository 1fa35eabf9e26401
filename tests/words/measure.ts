/**
 * How often the word list is wrong: false positives over lists of names, places, words and prose, and the share of rude
 * spellings that it finds. With `--show`, what was flagged and what was missed.
 *
 *     cd tests/words && deno task measure [--show]
 */
// deno-lint-ignore-file no-console
import { WordList } from "../../ws/words/word_list.ts";
import { rudeWords } from "../../ws/words/rude.ts";
import { readLists } from "./lists.ts";
import { DISGUISES, RUDE } from "./spellings.ts";

const show = Deno.args.includes("--show");
const list = new WordList([]);
/** A rude word that was written knowingly. */
const CENSORED = /\b(f\*|sh\*t|b\*ll)/;
const rude = new Set(rudeWords());

console.log("false positives per million words (the words of the list itself, in lower case, are counted separately)");
const total = { words: 0, wrong: 0 };
const prose = { words: 0, wrong: 0 };
for (const { name, kind, texts, further } of readLists()) {
  let words = 0;
  let plain = 0;
  const wrong: string[] = [];
  for (const text of texts) {
    const found = text.match(/[\p{L}\p{M}]+/gu) ?? [];
    words += found.length;
    if (!list.forbids(text)) continue;
    if (found.some((word) => rude.has(kind === "prose" ? word.toLowerCase() : word)) || CENSORED.test(text)) plain++;
    else wrong.push(text);
  }
  const sum = kind === "prose" ? prose : total;
  if (!further) {
    sum.words += words;
    sum.wrong += wrong.length;
  }
  console.log(
    [
      name.padEnd(32),
      words,
      "words",
      wrong.length,
      "wrong",
      (wrong.length / words * 1e6).toFixed(1),
      "per million;",
      plain,
    ]
      .join(" "),
    further ? "(further)" : "",
  );
  if (show) { for (const text of wrong.slice(0, 200)) console.log("   ", JSON.stringify(shortest(text))); }
}
for (const [what, { words, wrong }] of Object.entries({ lists: total, prose })) {
  console.log(`${what}: ${wrong} of ${words}, ${(wrong / words * 1e6).toFixed(1)} per million`);
}

console.log("\nshare of rude spellings found");
let found = 0;
let all = 0;
for (const [disguise, spell] of Object.entries(DISGUISES)) {
  const spellings = [...new Set(RUDE.flatMap(spell))];
  const missed = spellings.filter((text) => !list.forbids(text));
  all += spellings.length;
  found += spellings.length - missed.length;
  console.log(disguise.padEnd(32), `${spellings.length - missed.length} of ${spellings.length}`);
  if (show && missed.length > 0) console.log("   ", missed.join("  "));
}
console.log(`${found} of ${all}, ${(found / all * 100).toFixed(1)} %`);

/** The part of a text that was matched. */
function shortest(text: string): string {
  let from = 0;
  let to = text.length;
  while (list.forbids(text.slice(from + 1, to))) from++;
  while (list.forbids(text.slice(from, to - 1))) to--;
  return text.slice(Math.max(0, from - 12), to + 12);
}
