import assert from "node:assert/strict";
import { WordList } from "../../../ws/words/word_list.ts";

function forbids(list: WordList, texts: string[]): string[] {
  return texts.filter((text) => list.forbids(text));
}

Deno.test("`WordList` exceptions may have accents, capitals and several words in any encoding", () => {
  const spellings = ["Müller", "MU\u0308LLER", "müller", "Mu\u0308ller", "ｍüller"];
  for (const word of spellings) {
    const list = new WordList([{ word: "muller", kind: "forbidden" }, { word, kind: "allowed" }]);
    assert.deepEqual(forbids(list, [...spellings, "muller", "mu\u0301ller"]), ["muller", "mu\u0301ller"], word);
  }
  const list = new WordList([
    { word: "bítch", kind: "allowed" },
    { word: "fück", kind: "allowed" },
    { word: "Big  Dick Energy", kind: "allowed" },
    { word: "ДУРАК", kind: "forbidden" },
    { word: "дурак-поле".replace("-", " "), kind: "allowed" },
  ]);
  assert.deepEqual(
    forbids(list, ["bítch", "BÍTCH", "bi\u0301tch", "fück", "a big dick energy, they say", "дурак поле"]),
    [],
  );
  const bad = ["bitch", "bïtch", "fuck", "fùck", "big dick", "дурак", "поле дурак"];
  assert.deepEqual(forbids(list, bad), bad);
});

Deno.test("`WordList` allows every spelling of what an administrator removes from the list, and nothing else", () => {
  const list = new WordList([{ word: "Shit", kind: "allowed" }]);
  assert.deepEqual(forbids(list, ["shit", "SHIT", "sh1t", "shiiiit", "s h i t", "s**t", "shi t", "ѕhit", "$hit"]), []);
  assert.deepEqual(forbids(list, ["shitty", "bullshit", "fuck"]), ["shitty", "bullshit", "fuck"]);
});
