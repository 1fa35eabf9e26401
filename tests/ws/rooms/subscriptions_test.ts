import assert from "node:assert/strict";
import { jsonEncoding } from "../../../ws/encoding/json.ts";
import { GRACE } from "../../../ws/rooms/presence.ts";
import { SUBSCRIPTIONS_MAX } from "../../../ws/rooms/subscriptions.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeTransport } from "../../support/fake_transport.ts";
import { openHub } from "../../support/hub.ts";
import { turn } from "../../support/manual_clock.ts";
import { eventsOf, revsOf, subscribed } from "../../support/received.ts";

Deno.test("`subscribe` is answered by the room's history, then by live events", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, flush, newRoom, post, room } = opened;
  const ops = await newRoom("ops", alice, bob);
  await post(ops, bob, "before");
  const { say, transport } = await enter(alice);
  say({ type: "subscribe", room: "ops", nonce: "n1" });
  await subscribed(transport, "ops");
  assert.deepEqual(transport.all("ack"), [{ type: "ack", nonce: "n1" }]);
  assert.deepEqual(eventsOf(transport, "ops").map(({ type }) => type), ["history", "users"]);
  await post(ops, bob, "in ops");
  await post(room, bob, "in general");
  await flush();
  assert.deepEqual(eventsOf(transport, "ops", "message").map(({ content }) => content), ["in ops"]);
  assert.deepEqual(eventsOf(transport, "general", "message").map(({ content }) => content), ["in general"]);
});

Deno.test("every event about a room names the room", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, clock, newRoom, post } = opened;
  const ops = await newRoom("ops", alice, bob);
  const { say, transport } = await enter(alice, { room: "" });
  say({ type: "subscribe", room: "ops" });
  await subscribed(transport, "ops");
  const other = await enter(bob, { room: "ops" });
  other.say({ type: "typing" });
  const { id } = await post(ops, alice, "Hello");
  other.say({ type: "seen", id });
  say({ type: "edit", id, content: "Hello!", nonce: "n1" });
  say({ type: "delete", id, nonce: "n2" });
  await eventually(() => transport.all("ack").length === 2);
  await eventually(async () => {
    await clock.advance(1000);
    return eventsOf(transport, "ops", "seen").length > 0;
  });
  const types = new Set(eventsOf(transport, "ops").map(({ type }) => type));
  for (const type of ["history", "users", "system", "typing", "message", "edit", "delete", "seen"]) {
    assert(types.has(type), type);
  }
  const about = transport.events.filter(({ type }) => !["rooms", "ack"].includes(type));
  assert.deepEqual(about.filter((event) => event.room !== "ops"), []);
});

Deno.test("`subscribe` with `after` returns exactly the changes since", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, newRoom, post } = opened;
  const ops = await newRoom("ops", alice, bob);
  for (let n = 1; n <= 5; n++) await post(ops, bob, `message ${n}`);
  const { say, transport } = await enter(alice);
  say({ type: "subscribe", room: "ops", after: 3 });
  await subscribed(transport, "ops");
  assert.deepEqual(revsOf(transport, "ops"), [4, 5]);
});

Deno.test("every command answers alike for a hidden room and a missing one", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, hub, newRoom } = opened;
  const secret = await newRoom("secret", bob);
  const { say, transport } = await enter(alice);
  for (const type of ["subscribe", "send", "typing"]) {
    for (const room of ["secret", "absent"]) say({ type, room, content: "Hello", nonce: `${type} ${room}` });
  }
  await eventually(() => transport.all("error").length === 6);
  for (const error of transport.all("error")) {
    const room = error.nonce.split(" ")[1];
    assert.deepEqual(error, { type: "error", detail: "Room not found", code: "not_found", nonce: error.nonce, room });
  }
  assert.equal(hub.load().rooms, 1, "no room was created for it");
  assert.equal((await opened.store.messages.history(secret.id, { limit: 1 })).head, 0);
  say({ type: "unsubscribe", room: "secret", nonce: "n1" });
  say({ type: "unsubscribe", room: "absent", nonce: "n2" });
  await eventually(() => transport.all("ack").length === 2);
});

Deno.test("`unsubscribe` stops delivery at once, also of queued events", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, flush, newRoom, post, room } = opened;
  const ops = await newRoom("ops", alice, bob);
  const { say, transport } = await enter(alice);
  say({ type: "subscribe", room: "ops" });
  await subscribed(transport, "ops");
  await post(ops, bob, "first");
  await flush();
  await post(ops, bob, "leaves at once");
  await post(ops, bob, "waits for its frame");
  say({ type: "unsubscribe", room: "ops", nonce: "gone" });
  await eventually(() => transport.all("ack").length === 1);
  const before = transport.frames.length;
  await flush();
  await post(ops, bob, "after");
  await post(room, bob, "in general");
  await flush();
  const after = transport.frames.slice(before).join("\n");
  assert(!after.includes('"ops"'), after);
  assert.equal(eventsOf(transport, "general", "message").length, 1);
});

Deno.test("a subscription that ends while its frame is encoded receives nothing of it", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, newRoom, post } = opened;
  const ops = await newRoom("ops", alice, bob);
  let draw!: () => void;
  const drawn = new Promise<void>((resolve) => draw = resolve);
  let isDrawing = false;
  const slow = {
    ...jsonEncoding,
    prepare: (key: unknown) => {
      // Histories are encoded per user, other frames per room.
      if (typeof key === "number") return undefined;
      isDrawing = true;
      return drawn;
    },
  };
  const { connection, transport } = await enter(alice, { room: "ops", encoding: slow });
  await post(ops, bob, "Hello");
  await eventually(async () => {
    await turn();
    return isDrawing;
  });
  connection.subscriptions.end("ops");
  draw();
  await turn();
  assert.deepEqual(eventsOf(transport, "ops", "message"), []);
});

Deno.test("`subscribe` again starts anew, and later events arrive once", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, flush, hub, newRoom, post } = opened;
  const ops = await newRoom("ops", alice, bob);
  await post(ops, bob, "one");
  const { say, transport } = await enter(alice);
  for (let n = 0; n < 3; n++) say({ type: "subscribe", room: "ops", after: 1 });
  await subscribed(transport, "ops");
  say({ type: "subscribe", room: "ops" });
  await eventually(() => eventsOf(transport, "ops", "history").at(-1).messages.length === 1);
  await subscribed(transport, "ops");
  await post(ops, bob, "two");
  await flush();
  assert.deepEqual(revsOf(transport, "ops"), [1, 2]);
  assert.equal(hub.online(ops.id).count, 1);
});

Deno.test("`subscribe` follows a `reload`", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, flush, newRoom, post } = opened;
  const ops = await newRoom("ops", alice, bob);
  await post(ops, bob, "one");
  const { say, transport } = await enter(alice);
  say({ type: "subscribe", room: "ops", after: 999 });
  await eventually(() => eventsOf(transport, "ops", "reload").length === 1);
  await post(ops, bob, "two");
  await flush();
  assert.deepEqual(revsOf(transport, "ops"), [], "it is no longer subscribed");
  say({ type: "subscribe", room: "ops" });
  await subscribed(transport, "ops");
  assert.deepEqual(revsOf(transport, "ops"), [1, 2]);
});

Deno.test("a connection subscribes to at most 200 rooms", async () => {
  await using opened = await openHub();
  const { alice, enter, newRoom } = opened;
  const { connection, say, transport } = await enter(alice);
  for (let n = 1; n <= SUBSCRIPTIONS_MAX; n++) {
    await newRoom(`room-${n}`, alice);
    say({ type: "subscribe", room: `room-${n}` });
  }
  await eventually(() => transport.all("error").length === 1);
  assert.deepEqual(transport.all("error"), [{
    type: "error",
    detail: "Too many rooms: one connection can listen to 200",
    code: "rate_limited",
    room: "room-200",
  }]);
  assert.equal(connection.subscriptions.size, SUBSCRIPTIONS_MAX);
  say({ type: "unsubscribe", room: "room-1" });
  say({ type: "subscribe", room: "room-200" });
  await subscribed(transport, "room-200");
  // Subscribing again to a room does not count.
  say({ type: "subscribe", room: "room-200", after: 0 });
  await eventually(() => eventsOf(transport, "room-200", "history").length === 2);
});

Deno.test("a command applies to the room it names, or to that of the address", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, newRoom, store, room } = opened;
  const ops = await newRoom("ops", alice, bob);
  const quiet = await newRoom("quiet", alice);
  const { say, transport } = await enter(alice);
  say({ type: "subscribe", room: "ops" });
  say({ content: "to general" });
  say({ content: "to ops", room: "ops" });
  say({ content: "to quiet", room: "quiet" });
  say({ type: "unsubscribe", room: "general" });
  say({ content: "to general still", nonce: "last" });
  await eventually(() => transport.all("ack").length === 1);
  const posted = async (of: typeof room) =>
    (await store.messages.history(of.id, { limit: 9 })).messages.map(({ content }) => content);
  assert.deepEqual(await posted(room), ["to general", "to general still"]);
  assert.deepEqual(await posted(ops), ["to ops"]);
  assert.deepEqual(await posted(quiet), ["to quiet"], "a subscription is not needed");
  const roomless = await enter(alice, { room: "" });
  roomless.say({ content: "where?", nonce: "n1" });
  await eventually(() => roomless.transport.all("error").length === 1);
  assert.deepEqual(roomless.transport.all("error"), [
    { type: "error", detail: "Room is missing", code: "invalid", nonce: "n1" },
  ]);
});

Deno.test("fifty resuming rooms hold one part of one history for a client that reads at its own pace", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, newRoom, store } = opened;
  const transport = new FakeTransport();
  const { say } = await enter(alice, { room: "", transport });
  const text = "x".repeat(9000);
  for (let n = 1; n <= 50; n++) {
    const { id } = await newRoom(`room-${n}`, alice, bob);
    const post = () => store.messages.post({ room: id, author: bob.id, content: text, nonce: null }, 1);
    // Three parts in the first, one in each of the others.
    await Promise.all(Array.from({ length: n === 1 ? 40 : 5 }, post));
  }
  transport.holds = true;
  for (let n = 1; n <= 50; n++) say({ type: "subscribe", room: `room-${n}`, after: 0 });
  await eventually(async () => {
    await turn();
    return transport.all("history").length === 1;
  });
  let taken = 0;
  for (; transport.all("users").length < 50; taken++) {
    const before = transport.all("history").length;
    assert(taken < 500, "all are delivered");
    transport.take();
    await turn();
    const made = transport.all("history").length - before;
    assert(made <= 1, `${made} parts at once`);
  }
  for (let n = 1; n <= 50; n++) {
    assert.deepEqual(revsOf(transport, `room-${n}`), Array.from({ length: n === 1 ? 40 : 5 }, (_, at) => at + 1));
  }
});

Deno.test("a failed room read is reported to the client and affects no other room", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, flush, logged, messages, newRoom, post, room } = opened;
  const ops = await newRoom("ops", alice, bob);
  const { connection, say, transport } = await enter(alice);
  const { latest } = messages;
  messages.latest = () => Promise.reject(new Error("disk I/O error"));
  say({ type: "subscribe", room: "ops" });
  await eventually(() => transport.all("error").length === 1);
  assert.deepEqual(transport.all("error")[0], {
    type: "error",
    detail: "This room could not be read, try again later",
    code: "unavailable",
    room: "ops",
  });
  assert.deepEqual(logged, ["error Cannot join room"]);
  messages.latest = latest;
  await post(room, bob, "Hello");
  await flush();
  assert.equal(eventsOf(transport, "general", "message").length, 1);
  assert.equal(connection.isClosed, false);
  say({ type: "subscribe", room: "ops" });
  await subscribed(transport, "ops");
  assert.equal(eventsOf(transport, ops.slug, "history").length, 1);
});

Deno.test("a user is present in a room while any of their connections is subscribed", async () => {
  await using opened = await openHub();
  const { alice, bob, clock, enter, hub, newRoom } = opened;
  const ops = await newRoom("ops", alice, bob);
  const watcher = await enter(bob, { room: "ops" });
  const [one, two] = [await enter(alice), await enter(alice)];
  const names = () => hub.online(ops.id).users.map(({ username }) => username);
  assert.deepEqual(names(), ["bob"]);
  for (const { say, transport } of [one, two]) {
    say({ type: "subscribe", room: "ops" });
    await subscribed(transport, "ops");
  }
  assert.deepEqual(names(), ["alice", "bob"]);
  one.say({ type: "unsubscribe", room: "ops" });
  for (let n = 0; n < 4; n++) {
    await clock.advance(GRACE / 2);
    for (const { events } of [one, two, watcher]) events.onPong();
  }
  assert.deepEqual(names(), ["alice", "bob"]);
  two.say({ type: "unsubscribe", room: "ops" });
  for (let n = 0; n < 4; n++) {
    await clock.advance(GRACE / 2);
    for (const { events } of [one, two, watcher]) events.onPong();
  }
  assert.deepEqual(names(), ["bob"]);
  assert.equal(hub.isOnline(alice.id), true);
  assert.deepEqual(watcher.transport.all("system").at(-1), { type: "system", room: "ops", content: "alice left" });
});

Deno.test("rooms without subscribers are evicted, and others stay", async () => {
  await using opened = await openHub();
  const { alice, bob, clock, enter, hub, newRoom } = opened;
  await newRoom("ops", alice, bob);
  const { events, say, transport } = await enter(alice);
  say({ type: "subscribe", room: "ops" });
  await subscribed(transport, "ops");
  assert.equal(hub.load().rooms, 2);
  say({ type: "unsubscribe", room: "ops" });
  for (let n = 0; n < 5; n++) {
    await clock.advance(5000);
    events.onPong();
  }
  assert.equal(hub.load().rooms, 1);
});
