import assert from "node:assert/strict";
import { word } from "../../../cli/doctor/word.ts";

Deno.test("`word()` quotes what a shell would read otherwise", () => {
  assert.deepEqual(["./data", "/srv/my chat", "it's; rm"].map(word), ["./data", "'/srv/my chat'", `'it'\\''s; rm'`]);
});
