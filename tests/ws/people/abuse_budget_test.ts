import assert from "node:assert/strict";
import { AbuseBudget } from "../../../ws/people/abuse_budget.ts";
import { alice, bob } from "../../support/models.ts";

/** How many frames of this many bytes are tolerated at once. */
function tolerated(budget: AbuseBudget, bytes: number, now: number): number {
  for (let count = 0;; count++) if (!budget.spend(alice.id, bytes, now)) return count;
}

Deno.test("`AbuseBudget` covers 500 small frames at once, or a megabyte of large ones", () => {
  assert.equal(tolerated(new AbuseBudget(), 10, 0), 500);
  assert.equal(tolerated(new AbuseBudget(), 64 * 1024, 0), 15);
});

Deno.test("`AbuseBudget` regains 20 points a second and is kept per user", () => {
  const budget = new AbuseBudget();
  tolerated(budget, 0, 0);
  assert.equal(budget.spend(bob.id, 0, 0), true);
  assert.equal(tolerated(budget, 0, 1000), 20);
  assert.equal(tolerated(budget, 0, 1_000_000), 500);
});

Deno.test("`AbuseBudget.pause()` refuses a user with an exhausted budget for 10 s", () => {
  const budget = new AbuseBudget();
  assert.equal(budget.pause(alice.id, 5), 0);
  tolerated(budget, 0, 5);
  assert.equal(budget.pause(alice.id, 5), 10_000);
  assert.equal(budget.pause(bob.id, 5), 0);
  assert.equal(budget.pause(alice.id, 9_005), 1000);
  assert.equal(budget.pause(alice.id, 10_005), 0);
  assert.equal(budget.pause(alice.id, -1_000_000), 10_000, "the clock was set back");
});

Deno.test("`AbuseBudget.sweep()` forgets no user too early", () => {
  const budget = new AbuseBudget();
  tolerated(budget, 0, 0);
  budget.sweep(1000);
  assert.equal(tolerated(budget, 0, 1000), 20);
  budget.sweep(100_000);
  assert.equal(budget.pause(alice.id, 1000), 0, "forgotten");
});
