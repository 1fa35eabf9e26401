import assert from "node:assert/strict";
import { hasMoreParts } from "../../../ws/commands/json_parts.ts";
import { parseRequest } from "../../../ws/commands/request.ts";

/** The number of parts. */
function parts(text: string): number {
  let most = 0;
  while (hasMoreParts(text, most)) most += 1;
  return most;
}

Deno.test("`hasMoreParts()` counts JSON values and ignores the contents of strings", () => {
  const counts: [string, number][] = [
    ["", 0],
    ['"a,b:[{"', 0],
    ["{}", 1],
    ['{"content":"Hello"}', 2],
    ['{"content":"a \\"quoted\\", [thing]: {\\\\","nonce":"n"}', 4],
    ['{"files":[1,2,3]}', 5],
    ["[[[[", 4],
    ['"unfinished \\', 0],
    ['"\\\\",', 1],
  ];
  for (const [text, count] of counts) assert.equal(parts(text), count, text);
});

Deno.test("`parseRequest()` reads the longest message in any escaping, and refuses endless parts", () => {
  const read = (content: string) => parseRequest(JSON.stringify({ content, nonce: "n" }))?.nonce;
  for (const content of ["x".repeat(60_000), ',:[{"\\'.repeat(1600), "\u0001".repeat(10_000)]) {
    assert.equal(read(content), "n");
  }
  const endless = [
    "[".repeat(64_000),
    '{"a":'.repeat(10_000),
    `{${Array.from({ length: 4000 }, (_, n) => `"k${n}":0`)},"content":"x"}`,
    `{"content":[${"{},".repeat(10_000)}{}]}`,
  ];
  for (const text of endless) assert.equal(parseRequest(text), undefined, text.slice(0, 20));
});
