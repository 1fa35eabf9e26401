import assert from "node:assert/strict";
import { fold } from "../../../db/queries/fold.ts";

Deno.test("`fold()` removes case, accents and width in every script", () => {
  const same = [
    ["привет", "ПРИВЕТ"],
    ["Ёлка", "елка"],
    ["straße", "STRASSE"],
    ["ΟΔΟΣ", "οδός"],
    ["İstanbul", "istanbul"],
    ["café", "CAFE\u0301"],
    ["ｆｕｌｌ", "full"],
    ["Ørsted", "orsted"],
    ["مَرْحَبًا", "مرحبا"],
    ["שָׁלוֹם", "שלום"],
    ["ﬁn", "FIN"],
    ["ԱԲԳ", "աբգ"],
    ["so\u00ADft", "soft"],
  ];
  for (const [one, other] of same) assert.equal(fold(one!), fold(other!));
});

Deno.test("`fold()` keeps what is not an accent", () => {
  for (const [one, other] of [["が", "か"], ["한", "하"], ["कि", "का"], ["n", "m"]]) {
    assert.notEqual(fold(one!), fold(other!));
  }
  assert.ok(!fold("한국").includes(fold("하")), "a part of a syllable does not match it");
});

Deno.test("`fold()` takes linear time for stacked marks", () => {
  const pile = (count: number) => `a${"\u0301\u0316".repeat(count)}`;
  const time = (text: string) => {
    const begun = performance.now();
    for (let n = 0; n < 10; n++) fold(text);
    return performance.now() - begun;
  };
  time(pile(1000));
  // Quadratic time would be a hundredfold.
  assert.ok(time(pile(50_000)) < 60 * Math.max(1, time(pile(5000))));
});
