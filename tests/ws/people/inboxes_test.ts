import assert from "node:assert/strict";
import { htmlEncoding } from "../../../ws/encoding/html.tsx";
import { T0 } from "../../support/cast.ts";
import { eventually } from "../../support/eventually.ts";
import type { FakeTransport } from "../../support/fake_transport.ts";
import { openHub } from "../../support/hub.ts";
import { gate } from "../../support/room.ts";
import { insertRoom, removeMember } from "../../support/rooms.ts";

function received(transport: FakeTransport) {
  return eventually(() => transport.all("rooms")[0], 5000, () => "rooms");
}

/** The unread events a client received: room, count, and the newest seq. */
function events(transport: FakeTransport) {
  return transport.all("unread").map(({ room, unread, last }) => [room, unread, last]);
}

const summary = {
  kind: "public",
  topic: "",
  members: 3,
  unread: 0,
  mentions: 0,
  last: 0,
  read: 0,
  notify: "mentions",
  favourite: false,
  archived: false,
  role: "member",
  posting: "everybody",
  slow_mode: 0,
};

Deno.test("`Inboxes` sends a new connection its user's rooms once", async () => {
  await using opened = await openHub();
  const { alice, bob, clock, enter, newRoom, post, room, store } = opened;
  const ops = await newRoom("ops", alice, bob);
  await newRoom("secret", bob);
  for (let n = 1; n <= 3; n++) await post(ops, bob, `message ${n}`);
  await post(room, alice, "my own");
  await store.rooms.markSeen(ops.id, [{ user: alice.id, seq: 1 }]);
  const { transport } = await enter(alice);
  const { rooms } = await received(transport);
  assert.deepEqual(rooms, [
    { ...summary, room: "general", name: room.name, last: 1 },
    { ...summary, room: "ops", name: "ops", members: 2, unread: 2, last: 3, read: 1 },
  ]);
  await clock.advance(5000);
  assert.equal(transport.all("rooms").length, 1);
  assert.deepEqual(events(transport), [], "nothing has happened since");
});

Deno.test("`Inboxes` sends unread counts once a second, the newest of each room, to members only", async () => {
  await using opened = await openHub();
  const { alice, bob, carol, clock, enter, newRoom, post, room } = opened;
  const ops = await newRoom("ops", alice, bob);
  const [one, two] = [await enter(alice), await enter(alice, { room: "" })];
  const other = await enter(carol);
  for (const { transport } of [one, two, other]) await received(transport);
  for (let n = 1; n <= 30; n++) {
    await post(ops, bob, `message ${n}`);
    await post(room, n % 2 ? bob : alice, `message ${n}`);
    await clock.advance(100);
  }
  await clock.advance(1000);
  for (const { transport } of [one, two]) {
    const counts = events(transport);
    assert.deepEqual(counts.filter(([room]) => room === "ops").at(-1), ["ops", 30, 30]);
    assert.deepEqual(counts.filter(([room]) => room === "general").at(-1), ["general", 15, 30]);
    const frames = transport.frames.filter((frame) => frame.includes('"unread","room"'));
    assert(frames.length >= 3 && frames.length <= 4, `${frames.length} in four seconds`);
    assert.equal(counts.length, 2 * frames.length, "both rooms in one frame");
  }
  assert.deepEqual(events(other.transport).at(-1), ["general", 30, 30]);
  assert(!other.transport.frames.join().includes('"ops"'));
});

Deno.test("`Inboxes` runs no query and no write per member for a message", async () => {
  await using opened = await openHub();
  const { alice, bob, clock, enter, newRoom, post, rooms } = opened;
  const ops = await newRoom("ops", alice, bob);
  const { transport } = await enter(alice);
  await received(transport);
  await post(ops, bob, "The first one loads the tally of its room");
  await eventually(async () => (await clock.advance(1000), events(transport).length === 1));
  const queries: string[] = [];
  for (const name of ["findFor", "memberships", "recent", "countUnread", "countMembers", "markSeen"] as const) {
    const ask = rooms[name] as (...args: unknown[]) => Promise<never>;
    rooms[name] = (...args: unknown[]) => {
      queries.push(name);
      return ask(...args);
    };
  }
  for (let n = 0; n < 20; n++) {
    await post(ops, bob, "Hello");
    await clock.advance(200);
  }
  await clock.advance(1000);
  assert.deepEqual(events(transport).at(-1), ["ops", 21, 21]);
  assert.deepEqual(queries, []);
});

Deno.test("`Inboxes` lowers a count on every connection when the user reads or a message is deleted", async () => {
  await using opened = await openHub();
  const { alice, bob, bus, clock, enter, newRoom, post, store } = opened;
  const ops = await newRoom("ops", alice, bob);
  const [one, two] = [await enter(alice), await enter(alice)];
  for (const { transport } of [one, two]) await received(transport);
  const posted = [];
  for (let n = 1; n <= 5; n++) posted.push(await post(ops, bob, `message ${n}`));
  await clock.advance(1000);
  one.say({ type: "seen", id: posted[2]!.id });
  await eventually(async () => {
    await clock.advance(1000);
    return events(two.transport).length === 2;
  });
  assert.deepEqual(events(two.transport), [["ops", 5, 5], ["ops", 2, 5]]);
  const removed = (await store.messages.remove(posted[4]!.id, bob, T0))!;
  bus.publish(`room/${ops.id}`, { type: "message", message: removed });
  await clock.advance(1000);
  assert.deepEqual(events(two.transport).at(-1), ["ops", 1, 4]);
  assert.deepEqual(events(one.transport), events(two.transport));
});

Deno.test("`Inboxes` loses no read position or message while it loads", async () => {
  await using opened = await openHub();
  const { alice, bob, bus, clock, connect, newRoom, post, rooms, store } = opened;
  const ops = await newRoom("ops", alice, bob);
  for (let n = 1; n <= 5; n++) await post(ops, bob, `message ${n}`);
  for (const slow of ["memberships", "recent"] as const) {
    const read = rooms[slow] as (...args: unknown[]) => Promise<never>;
    const reading = gate(read);
    rooms[slow] = reading.run as never;
    const seen = slow === "memberships" ? 3 : 4;
    const { connection, transport } = await connect(alice, { room: "" });
    if (slow === "recent") {
      // Read when something has happened.
      await received(transport);
      await post(ops, bob, "first");
      await clock.advance(1000);
    }
    await reading.reached;
    rooms[slow] = read as never;
    await post(ops, bob, "meanwhile");
    await store.rooms.markSeen(ops.id, [{ user: alice.id, seq: seen }]);
    bus.publish("reads", { room: ops.id, marks: [{ user: alice.id, seq: seen }] });
    reading.open();
    const { rooms: summaries } = await received(transport);
    await clock.advance(1000);
    const { head } = (await store.rooms.findFor(alice.id, "ops"))!;
    const last = events(transport).at(-1)?.[1] ?? summaries[1].unread;
    assert.equal(last, head - seen, slow);
    connection.lost();
  }
});

Deno.test("`Inboxes` notices a missing change and counts the room again", async () => {
  await using opened = await openHub();
  const { alice, bob, clock, enter, newRoom, post, store } = opened;
  const ops = await newRoom("ops", alice, bob);
  const { transport } = await enter(alice);
  await received(transport);
  await store.messages.post({ room: ops.id, author: bob.id, content: "lost", nonce: null }, T0);
  await post(ops, bob, "heard");
  await eventually(async () => {
    await clock.advance(1000);
    return events(transport).length > 0;
  });
  assert.deepEqual(events(transport), [["ops", 2, 2]]);
});

Deno.test("`Inboxes` announces a gained room, and sends nothing more of a lost one", async () => {
  await using opened = await openHub();
  const { alice, bob, bus, clock, enter, file, newRoom, post } = opened;
  const ops = await newRoom("ops", bob, alice);
  const { transport, say } = await enter(alice);
  await received(transport);
  insertRoom(file, "late", [alice.id, bob.id]);
  const late = (await opened.store.rooms.findFor(alice.id, "late"))!;
  bus.publish("people", { type: "room_joined", user: alice.id, room: late.id });
  await eventually(() => transport.all("room").length === 1);
  assert.deepEqual(transport.all("room")[0], { type: "room", ...summary, room: "late", name: "late", members: 2 });
  await post(late, bob, "Hello");
  await clock.advance(1000);
  assert.deepEqual(events(transport), [["late", 1, 1]]);
  say({ type: "subscribe", room: "ops" });
  await eventually(() => transport.all("users").some(({ room }) => room === "ops"));
  removeMember(file, ops, alice);
  bus.publish("people", { type: "room_left", user: alice.id, room: ops.id });
  assert.deepEqual(transport.events.at(-1), { type: "room_gone", room: "ops" });
  const before = transport.frames.length;
  await post(ops, bob, "a secret");
  await clock.advance(2000);
  assert(!transport.frames.slice(before).join().includes('"ops"'));
  const again = await enter(alice);
  assert.deepEqual((await received(again.transport)).rooms.map(({ room }: { room: string }) => room), [
    "general",
    "late",
  ]);
});

Deno.test("`Inboxes` sends pages only what they draw, and loads nothing for them", async () => {
  await using opened = await openHub();
  const { alice, bob, clock, enter, newRoom, post, rooms } = opened;
  const ops = await newRoom("ops", alice, bob);
  rooms.memberships = () => Promise.reject(new Error("not to be queries"));
  const { connection, transport } = await enter(alice, { encoding: htmlEncoding });
  await clock.advance(1000);
  const before = transport.frames.length;
  await post(ops, bob, "Hello");
  await clock.advance(2000);
  assert.equal(transport.frames.length, before);
  assert.equal(connection.isClosed, false);
});

Deno.test("`Inboxes` counts again when old messages are removed permanently", async () => {
  await using opened = await openHub();
  const { alice, bob, clock, enter, hub, newRoom, post, store } = opened;
  const ops = await newRoom("ops", alice, bob);
  const { transport } = await enter(alice);
  await received(transport);
  for (let n = 0; n < 5; n++) await post(ops, bob, "old");
  await clock.advance(1000);
  await store.messages.removeOlderThan(T0 + 1, 3);
  hub.forget();
  await eventually(async () => {
    await clock.advance(1000);
    return events(transport).length === 2;
  });
  assert.deepEqual(events(transport), [["ops", 5, 5], ["ops", 2, 5]]);
});
