import assert from "node:assert/strict";
import { GRACE } from "../../../ws/rooms/presence.ts";
import { T0 } from "../../support/cast.ts";
import { openRoom } from "../../support/room.ts";
import { userOf } from "../../support/models.ts";

Deno.test("`Room` publishes a user's typing at most every two seconds, and that of a few users in a crowd", async () => {
  await using room = await openRoom();
  const { transport } = await room.enter(room.alice);
  await room.flush();
  const typing = async (id: number) => {
    room.live.deliver({ type: "typing", user: userOf(id, `user${id}`) });
    await room.turn();
  };
  for (let n = 0; n < 20; n++) {
    await typing(7);
    await room.clock.advance(100);
  }
  assert.equal(transport.all("typing").length, 1);
  await room.clock.advance(100);
  await typing(7);
  await room.flush();
  assert.equal(transport.all("typing").length, 2);
  await room.clock.advance(1000);
  for (let n = 100; n < 200; n++) await typing(n);
  await room.flush();
  assert.equal(transport.all("typing").length, 2 + 5);
  await room.clock.advance(1000);
  await typing(8);
  await room.flush();
  assert.equal(transport.all("typing").length, 2 + 5 + 1, "in the next second others have their turn");
});

Deno.test("`Room` publishes all read positions in a small room, and only the furthest in a crowd", async () => {
  await using room = await openRoom();
  const { transport } = await room.enter(room.alice);
  const message = await room.post(room.alice, "Hello");
  const read = async (from: number, to: number) => {
    for (let n = from; n < to; n++) {
      room.live.deliver({ type: "seen", user: userOf(n, `user${n}`), message: message.id, seq: 1 });
    }
    await room.flush();
  };
  await read(100, 110);
  assert.equal(transport.all("seen").length, 10);
  for (let n = 0; n < 150; n++) room.live.presence.arrive(userOf(1000 + n, `guest${n}`));
  await read(200, 300);
  assert.equal(transport.all("seen").length, 10, "nobody is further");
  const next = await room.post(room.alice, "Next");
  for (let n = 300; n < 400; n++) {
    room.live.deliver({ type: "seen", user: userOf(n, `user${n}`), message: next.id, seq: 2 });
  }
  await room.flush();
  assert.equal(transport.all("seen").length, 12, "the two furthest readers decide whether a message is seen");
});

Deno.test("`Room` announces arrivals, and departures after the grace period", async () => {
  await using room = await openRoom();
  const alice = await room.enter(room.alice);
  const bob = await room.enter(room.bob);
  await room.clock.advance(1000);
  bob.connection.lost();
  await room.clock.advance(GRACE + 1000);
  const announced = alice.transport.events.filter(({ type }) => type === "system" || type === "users");
  assert.deepEqual(announced.at(-2), { type: "system", room: "general", content: "bob left" });
  assert.deepEqual(announced.at(-1), { type: "users", room: "general", users: ["alice"], count: 1 });
  assert.deepEqual(bob.transport.all("message"), []);
});

Deno.test("`Room` marks messages as seen by the last published read position", async () => {
  await using room = await openRoom();
  const { transport } = await room.enter(room.alice);
  const one = await room.post(room.alice, "one");
  room.live.deliver({ type: "seen", user: room.bob, message: one.id, seq: 1 });
  const { message } = (await room.store.messages.edit(one.id, "one, edited", T0))!;
  room.deliver(message);
  await room.flush();
  assert.deepEqual(transport.all("message").map(({ seen }) => seen), [false]);
  assert.deepEqual(transport.all("edit").map(({ seen }) => seen), [true]);
});
