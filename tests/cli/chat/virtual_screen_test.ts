import assert from "node:assert/strict";
import { VirtualScreen } from "./virtual_screen.ts";

function screenAfter(...writes: string[]): VirtualScreen {
  const screen = new VirtualScreen({ rows: 4, columns: 10 });
  for (const write of writes) screen.write(write);
  return screen;
}

Deno.test("`VirtualScreen` wraps, moves and clears as a terminal does", () => {
  assert.deepEqual(screenAfter("0123456789ab\r\nc").lines, ["0123456789", "ab", "c"]);
  assert.deepEqual(screenAfter("0123456789ab\x1b[1A\x1b[1G\x1b[0JX").lines, ["X"]);
  assert.deepEqual(screenAfter("abc\x1b[2D\x1b[KX\x1b", "[31", "my").lines, ["aXy"]);
  assert.deepEqual(screenAfter("ABCDJKm").lines, ["ABCDJKm"]);
  assert.deepEqual(screenAfter("abc\b\bX").cursor, { line: "aXc", column: 2 });
});

Deno.test("`VirtualScreen` does not move up into scrolled-away rows", () => {
  assert.deepEqual(screenAfter("1\r\n2\r\n3\r\n4\r\n5\x1b[9A\x1b[GX").lines, ["1", "X", "3", "4", "5"]);
});
