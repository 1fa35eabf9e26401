import assert from "node:assert/strict";
import { htmlEncoding } from "../../../ws/encoding/html.tsx";
import type { FakeTransport } from "../../support/fake_transport.ts";
import { eventually } from "../../support/eventually.ts";
import { gate, openRoom } from "../../support/room.ts";

/** The revs a client received live. */
function live(transport: FakeTransport): number[] {
  return transport.events.filter(({ type }) => type === "message").map(({ rev }) => rev);
}

/** The seqs in a client's history. */
function history(transport: FakeTransport): number[] {
  return transport.all("history").flatMap(({ messages }) => messages.map(({ seq }: { seq: number }) => seq));
}

Deno.test("`Room.join()` sends a long history in parts as the client takes them, then everything posted meanwhile", async () => {
  await using room = await openRoom();
  for (let n = 1; n <= 60; n++) await room.say(room.bob, "x".repeat(10_000));
  const other = await room.enter(room.bob, { after: 60 });
  const { transport, subscription } = room.connectionOf(room.alice);
  transport.holds = true;
  const joining = room.live.join(subscription, 0);
  await eventually(() => transport.frames.length === 1);
  await room.flush();
  assert.equal(transport.frames.length, 1, "nothing is encoded for a client that does not read");
  assert(transport.frames[0]!.length < 200 * 1024);
  await room.post(room.bob, "meanwhile");
  await room.flush();
  assert.deepEqual([transport.frames.length, live(other.transport)], [1, [61]]);
  while (!transport.all("users").length) {
    transport.take();
    await room.turn();
  }
  await joining;
  await room.post(room.bob, "after");
  await room.flush();
  assert.deepEqual(history(transport), Array.from({ length: 61 }, (_, n) => n + 1));
  assert.deepEqual(transport.all("history").map(({ head }) => head).at(-1), 61);
  assert.deepEqual(live(transport), [62]);
});

Deno.test("`Room.join()` adds the changes delivered during the read, in a part of their own when they are long", async () => {
  for (const long of [10, 90_000]) {
    await using room = await openRoom();
    for (let n = 1; n <= 8; n++) await room.say(room.bob, "x".repeat(10_000));
    await room.enter(room.bob);
    room.live.forget();
    const reading = gate(room.store.messages.changesSince);
    room.messages.changesSince = reading.run;
    const { transport, subscription } = room.connectionOf(room.alice);
    const joining = room.live.join(subscription, 0);
    await reading.reached;
    await room.post(room.bob, "y".repeat(long));
    reading.open();
    await joining;
    await room.post(room.bob, "next");
    await room.flush();
    assert.deepEqual(history(transport), Array.from({ length: 9 }, (_, n) => n + 1));
    assert.equal(transport.all("history").length, long === 10 ? 1 : 2);
    assert.deepEqual(live(transport), [10]);
  }
});

Deno.test("`Room.join()` stops when the client leaves during a long history", async () => {
  await using room = await openRoom();
  for (let n = 1; n <= 60; n++) await room.say(room.bob, "x".repeat(10_000));
  const { connection, transport, subscription } = room.connectionOf(room.alice);
  transport.holds = true;
  const joining = room.live.join(subscription, 0);
  await eventually(() => transport.frames.length === 1);
  connection.lost();
  await joining;
  assert.equal(transport.frames.length, 1);
  assert.equal(room.live.isEmpty, true);
});

Deno.test("`Room` sends frames of bounded size, in order, whatever arrives at once", async () => {
  await using room = await openRoom();
  const { transport } = await room.enter(room.alice, { encoding: htmlEncoding });
  await room.flush();
  transport.frames.length = 0;
  for (let n = 1; n <= 40; n++) await room.post(room.bob, `${n}: ${'"'.repeat(10_000)}`);
  await eventually(async () => {
    await room.clock.advance(100);
    return transport.frames.join().includes("40: ");
  });
  assert(
    transport.frames.every(({ length }) => length < 1024 * 1024),
    `${transport.frames.map(({ length }) => length)}`,
  );
  const received = transport.frames.flatMap((frame) =>
    [...frame.matchAll(/<p dir="auto">(\d+): /g)].map(([, n]) => Number(n))
  );
  assert.deepEqual(received, Array.from({ length: 40 }, (_, n) => n + 1));
});

Deno.test("`Room` encodes one frame for all clients that lack the same changes, however long", async () => {
  await using room = await openRoom();
  for (let n = 1; n <= 10; n++) await room.say(room.bob, '"'.repeat(10_000));
  await room.enter(room.bob);
  const frames = new Set<unknown>();
  for (let n = 0; n < 5; n++) {
    const { transport, subscription } = room.connectionOf(room.alice, room.live, htmlEncoding);
    transport.send = (frame) => void (frame.length > 1000 && frames.add(frame));
    await room.live.join(subscription, 0);
  }
  assert.equal(frames.size, 1);
});
