import assert from "node:assert/strict";
import { Budgets } from "../../../db/limits/budgets.ts";

const HOUR = 3_600_000;
const T0 = 1_800_000_000_000;

function taken(budgets: Budgets, now: number, tries: number, key: string | number = "alice"): number {
  return Array.from({ length: tries }, () => budgets.take(key, now)).filter((wait) => wait === 0).length;
}

Deno.test("`Budgets.take()` admits a burst, then one per interval", () => {
  const budgets = new Budgets({ atOnce: 5, every: 500 });
  assert.equal(taken(budgets, T0, 10), 5);
  assert.equal(taken(budgets, T0 + 499, 10), 0);
  assert.equal(taken(budgets, T0 + 500, 10), 1);
  assert.equal(taken(budgets, T0 + 2500, 10), 4);
  assert.equal(taken(budgets, T0 + HOUR, 10), 5, "it saves no more than a burst");
  assert.equal(taken(new Budgets({ atOnce: 60, every: 1000 / 15 }), T0 + 0.3, 90), 60, "fractions add up");
});

Deno.test("`Budgets.take()` says when there is enough, and then admits", () => {
  const budgets = new Budgets({ atOnce: 3, every: 1000 });
  assert.equal(budgets.take("alice", T0, 3), 0);
  assert.equal(budgets.take("alice", T0 + 400), 600);
  assert.equal(budgets.take("alice", T0 + 400, 2), 1600);
  assert.equal(budgets.take("alice", T0 + 2000, 2), 0);
  assert(budgets.take("bob", T0, 4) > 0, "more than a burst is never available");
  assert.equal(budgets.take("bob", T0, 3), 0, "and a refusal costs nothing");
});

Deno.test("`Budgets` keep one budget per key", () => {
  const budgets = new Budgets({ atOnce: 2, every: 1000 });
  assert.equal(taken(budgets, T0, 5, "alice"), 2);
  assert.equal(taken(budgets, T0, 5, "alicf"), 2);
  assert.equal(taken(budgets, T0, 5, 7), 2);
  assert.equal(taken(budgets, T0, 5, 8), 2);
});

Deno.test("`Budgets.giveBack()` undoes a take", () => {
  const budgets = new Budgets({ atOnce: 2, every: 1000 });
  for (let n = 0; n < 20; n++) {
    assert.equal(budgets.take("alice", T0), 0);
    budgets.giveBack("alice");
  }
  assert.equal(taken(budgets, T0, 5), 2);
  budgets.giveBack("nobody");
  assert.equal(taken(budgets, T0, 5, "nobody"), 2, "there is never more than a burst");
});

Deno.test("`Budgets` gain nothing when the clock is set back, and go on from there", () => {
  const budgets = new Budgets({ atOnce: 2, every: 1000 });
  assert.equal(taken(budgets, T0, 5), 2);
  assert.equal(taken(budgets, T0 - HOUR, 5), 0);
  assert.equal(taken(budgets, T0 - HOUR + 1000, 5), 1);
});

Deno.test("`Budgets` forget full budgets", () => {
  const budgets = new Budgets({ atOnce: 2, every: 1000 });
  for (let n = 0; n < 10_000; n++) budgets.take(`key ${n}`, T0 + n * 100);
  assert(budgets.size <= 2048, `${budgets.size} keys at the end`);
});

Deno.test("`Budgets` are bounded, and a flood of new keys refills no exhausted budget", () => {
  const budgets = new Budgets({ atOnce: 10, every: 90_000 }, 1000);
  for (let n = 0; n < 50; n++) assert.equal(taken(budgets, T0, 11, `victim ${n}`), 10);
  for (let n = 0; n < 100_000; n++) {
    assert.equal(budgets.take(`stranger ${n}`, T0 + n / 1000), 0, "a new key is never refused because of others");
    assert(budgets.size <= 1000);
  }
  for (let n = 0; n < 50; n++) assert.equal(taken(budgets, T0 + 100, 1, `victim ${n}`), 0, `victim ${n}`);
});

Deno.test("`Budgets` take a few hundred bytes for each of a hundred thousand keys of any length, garbage included", () => {
  const budgets = new Budgets({ atOnce: 10, every: 90_000 }, 100_000);
  const before = heap();
  for (let n = 0; n < 100_000; n++) budgets.take(`${n} ${"x".repeat(250)}`, T0);
  const each = (heap() - before) / budgets.size;
  assert(budgets.size > 80_000);
  assert(each < 500, `${each} bytes each`);
});

function heap(): number {
  return Deno.memoryUsage().heapUsed;
}
