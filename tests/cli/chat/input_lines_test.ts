import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { inputLines } from "../../../cli/chat/input_lines.ts";

async function linesOf(...chunks: (string | Uint8Array)[]) {
  const input = Readable.from(
    chunks.map((chunk) => typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk),
  );
  return await Array.fromAsync(inputLines(input));
}

Deno.test("`inputLines()` splits at line ends, not at chunks", async () => {
  assert.deepEqual(await linesOf("one\ntw", "o\r\n", "\nthree"), ["one", "two", "", "three"]);
  assert.deepEqual(await linesOf("one\n"), ["one"]);
  assert.deepEqual(await linesOf(), []);
});

Deno.test("`inputLines()` joins a character split between two chunks", async () => {
  const [bytes] = [new TextEncoder().encode("é\n")];
  assert.deepEqual(await linesOf(bytes.slice(0, 1), bytes.slice(1)), ["é"]);
});

Deno.test("`inputLines()` drops a line that is too long, and continues with the next", async () => {
  const chunk = "x".repeat(10_000);
  assert.deepEqual(await linesOf(...Array.from({ length: 20 }, () => chunk), "\nnext\n"), [undefined, "next"]);
  assert.deepEqual(await linesOf(...Array.from({ length: 20 }, () => chunk)), [undefined]);
});
