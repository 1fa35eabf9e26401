import assert from "node:assert/strict";
import { backoff } from "../../../cli/chat/backoff.ts";

Deno.test("`backoff()` grows its bound from half a second, doubling up to half a minute", () => {
  const attempts = [0, 1, 2, 3, 4, 5, 6, 1_000];
  assert.deepEqual(attempts.map((attempt) => backoff(attempt, 0)), attempts.map(() => 500));
  assert.deepEqual(
    attempts.map((attempt) => Math.round(backoff(attempt, 1 - Number.EPSILON))),
    [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000],
  );
});

Deno.test("`backoff()` spreads reconnecting clients", () => {
  assert.equal(backoff(2, 0.5), 2_250);
});
