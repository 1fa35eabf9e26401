import assert from "node:assert/strict";
import { ChatError } from "../../../db/errors.ts";
import { Metrics } from "../../../db/metrics.ts";
import { storeContract } from "../../contract/store.ts";
import { castOf, T0 } from "../../support/cast.ts";
import { tempStore } from "../../support/temp_store.ts";

storeContract("SQLite with a writing thread", () => tempStore());

Deno.test("`Writer` returns the store's errors: those for the caller with their field, and faults", async () => {
  await using temp = await tempStore();
  const { alice } = await castOf(temp.store);
  await assert.rejects(
    temp.store.users.create({ username: "ALICE", email: null, passwordHash: "x" }, T0),
    (error) => error instanceof ChatError && error.code === "conflict",
  );
  const nobody = 99 as typeof alice.id;
  await assert.rejects(temp.store.rooms.block(alice.id, nobody, T0), /FOREIGN KEY/);
});

Deno.test("`Writer` keeps the event loop free while a thousand messages are stored", async () => {
  const metrics = new Metrics();
  await using temp = await tempStore(metrics);
  const { alice, say } = await castOf(temp.store);
  let turns = 0;
  const timer = setInterval(() => turns += 1, 1);
  const posted = await Promise.all(Array.from({ length: 1000 }, (_, n) => say(alice, `message ${n}`)));
  clearInterval(timer);
  assert.deepEqual(posted.map(({ seq }) => seq), Array.from({ length: 1000 }, (_, n) => n + 1));
  assert(turns > 5, `the loop turned ${turns} times`);
  assert(metrics.commitSize.sum >= 1000, "commits of the thread are counted here");
  assert.equal(metrics.writesWaiting, 0);
  const waiting = say(alice, "one more");
  assert.equal(metrics.writesWaiting, 1);
  await waiting;
});
