import assert from "node:assert/strict";
import { frame } from "../../../ws/transport/transport.ts";
import { textOf } from "../../support/fake_transport.ts";

Deno.test("`frame()` writes the shortest header that the length allows", () => {
  for (
    const [length, header] of [[0, 2], [1, 2], [125, 2], [126, 4], [65_535, 4], [65_536, 10], [200_000, 10]] as const
  ) {
    const text = "x".repeat(length);
    const data = frame(text);
    assert.equal(data.length, header + length);
    assert.equal(data[0], 0x81, "final, text, not compressed");
    assert.equal(data[1]! & 0x80, 0, "not masked");
    assert.equal(textOf(data), text);
  }
});

Deno.test("`frame()` counts bytes, not characters", () => {
  for (const text of ["ü".repeat(63), "\u{1F600}".repeat(20_000), `${"€".repeat(41)}xx`]) {
    assert.equal(textOf(frame(text)), text);
  }
  assert.equal(textOf(frame("half \ud800 a pair")), "half \ufffd a pair");
});
