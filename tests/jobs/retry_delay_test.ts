import assert from "node:assert/strict";
import { retryDelay } from "../../jobs/retry_delay.ts";

Deno.test("`retryDelay()` doubles from the first delay up to the maximum", () => {
  const bounds = { first: 1000, most: 60_000 };
  const delays = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((attempts) => retryDelay(attempts, bounds, () => 0));
  assert.deepEqual(delays, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

Deno.test("`retryDelay()` randomly subtracts up to half", () => {
  assert.equal(retryDelay(2, { first: 1000, most: 60_000 }, () => 0.5), 1500);
  assert.equal(retryDelay(2, { first: 1000, most: 60_000 }, () => 1), 1000);
  assert.equal(retryDelay(1, { first: 1, most: 1 }, () => 1), 1);
});
