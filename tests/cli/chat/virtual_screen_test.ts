import assert from "node:assert/strict";
import { VirtualScreen } from "./virtual_screen.ts";

function drawn(...writes: string[]): VirtualScreen {
  const screen = new VirtualScreen({ rows: 4, columns: 10 });
  for (const write of writes) screen.write(write);
  return screen;
}

Deno.test("`VirtualScreen` wraps, moves and clears as a terminal does", () => {
  assert.deepEqual(drawn("0123456789ab\r\nc").lines, ["0123456789", "ab", "c"]);
  assert.deepEqual(drawn("0123456789ab\x1b[1A\x1b[1G\x1b[0JX").lines, ["X"]);
  assert.deepEqual(drawn("abc\x1b[2D\x1b[KX\x1b", "[31", "my").lines, ["aXy"]);
  assert.deepEqual(drawn("ABCDJKm").lines, ["ABCDJKm"]);
  assert.deepEqual(drawn("abc\b\bX").cursor, { line: "aXc", column: 2 });
});

Deno.test("`VirtualScreen` does not move up into scrolled-away rows", () => {
  assert.deepEqual(drawn("1\r\n2\r\n3\r\n4\r\n5\x1b[9A\x1b[GX").lines, ["1", "X", "3", "4", "5"]);
});
