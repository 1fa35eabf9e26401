import assert from "node:assert/strict";
import { bytes, duration, word } from "../../../cli/doctor/words.ts";

Deno.test("`bytes()` formats a size in its largest unit", () => {
  const formatted = [0, 999, 1000, 1234, 99_960, 415_000_000, 1e12, 1e18].map(bytes);
  assert.deepEqual(formatted, [
    "0 bytes",
    "999 bytes",
    "1 kB",
    "1.2 kB",
    "100 kB",
    "415 MB",
    "1 TB",
    "1000000 TB",
  ]);
});

Deno.test("`duration()` formats a time in its largest unit", () => {
  const formatted = [0, 1000, 59_000, 60_000, 7_200_000, 86_400_000, 9 * 86_400_000].map(duration);
  assert.deepEqual(formatted, ["0 seconds", "1 second", "59 seconds", "1 minute", "2 hours", "1 day", "9 days"]);
});

Deno.test("`word()` quotes words that a shell would interpret", () => {
  assert.deepEqual(["./data", "/srv/my chat", "it's; rm"].map(word), ["./data", "'/srv/my chat'", `'it'\\''s; rm'`]);
});
