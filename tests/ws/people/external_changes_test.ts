import assert from "node:assert/strict";
import { Instance } from "../../../db/instance.ts";
import type { Session, User } from "../../../db/model.ts";
import type { Store } from "../../../db/store.ts";
import { memoryBus } from "../../../ws/bus/memory.ts";
import { jsonEncoding } from "../../../ws/encoding/json.ts";
import { POLL_INTERVAL, watchExternalChanges } from "../../../ws/people/external_changes.ts";
import { castOf, T0 } from "../../support/cast.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeTransport } from "../../support/fake_transport.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { sessionOf } from "../../support/models.ts";
import { testServices } from "../../support/services.ts";
import { tempStore } from "../../support/temp_store.ts";

/** A server's hub on a manual clock, and `other`: the same store opened by another process. */
async function open() {
  const temp = await tempStore();
  const cast = await castOf(temp.store);
  const other = await temp.again();
  const clock = new ManualClock(T0);
  const logged: string[] = [];
  const log = (level: string, event: string) => void logged.push(`${level} ${event}`);
  const bus = memoryBus(log);
  /** The server's store: a test may wrap its methods. */
  const store = { ...temp.store, audit: { ...temp.store.audit } };
  const services = await testServices(store, { bus, clock, log, fixed: { sessionDays: 7 } });
  const { hub, instance, moderator } = services;
  await hub.start();
  const stop = await watchExternalChanges(services);

  async function enter(user: User, given?: Session) {
    const session = given ?? sessionOf(user, { expiresAt: T0 + 3_600_000 });
    if (!given) await temp.store.sessions.create(session);
    const transport = new FakeTransport();
    const row = (await store.rooms.findFor(user.id, "general"))!;
    const connection = hub.open(() => transport, {
      actor: user,
      session,
      row,
      after: undefined,
      encoding: jsonEncoding,
    });
    await eventually(() => transport.frames.some((frame) => frame.includes('"type":"history"')));
    return { transport, connection, session };
  }

  return {
    ...cast,
    store,
    other,
    clock,
    bus,
    instance,
    moderator,
    logged,
    enter,
    stop,
    /** The server polls once. */
    poll: () => clock.advance(POLL_INTERVAL),
    async [Symbol.asyncDispose]() {
      stop();
      await other.close();
      await temp[Symbol.asyncDispose]();
    },
  };
}

/** A store that the helpers below act on. */
type Acts = Pick<Store, "moderation" | "words" | "settings">;

Deno.test("`watchExternalChanges()` notifies and closes every window of a user who was blocked elsewhere", async () => {
  await using opened = await open();
  const { bob, carol, enter, poll, other } = opened;
  const windows = [await enter(bob), await enter(bob)];
  const carols = await enter(carol);
  await other.moderation.block(bob.id, "command line", "spam", T0);
  await poll();
  for (const { transport } of windows) {
    assert.equal(transport.closed?.code, 4403);
    assert(transport.frames.some((frame) => frame.includes('"type":"blocked"')));
  }
  assert.equal(carols.connection.isClosed, false);
});

Deno.test("`watchExternalChanges()` tells open windows about administrators made and demoted elsewhere", async () => {
  await using opened = await open();
  const { bob, enter, poll, other } = opened;
  const { connection } = await enter(bob);
  await other.moderation.setAdmin(bob.id, true, "command line", T0);
  assert.equal(connection.actor.isAdmin, false);
  await poll();
  assert.equal(connection.actor.isAdmin, true);
  await other.moderation.setAdmin(bob.id, false, "command line", T0);
  await poll();
  assert.deepEqual([connection.actor.isAdmin, connection.isClosed], [false, false]);
});

Deno.test("`watchExternalChanges()` closes the connections of sessions ended elsewhere, and of none that began since", async () => {
  await using opened = await open();
  const { bob, carol, enter, poll, other } = opened;
  const acts: ((acts: Acts) => Promise<unknown>)[] = [
    ({ moderation }) => moderation.setPassword(bob.id, "x", "command line", T0),
    ({ moderation }) => moderation.endSessions(bob.id, "command line", T0),
    ({ moderation }) =>
      moderation.block(bob.id, "command line", "", T0).then(() => moderation.unblock(bob.id, "command line", "", T0)),
  ];
  const carols = await enter(carol);
  for (const act of acts) {
    const before = await enter(bob);
    await act(other);
    const after = await enter(bob);
    await poll();
    assert.deepEqual([before.transport.closed?.code, after.connection.isClosed], [4401, false]);
    after.connection.close(1000, "");
  }
  assert.equal(carols.connection.isClosed, false);
});

Deno.test("`watchExternalChanges()` applies words and settings, and the environment overrides them", async () => {
  await using opened = await open();
  const { alice, bob, instance, poll, moderator, other } = opened;
  // The first message loads the list.
  await moderator.check(bob, "Hello", undefined);
  await other.words.put({ word: "aardvark", kind: "forbidden" }, "command line", T0);
  await moderator.check(bob, "aardvark", undefined);
  await poll();
  await assert.rejects(moderator.check(bob, "aardvark", undefined), /Warning 1 of 2/);
  await other.words.remove("aardvark", "command line", T0);
  const elsewhere = await Instance.load(other, {});
  await elsewhere.set({ ...elsewhere.current, name: "The Club", sessionDays: 1 }, alice, T0);
  await poll();
  await moderator.check(bob, "aardvark", undefined);
  assert.deepEqual([instance.current.name, instance.current.sessionDays], ["The Club", 7]);
});

Deno.test("`watchExternalChanges()` reads nothing after our own commits, and our own acts have no second effect", async () => {
  await using opened = await open();
  const { alice, bob, carol, enter, poll, other, store } = opened;
  const { since } = store.audit;
  let reads = 0;
  store.audit.since = (id, limit) => {
    reads += 1;
    return since(id, limit);
  };
  // Blocked, unblocked and back: by the time the log is read, the block is over.
  await store.moderation.block(bob.id, alice, "", T0);
  await store.moderation.unblock(bob.id, alice, "", T0);
  const bobs = await enter(bob);
  for (let n = 0; n < 5; n++) await poll();
  assert.equal(reads, 0);
  const carols = await enter(carol);
  await other.moderation.block(carol.id, "command line", "", T0);
  await poll();
  assert.deepEqual([reads, bobs.connection.isClosed, carols.transport.closed?.code], [1, false, 4403]);
  await poll();
  assert.equal(reads, 1);
});

Deno.test("`watchExternalChanges()` retries failed reads and reads everything there is", async () => {
  await using opened = await open();
  const { bob, carol, enter, logged, poll, other, store } = opened;
  const [bobs, carols] = [await enter(bob), await enter(carol)];
  const { since } = store.audit;
  store.audit.since = () => Promise.reject(new Error("disk I/O error"));
  await other.moderation.block(bob.id, "command line", "", T0);
  // More than one read returns.
  await Promise.all(Array.from({ length: 600 }, () => other.moderation.resetWarnings(bob.id, "command line", T0)));
  await other.moderation.block(carol.id, "command line", "", T0);
  await poll();
  assert.deepEqual([bobs.connection.isClosed, carols.connection.isClosed], [false, false]);
  assert.deepEqual(logged, ["warn Cannot poll for changes of other processes"]);
  store.audit.since = since;
  await poll();
  assert.deepEqual([bobs.transport.closed?.code, carols.transport.closed?.code], [4403, 4403]);
});

Deno.test("`watchExternalChanges()` stops polling when it is stopped", async () => {
  await using opened = await open();
  const { bob, enter, poll, logged, other, stop } = opened;
  const { connection } = await enter(bob);
  stop();
  await other.moderation.block(bob.id, "command line", "", T0);
  for (let n = 0; n < 3; n++) await poll();
  assert.deepEqual([connection.isClosed, logged], [false, []]);
});
