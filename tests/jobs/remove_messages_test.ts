import assert from "node:assert/strict";
import { REMOVE_MESSAGES } from "../../db/store.ts";
import { removeMessages } from "../../jobs/remove_messages.ts";
import { memoryBus } from "../../ws/bus/memory.ts";
import { roomTopic } from "../../ws/bus/topics.ts";
import { castOf, T0 } from "../support/cast.ts";
import { tempStore } from "../support/temp_store.ts";

Deno.test("`remove_messages` finishes after a crash and publishes the deletions", async () => {
  await using temp = await tempStore();
  const { store } = temp;
  const { alice, bob, room, say } = await castOf(store);
  for (let n = 0; n < 300; n++) void say(bob, `message ${n}`);
  const kept = await say(alice, "kept");
  await store.moderation.deleteAccount(bob.id, "remove", alice, T0);
  // The process crashes here.
  const at = (await store.jobs.nextAt([REMOVE_MESSAGES]))!;
  const job = (await store.jobs.claim({ kinds: [REMOVE_MESSAGES], lease: "a", until: at + 1000 }, at))!;
  const bus = memoryBus(() => {});
  let published = 0;
  bus.subscribe(roomTopic(room.id), (event) => published += event.type === "message" ? 1 : 0);
  const kind = removeMessages({ store, bus });
  for (let n = 0; n < 2; n++) {
    await kind.run(job.payload, { now: () => at, signal: new AbortController().signal });
    const { messages } = await store.messages.history(room.id, { limit: 1000 });
    assert.deepEqual([messages.map(({ id }) => id), published], [[kept.id], 300]);
  }
});

Deno.test("`remove_messages` accepts only its own payload", async () => {
  await using temp = await tempStore();
  const kind = removeMessages({ store: temp.store, bus: memoryBus(() => {}) });
  const running = { now: () => T0, signal: new AbortController().signal };
  for (const payload of [{}, null, { user: "1", by: 1 }, { user: 1 }]) {
    await assert.rejects(Promise.resolve(kind.run(payload, running)));
  }
});
