import assert from "node:assert/strict";
import { formatBytes, formatDuration, plural } from "../../views/quantity.ts";

Deno.test("`plural()` adds an s unless there is one, and groups thousands", () => {
  assert.deepEqual([0, 1, 2, 2000].map((count) => plural(count, "day")), ["0 days", "1 day", "2 days", "2,000 days"]);
});

Deno.test("`formatBytes()` uses the largest decimal unit", () => {
  const sizes = [0, 1, 999, 1000, 1234, 99_960, 999_499, 999_500, 415_000_000, 1e12, 1e18];
  assert.deepEqual(sizes.map(formatBytes), [
    "0 bytes",
    "1 byte",
    "999 bytes",
    "1 kB",
    "1.2 kB",
    "100 kB",
    "999 kB",
    "1 MB",
    "415 MB",
    "1 TB",
    "1,000,000 TB",
  ]);
});

Deno.test("`formatDuration()` rounds to the two largest units and leaves out zeros", () => {
  const minute = 60_000;
  const hour = 60 * minute;
  const day = 24 * hour;
  const durations = [
    0,
    1000,
    59_499,
    59_500,
    minute,
    2 * hour + 5 * minute,
    day,
    day + 3 * hour + minute,
    day + minute,
    3 * hour - 1,
    day - 1,
    9 * day,
  ];
  assert.deepEqual(durations.map(formatDuration), [
    "0 seconds",
    "1 second",
    "59 seconds",
    "1 minute",
    "1 minute",
    "2 hours, 5 minutes",
    "1 day",
    "1 day, 3 hours",
    "1 day",
    "3 hours",
    "1 day",
    "9 days",
  ]);
});
