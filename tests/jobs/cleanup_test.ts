import assert from "node:assert/strict";
import { Instance } from "../../db/instance.ts";
import { NONCE_LIFE } from "../../db/store.ts";
import { cleanup, FAILED_KEPT } from "../../jobs/cleanup.ts";
import { castOf, T0 } from "../support/cast.ts";
import { sessionOf } from "../support/models.ts";
import { tempStore } from "../support/temp_store.ts";

const DAY = 24 * 60 * 60 * 1000;

Deno.test("`cleanup` removes what has expired in steps, clears the caches, and has no effect the second time", async () => {
  await using temp = await tempStore();
  const { store } = temp;
  const { alice, room, say } = await castOf(store);
  const instance = await Instance.load(store, { retentionDays: 7 });
  const now = T0 + 8 * DAY;
  await store.sessions.create(sessionOf(alice));
  const living = sessionOf(alice, { expiresAt: now + 1 });
  await store.sessions.create(living);
  for (let n = 0; n < 1200; n++) void say(alice, `old ${n}`);
  const kept = await say(alice, "kept", { nonce: "n", now: now - NONCE_LIFE - 1 });
  await store.jobs.add({ kind: "mail" }, T0);
  const job = (await store.jobs.claim({ kinds: ["mail"], lease: "a", until: T0 + 1 }, T0))!;
  await store.jobs.failed(job, { error: "x", failedAt: now - FAILED_KEPT - 1 });
  let forgotten = 0;
  const kind = cleanup({ store, instance, forget: () => forgotten++ });
  for (let n = 0; n < 2; n++) {
    const next = await kind.run({}, { now: () => now, signal: new AbortController().signal });
    assert.equal(next, now + 10 * 60 * 1000);
    assert.deepEqual((await store.admin.sessionsOf(alice.id, T0)).map(({ id }) => id), [living.id]);
    const { messages } = await store.messages.history(room.id, { limit: 10 });
    assert.deepEqual(messages.map(({ id }) => id), [kept.id]);
    assert.deepEqual([forgotten, await store.jobs.count()], [3, { waiting: 0, failed: 0 }]);
  }
  const again = await store.messages.post({ room: room.id, author: alice.id, content: "x", nonce: "n" }, now);
  assert.equal(again.isNew, true, "the nonce is removed");
});

Deno.test("`cleanup` stops between two steps when aborted", async () => {
  await using temp = await tempStore();
  const { alice, room, say } = await castOf(temp.store);
  for (let n = 0; n < 1200; n++) void say(alice, `old ${n}`);
  await temp.store.check();
  const instance = await Instance.load(temp.store, { retentionDays: 1 });
  const controller = new AbortController();
  const kind = cleanup({ store: temp.store, instance, forget: () => controller.abort(new Error("stop")) });
  const running = { now: () => T0 + 2 * DAY, signal: controller.signal };
  await assert.rejects(Promise.resolve(kind.run({}, running)), /stop/);
  assert.equal((await temp.store.messages.history(room.id, { limit: 1000 })).messages.length, 700);
});
