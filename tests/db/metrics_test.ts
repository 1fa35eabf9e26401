import assert from "node:assert/strict";
import { Distribution } from "../../db/metrics.ts";

Deno.test("`Distribution.add()` counts a value in the first bucket whose bound it does not exceed", () => {
  const values = new Distribution([1, 2, 4]);
  for (const value of [0, 1, 1.5, 2, 4, 4.1, 100]) values.add(value);
  assert.deepEqual(values.counts, [2, 2, 1, 2]);
  assert.equal(values.sum, 112.6);
});
