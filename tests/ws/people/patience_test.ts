import assert from "node:assert/strict";
import { Patience } from "../../../ws/people/patience.ts";
import { alice, bob } from "../../support/people.ts";

/** How many frames of so many bytes are borne at once. */
function borne(patience: Patience, bytes: number, now: number): number {
  for (let count = 0;; count++) if (!patience.bears(alice.id, bytes, now)) return count;
}

Deno.test("`Patience` bears 500 small frames at once, or a megabyte of large ones", () => {
  assert.equal(borne(new Patience(), 10, 0), 500);
  assert.equal(borne(new Patience(), 64 * 1024, 0), 15);
});

Deno.test("`Patience` comes back with time, 20 points a second, and is another one for each person", () => {
  const patience = new Patience();
  borne(patience, 0, 0);
  assert.equal(patience.bears(bob.id, 0, 0), true);
  assert.equal(borne(patience, 0, 1000), 20);
  assert.equal(borne(patience, 0, 1_000_000), 500);
});

Deno.test("`Patience.pause()` keeps out for 10 s who has used it up", () => {
  const patience = new Patience();
  assert.equal(patience.pause(alice.id, 5), 0);
  borne(patience, 0, 5);
  assert.equal(patience.pause(alice.id, 5), 10_000);
  assert.equal(patience.pause(bob.id, 5), 0);
  assert.equal(patience.pause(alice.id, 9_005), 1000);
  assert.equal(patience.pause(alice.id, 10_005), 0);
  assert.equal(patience.pause(alice.id, -1_000_000), 10_000, "the clock was set back");
});

Deno.test("`Patience.sweep()` forgets nobody too early", () => {
  const patience = new Patience();
  borne(patience, 0, 0);
  patience.sweep(1000);
  assert.equal(borne(patience, 0, 1000), 20);
  patience.sweep(100_000);
  assert.equal(patience.pause(alice.id, 1000), 0, "forgotten");
});
