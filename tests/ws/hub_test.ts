import assert from "node:assert/strict";
import { ChatError } from "../../db/errors.ts";
import { htmlEncoding } from "../../ws/encoding/html.tsx";
import { GRACE } from "../../ws/rooms/presence.ts";
import { T0 } from "../support/cast.ts";
import { eventually } from "../support/eventually.ts";
import { openHub } from "../support/hub.ts";
import { type ManualClock, turn } from "../support/manual_clock.ts";
import { gate } from "../support/room.ts";

const HOUR = 3_600_000;

Deno.test("`Hub` closes every socket of an ended session with 4401, and no other", async () => {
  await using opened = await openHub();
  const { alice, bob, bus, enter } = opened;
  const desk = await enter(alice);
  const sameDesk = await enter(alice, { session: desk.session });
  const phone = await enter(alice);
  const other = await enter(bob);
  bus.publish("people", { type: "session_ended", session: desk.session.id });
  assert.deepEqual([desk, sameDesk].map(({ transport }) => transport.closed?.code), [4401, 4401]);
  assert.deepEqual([phone, other].map(({ connection }) => connection.isClosed), [false, false]);
  desk.say({ content: "one more thing" });
  await turn();
  assert.equal((await opened.store.messages.history(opened.room.id, { limit: 1 })).head, 0);
});

Deno.test("`Hub.open()` refuses a session that ended while the socket was opening", async () => {
  await using opened = await openHub();
  const { alice, bus, clock, enter, login, store } = opened;
  const session = await login(alice);
  await store.sessions.end(session.id);
  bus.publish("people", { type: "session_ended", session: session.id });
  const late = await enter(alice, { session });
  await eventually(() => late.transport.closed);
  assert.equal(late.transport.closed?.code, 4401);
  await clock.advance(9000);
  const later = await enter(alice, { session });
  await eventually(() => later.transport.closed);
  assert.equal(later.transport.closed?.code, 4401);
  assert.equal(opened.hub.isOnline(alice.id), false);
  assert.deepEqual(late.transport.frames, []);
});

Deno.test("`Hub.open()` sends nothing to a user who was blocked while the socket was opening", async () => {
  await using opened = await openHub();
  const { alice, bob, bus, enter, login, store } = opened;
  const session = await login(bob);
  await store.moderation.block(bob.id, alice, "", T0);
  bus.publish("people", { type: "user_blocked", user: bob.id });
  const late = await enter(bob, { session });
  await eventually(() => late.transport.closed);
  assert.equal(late.transport.closed?.code, 4403);
  assert.deepEqual(late.transport.events.map(({ type }) => type), ["blocked"]);
});

Deno.test("`Hub` notifies a blocked user and closes all their sockets with 4403", async () => {
  await using opened = await openHub();
  const { bob, carol, bus, enter } = opened;
  const windows = [await enter(bob), await enter(bob)];
  const other = await enter(carol);
  bus.publish("people", { type: "user_blocked", user: bob.id });
  for (const { transport } of windows) {
    assert.equal(transport.closed?.code, 4403);
    assert.deepEqual(transport.all("blocked").length, 1);
  }
  assert.equal(other.connection.isClosed, false);
});

Deno.test("`Hub` closes a socket when its session expires, unless another request renewed it", async () => {
  await using opened = await openHub();
  const { alice, bob, carol, clock, enter, hub, store } = opened;
  const idle = await enter(alice);
  const renewed = await enter(bob);
  const busy = await enter(carol);
  const answer = setIntervalOn(clock, 5000, () => {
    for (const { events } of [idle, renewed, busy]) events.onPong();
  });
  await clock.advance(HOUR / 2);
  busy.say({ content: "still here" });
  await store.sessions.renew(renewed.session.id, clock.now(), clock.now() + HOUR);
  await clock.advance(HOUR / 2 + 1000);
  await eventually(() => idle.connection.isClosed);
  assert.equal(idle.transport.closed?.code, 4401);
  await eventually(async () => {
    await clock.advance(1000);
    return renewed.connection.isClosed === false && busy.connection.isClosed === false;
  });
  await clock.advance(HOUR);
  await eventually(() => !hub.isOnline(bob.id) && !hub.isOnline(carol.id));
  assert.deepEqual([renewed.transport.closed?.code, busy.transport.closed?.code], [4401, 4401]);
  answer();
});

function setIntervalOn(clock: ManualClock, ms: number, call: () => void): () => void {
  let cancel = clock.after(ms, tick);
  function tick() {
    cancel = clock.after(ms, tick);
    call();
  }
  return () => cancel();
}

Deno.test("`Hub` detects a silent disconnect within 30 s", async () => {
  await using opened = await openHub();
  const { alice, bob, clock, enter, hub } = opened;
  const gone = await enter(alice);
  const there = await enter(bob);
  const answer = setIntervalOn(clock, 5000, () => there.events.onPong());
  await clock.advance(30_000);
  answer();
  assert.equal(gone.transport.terminated, true);
  assert.equal(hub.isOnline(alice.id), false);
  assert.equal(there.connection.isClosed, false);
  assert(there.transport.pings === 3 || there.transport.pings === 4, `${there.transport.pings} pings in 30 s`);
});

Deno.test("`Hub` sends browsers a heartbeat that scripts can see", async () => {
  await using opened = await openHub();
  const browser = await opened.enter(opened.alice, { encoding: htmlEncoding });
  await opened.clock.advance(10_000);
  assert(browser.transport.frames.includes("<hx-beat></hx-beat>"));
});

Deno.test("`Hub` counts a user once for all windows, until the last one closes", async () => {
  await using opened = await openHub();
  const { alice, enter, hub, room } = opened;
  assert.deepEqual(hub.online(room.id), { users: [], count: 0 });
  const [one, two] = [await enter(alice), await enter(alice)];
  assert.deepEqual(hub.online(room.id), { users: [{ id: alice.id, username: "alice" }], count: 1 });
  one.events.onClose();
  assert.equal(hub.isOnline(alice.id), true);
  two.events.onClose();
  assert.equal(hub.isOnline(alice.id), false);
});

Deno.test("`Hub` limits the commands of one user over all windows, and of no other user", async () => {
  await using opened = await openHub({ limits: true });
  const { alice, bob, clock, enter } = opened;
  const [one, two] = [await enter(alice), await enter(alice)];
  const other = await enter(bob);
  for (let n = 0; n < 40; n++) {
    one.say({ type: "typing", nonce: `a${n}` });
    two.say({ type: "typing", nonce: `b${n}` });
    await turn();
  }
  assert.equal(one.transport.all("error").length + two.transport.all("error").length, 20, "a burst of sixty");
  other.say({ type: "typing" });
  assert.deepEqual(other.transport.all("error"), []);
  await clock.advance(1000);
  for (let n = 0; n < 20; n++) one.say({ type: "typing", nonce: `c${n}` });
  await turn();
  assert.equal(one.transport.all("error").filter(({ nonce }) => nonce.startsWith("c")).length, 5, "fifteen a second");
});

Deno.test("`Hub` keeps a user's budget across reconnects", async () => {
  await using opened = await openHub({ limits: true });
  const { alice, clock, dispatch, enter, room } = opened;
  let refused = 0;
  for (let visit = 0; visit < 5; visit++) {
    const { events, say, transport } = await enter(alice);
    for (let n = 0; n < 40; n++) say({ type: "typing", nonce: `${visit}-${n}` });
    await turn();
    refused += transport.all("error").filter(({ code }) => code === "rate_limited").length;
    events.onClose();
  }
  assert.equal(refused, 5 * 40 - 60);
  await assert.rejects(
    dispatch(alice, { type: "typing", fields: {} }, { room }),
    (error: ChatError) => error.code === "rate_limited" && error.retryAfter === 1,
    "the other transport is limited too",
  );
  await clock.advance(1000);
  const { say, transport } = await enter(alice);
  for (let n = 0; n < 20; n++) say({ type: "typing", nonce: `late-${n}` });
  await turn();
  assert.equal(transport.all("error").length, 5, "fifteen a second");
});

Deno.test("`Hub.admit()` refuses a user's 101st connection", async () => {
  await using opened = await openHub({ limits: true });
  const { alice, bob, enter, hub, login } = opened;
  const session = await login(alice);
  for (let n = 0; n < 100; n++) {
    hub.admit(alice);
    await enter(alice, { session });
  }
  assert.throws(() => hub.admit(alice), (error) => error instanceof ChatError && error.code === "rate_limited");
  hub.admit(bob);
});

Deno.test("`Hub` closes a socket that cannot join with 1013, so that the client retries", async () => {
  await using opened = await openHub();
  opened.messages.latest = () => Promise.reject(new Error("disk I/O error"));
  const { transport } = await opened.enter(opened.alice);
  assert.equal(transport.closed?.code, 1013);
  assert.deepEqual(opened.logged, ["error Cannot join room"]);
});

Deno.test("`Hub.drain()` finishes running commands, then closes all connections with 1012", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, hub, messages, store } = opened;
  const post = gate(store.messages.post);
  messages.post = post.run;
  const busy = await enter(alice);
  const idle = await enter(bob);
  busy.say({ content: "first", nonce: "n1" });
  busy.say({ content: "second", nonce: "n2" });
  await post.reached;
  const draining = hub.drain(5000);
  assert.throws(() => hub.admit(bob), (error) => error instanceof ChatError && error.code === "unavailable");
  await eventually(() => idle.connection.isClosed);
  assert.equal(busy.connection.isClosed, false);
  post.open();
  await draining;
  assert.deepEqual(busy.transport.all("ack").map(({ nonce }) => nonce), ["n1", "n2"]);
  assert.deepEqual([busy.transport.closed?.code, idle.transport.closed?.code], [1012, 1012]);
});

Deno.test("`Hub.drain()` stops waiting at its deadline", async () => {
  await using opened = await openHub();
  const { alice, clock, enter, hub, messages } = opened;
  messages.post = () => new Promise(() => {});
  const stuck = await enter(alice);
  stuck.say({ content: "Hello" });
  await turn();
  const draining = hub.drain(1000);
  await clock.advance(999);
  assert.equal(stuck.connection.isClosed, false);
  await clock.advance(1);
  await draining;
  assert.equal(stuck.transport.closed?.code, 1012);
});

Deno.test("`Hub.drain()` flushes the read positions of the last second", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, hub, room, say, store } = opened;
  const { id } = await say(alice, "Hello");
  const reader = await enter(bob);
  reader.say({ type: "seen", id });
  await turn();
  await hub.drain(1000);
  assert.deepEqual((await store.messages.history(room.id, { limit: 1 })).seen.map(({ user }) => user.username), [
    "bob",
  ]);
});

Deno.test("`Hub` announces no departures or arrivals within the grace period of a restart", async () => {
  await using opened = await openHub();
  const { alice, bob, clock, enter, hub, newHub, room } = opened;
  await enter(alice);
  await enter(bob);
  await clock.advance(1000);
  await hub.drain(1000);
  await clock.advance(5000);
  const next = await newHub();
  const back = await enter(alice, { hub: next });
  assert.deepEqual(next.online(room.id).users.map(({ username }) => username), ["alice", "bob"]);
  await clock.advance(GRACE - 1);
  assert.deepEqual(back.transport.all("system"), []);
  await clock.advance(1000);
  assert.deepEqual(back.transport.all("system").map(({ content }) => content), ["bob left"]);
});

Deno.test("`Hub` announces all users as new after a long stop", async () => {
  await using opened = await openHub();
  const { alice, bob, clock, enter, hub, newHub, room } = opened;
  await enter(bob);
  await hub.drain(1000);
  await clock.advance(60_001);
  const next = await newHub();
  const { transport } = await enter(alice, { hub: next });
  assert.deepEqual(next.online(room.id).users.map(({ username }) => username), ["alice"]);
  await clock.advance(1000);
  assert.deepEqual(transport.all("system").map(({ content }) => content), ["alice joined"]);
});

Deno.test("`Hub` forgets the users of the last stop when the first one connects long after the restart", async () => {
  await using opened = await openHub();
  const { alice, bob, clock, enter, hub, newHub, room } = opened;
  await enter(bob);
  await hub.drain(1000);
  const next = await newHub();
  await clock.advance(HOUR);
  const { transport } = await enter(alice, { hub: next });
  assert.deepEqual(next.online(room.id).users.map(({ username }) => username), ["alice"]);
  await clock.advance(GRACE + 1000);
  assert.deepEqual(transport.all("system").map(({ content }) => content), ["alice joined"]);
});
