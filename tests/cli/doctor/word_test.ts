import assert from "node:assert/strict";
import { word } from "../../../cli/doctor/word.ts";

Deno.test("`word()` quotes words that a shell would interpret", () => {
  assert.deepEqual(["./data", "/srv/my chat", "it's; rm"].map(word), ["./data", "'/srv/my chat'", `'it'\\''s; rm'`]);
});
