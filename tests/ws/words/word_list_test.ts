import assert from "node:assert/strict";
import { WordList } from "../../../ws/words/word_list.ts";

const standard = new WordList([]);

function forbids(list: WordList, texts: string[]): string[] {
  return texts.filter((text) => list.forbids(text));
}

Deno.test("`WordList.forbids()` finds a word in every disguise", () => {
  const texts = [
    "fuck",
    "FUCK you",
    "fück",
    "fuuuuuck",
    "sh1t",
    "5hit",
    "a$$hole",
    "b!tch",
    "f u c k",
    "f.u.c.k",
    "F-U-C-K you",
    "f*u*c*k",
    "it is s h i t",
    "f\u200bu\u200bck",
    "fu\u00adck",
    "f\u0336u\u0336c\u0336k\u0336",
    "fսck",
    "ѕhit",
    "ｆｕｃｋ",
    "𝔣𝔲𝔠𝔨",
    "what the fuck is this",
    "fuck\nyou",
    "you are a motherfucker",
  ]; // deno-fmt-ignore-line
  assert.deepEqual(forbids(standard, texts), texts);
});

Deno.test("`WordList.forbids()` allows innocent words", () => {
  const texts = [
    "class",
    "Scunthorpe",
    "assess",
    "assassin",
    "bass",
    "cocktail",
    "Dickens",
    "Moby Dick",
    "document",
    "cumulative",
    "analysis",
    "pass hit",
    "Essex",
    "grape",
    "therapist",
    "button",
    "title",
    "shiitake",
    "penistone",
    "a s s e s s",
    "I a m a b c",
    "U S A",
    "Anna S. S. Brown",
    "e.g. this",
    "1 2 3 4 5",
    "push it",
    "cockpit",
    "raccoon",
    "saltwater",
    "https://example.com/class?id=assess",
    "455",
    "717",
    "room n16",
    "N116",
    "4 5 5",
    "in 1455",
    "+49 717 455-0",
    "c0a8fa6d-fa6d-4b00-b00b-a55a455a7170",
    "",
    "🙂 👩‍👩‍👧‍👦",
  ]; // deno-fmt-ignore-line
  assert.deepEqual(forbids(standard, texts), []);
});

Deno.test("`WordList` matches an administrator's words in any alphabet, as whole words", () => {
  const list = new WordList([
    { word: "aardvark", kind: "forbidden" },
    { word: "дурак", kind: "forbidden" },
    { word: "pineapple pizza", kind: "forbidden" },
  ]);
  const bad = ["aardvark", "AArdvárk!", "a a r d v a r k", "ДУРАК", "no pineapple pizza please"];
  assert.deepEqual(forbids(list, bad), bad);
  assert.deepEqual(forbids(list, ["aardvarks", "дуракам", "pineapple", "pizza"]), []);
});

Deno.test("`WordList` allows what an administrator allows", () => {
  assert(standard.forbids("boobs"));
  const list = new WordList([{ word: "boobs", kind: "allowed" }]);
  assert(!list.forbids("my boobs are none of your business"));
  assert(list.forbids("fuck"));
});

Deno.test("`WordList.forbidsName()` finds words between the separators of names", () => {
  const bad = ["fuck", "fuck_you", "FUCK-OFF", "the.fuck", "fuck99"];
  assert.deepEqual(bad.filter((name) => standard.forbidsName(name)), bad);
  const good = ["alice", "class_of_99", "Scunthorpe", "anna.s.s", "xXclassXx"];
  assert.deepEqual(good.filter((name) => standard.forbidsName(name)), []);
});
