import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Turns } from "../../../ws/rooms/turns.ts";

Deno.test("`Turns.run()` runs one task per turn of the event loop, alternating by key", async () => {
  const turns = new Turns();
  const done: string[] = [];
  const pieces = ["a1", "a2", "a3", "b1", "a4", "b2"];
  const all = Promise.all(pieces.map((name) => turns.run(name[0], () => void done.push(name))));
  const seen: number[] = [];
  while (done.length < pieces.length) {
    seen.push(done.length);
    await setImmediate();
  }
  await all;
  assert.deepEqual(done, ["a1", "b1", "a2", "b2", "a3", "a4"]);
  assert(seen.every((count, at) => count - (seen[at - 1] ?? 0) <= 1), `more than one in a turn: ${seen}`);
});

Deno.test("`Turns.run()` rejects with the task's error, and continues", async () => {
  const turns = new Turns();
  const failing = turns.run("a", () => {
    throw new Error("no");
  });
  const next = turns.run("a", () => 7);
  await assert.rejects(failing, /no/);
  assert.equal(await next, 7);
});
