import assert from "node:assert/strict";
import { TokenBucket } from "../../ws/token_bucket.ts";

function taken(bucket: TokenBucket, now: number, tries: number): number {
  return Array.from({ length: tries }, () => bucket.take(now)).filter((took) => took).length;
}

Deno.test("`TokenBucket.take()` lets a burst through and then so many a second", () => {
  const bucket = new TokenBucket(5, 2, 0);
  assert.equal(taken(bucket, 0, 10), 5);
  assert.equal(taken(bucket, 499, 10), 0);
  assert.equal(taken(bucket, 500, 10), 1);
  assert.equal(taken(bucket, 2500, 10), 4);
});

Deno.test("`TokenBucket.take()` saves up no more than a burst", () => {
  const bucket = new TokenBucket(5, 2, 0);
  assert.equal(taken(bucket, 1_000_000, 10), 5);
});

Deno.test("`TokenBucket.take()` gives nothing for a clock that is set back, and goes on from there", () => {
  const bucket = new TokenBucket(2, 1, 10_000);
  assert.equal(taken(bucket, 10_000, 5), 2);
  assert.equal(taken(bucket, 5000, 5), 0);
  assert.equal(taken(bucket, 6000, 5), 1);
});
