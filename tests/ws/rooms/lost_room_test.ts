import assert from "node:assert/strict";
import { eventually } from "../../support/eventually.ts";
import { openHub } from "../../support/hub.ts";
import { gate } from "../../support/room.ts";
import { removeMember } from "../../support/rooms.ts";
import { eventsOf, subscribed } from "../../support/received.ts";

Deno.test("`Hub.cutRoom()` ends a user's subscriptions to one room on every connection, and nothing else", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, file, flush, hub, newRoom, post, room } = opened;
  const ops = await newRoom("ops", alice, bob);
  const [one, two, other] = [
    await enter(alice),
    await enter(alice, { room: "ops" }),
    await enter(bob, { room: "ops" }),
  ];
  one.say({ type: "subscribe", room: "ops" });
  await subscribed(one.transport, "ops");
  await post(ops, bob, "leaves at once");
  await post(ops, bob, "waits for its frame");
  removeMember(file, ops, alice);
  hub.cutRoom(alice.id, ops.id);
  const before = [one, two].map(({ transport }) => transport.frames.length);
  await flush();
  await post(ops, bob, "after");
  await post(room, bob, "in general");
  await flush();
  for (const [at, { transport, connection }] of [one, two].entries()) {
    assert.equal(connection.isClosed, false);
    const rest = transport.frames.slice(before[at]).join("\n");
    assert(!/waits|after|leaves/.test(rest), rest);
  }
  assert.equal(eventsOf(one.transport, "general", "message").length, 1);
  assert.equal(eventsOf(other.transport, "ops", "message").length, 3);
  two.say({ content: "I am still here", nonce: "n1" });
  one.say({ content: "I am still here", room: "ops", nonce: "n1" });
  one.say({ type: "subscribe", room: "ops", nonce: "n2" });
  await eventually(() => one.transport.all("error").length === 2 && two.transport.all("error").length === 1);
  assert.equal((await opened.store.messages.history(ops.id, { limit: 9 })).head, 3);
});

Deno.test("`Hub.cutRoom()` disconnects a client that has not read all that was sent", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, hub, newRoom } = opened;
  const ops = await newRoom("ops", alice, bob);
  const slow = await enter(alice, { room: "ops" });
  const elsewhere = await enter(alice);
  slow.transport.buffered = elsewhere.transport.buffered = 1;
  hub.cutRoom(alice.id, ops.id);
  assert.deepEqual([slow.transport.closed?.code, slow.transport.terminated], [1013, true]);
  assert.equal(elsewhere.connection.isClosed, false, "nothing of the room was sent there");
});

Deno.test("`Hub` refuses a subscription to a room that is lost during the lookup", async () => {
  await using opened = await openHub();
  const { alice, bob, enter, connect, file, hub, newRoom, rooms } = opened;
  const ops = await newRoom("ops", alice, bob);
  const { say, transport } = await enter(alice);
  const { findFor } = rooms;
  const looking = gate(findFor);
  rooms.findFor = looking.run;
  say({ type: "subscribe", room: "ops", nonce: "n1" });
  await looking.reached;
  rooms.findFor = findFor;
  removeMember(file, ops, alice);
  hub.cutRoom(alice.id, ops.id);
  looking.open();
  await eventually(() => transport.all("error").length === 1);
  assert.deepEqual(eventsOf(transport, "ops").map(({ type }) => type).filter((type) => type !== "room_gone"), [
    "error",
  ]);
  // The room of the address is looked up before the handshake.
  const late = await connect(bob, { room: "ops" });
  removeMember(file, ops, bob);
  hub.cutRoom(bob.id, ops.id);
  await eventually(() => late.connection.isClosed || late.transport.all("rooms").length > 0);
  assert.deepEqual(eventsOf(late.transport, "ops").filter(({ type }) => type !== "room_gone"), []);
});
