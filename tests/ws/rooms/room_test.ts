import assert from "node:assert/strict";
import { htmlEncoding } from "../../../ws/encoding/html.tsx";
import type { FakeTransport } from "../../support/fake_transport.ts";
import { GRACE } from "../../../ws/rooms/presence.ts";
import { T0 } from "../../support/cast.ts";
import { eventually } from "../../support/eventually.ts";
import { gate, openRoom } from "../../support/room.ts";

/** The revs a client received live, in order. */
function live(transport: FakeTransport): number[] {
  return transport.events.filter(({ type }) => ["message", "edit", "delete"].includes(type)).map(({ rev }) => rev);
}

/** The seqs in a client's history. */
function history(transport: FakeTransport): number[] {
  return transport.all("history").flatMap(({ messages }) => messages.map(({ seq }: { seq: number }) => seq));
}

Deno.test("`Room.join()` sends the last fifty messages, then the users online", async () => {
  await using room = await openRoom();
  for (let n = 1; n <= 55; n++) await room.say(room.bob, `message ${n}`);
  const { transport } = await room.enter(room.alice);
  assert.deepEqual(transport.events.map(({ type }) => type), ["history", "users"]);
  assert.deepEqual(history(transport), Array.from({ length: 50 }, (_, n) => n + 6));
  assert.equal(transport.events[0].head, 55);
  assert.deepEqual(transport.events[1], { type: "users", room: "general", users: ["alice"], count: 1 });
});

Deno.test("`Room.deliver()` publishes every change once in the order of `rev`, whatever order it arrives in", async () => {
  await using room = await openRoom();
  const { transport } = await room.enter(room.alice);
  const [one, two, three] = [
    await room.say(room.bob, "1"),
    await room.say(room.bob, "2"),
    await room.say(room.bob, "3"),
  ];
  room.deliver(three, two, three);
  await room.flush();
  assert.deepEqual(live(transport), [], "an early change waits");
  room.deliver(one, two, one, three);
  await room.flush();
  assert.deepEqual(live(transport), [1, 2, 3]);
});

Deno.test("`Room.deliver()` fills a gap from the store before it publishes newer changes", async () => {
  await using room = await openRoom();
  const { transport } = await room.enter(room.alice);
  await room.say(room.bob, "lost");
  await room.say(room.bob, "lost too");
  const third = await room.say(room.bob, "heard");
  room.deliver(third);
  await room.clock.advance(49);
  assert.deepEqual(live(transport), []);
  await room.clock.advance(1);
  await eventually(async () => {
    await room.flush();
    return live(transport).length === 3;
  });
  assert.deepEqual(transport.all("message").map(({ content }) => content), ["lost", "lost too", "heard"]);
});

Deno.test("`Room.deliver()` reads a gap from the store once, and not at all when it closes by itself", async () => {
  await using room = await openRoom();
  let reads = 0;
  const { changesSince } = room.store.messages;
  room.messages.changesSince = (...args) => {
    reads += 1;
    return changesSince(...args);
  };
  const { transport } = await room.enter(room.alice);
  const [one, two] = [await room.say(room.bob, "1"), await room.say(room.bob, "2")];
  room.deliver(two, one);
  await room.clock.advance(1000);
  assert.deepEqual([live(transport), reads], [[1, 2], 0]);
  await room.say(room.bob, "lost");
  room.deliver(await room.say(room.bob, "4"), await room.say(room.bob, "5"));
  await eventually(async () => {
    await room.clock.advance(100);
    return live(transport).length === 5;
  });
  assert.equal(reads, 1);
});

Deno.test("`Room` publishes no change twice when a missing one arrives while it is fetched", async () => {
  await using room = await openRoom();
  const { transport } = await room.enter(room.alice);
  const reading = gate(room.store.messages.changesSince);
  room.messages.changesSince = reading.run;
  const [late, early] = [await room.say(room.bob, "late"), await room.say(room.bob, "early")];
  room.deliver(early);
  await room.clock.advance(50);
  await reading.reached;
  room.deliver(late);
  await room.flush();
  assert.deepEqual(live(transport), [1, 2]);
  reading.open();
  await room.clock.advance(100);
  await room.post(room.bob, "next");
  await room.flush();
  assert.deepEqual(live(transport), [1, 2, 3]);
});

Deno.test("`Room` retries when the store cannot fill a gap", async () => {
  await using room = await openRoom();
  const { transport } = await room.enter(room.alice);
  const { changesSince } = room.store.messages;
  room.messages.changesSince = () => {
    room.messages.changesSince = changesSince;
    return Promise.reject(new Error("disk I/O error"));
  };
  await room.say(room.bob, "lost");
  room.deliver(await room.say(room.bob, "heard"));
  await eventually(async () => {
    await room.clock.advance(100);
    return live(transport).length === 2;
  });
  assert.deepEqual(room.logged, ["Cannot fill gap in changes"]);
});

Deno.test("`Room` sends `reload` when a gap is too wide to fill, and continues after it", async () => {
  await using room = await openRoom();
  const { transport } = await room.enter(room.alice);
  room.messages.changesSince = () => Promise.resolve(undefined);
  await room.say(room.bob, "lost");
  room.deliver(await room.say(room.bob, "heard"));
  await eventually(async () => {
    await room.clock.advance(100);
    return transport.all("reload").length === 1;
  });
  await room.post(room.bob, "next");
  await room.flush();
  assert.deepEqual(live(transport), [3]);
});

Deno.test("`Room.join()` sends the first client the changes made during its history read", async () => {
  await using room = await openRoom();
  await room.say(room.bob, "before");
  const reading = gate(room.store.messages.latest);
  room.messages.latest = reading.run;
  const { transport, subscription } = room.connectionOf(room.alice);
  const joining = room.live.join(subscription, undefined);
  await reading.reached;
  await room.post(room.bob, "meanwhile");
  await room.post(room.bob, "meanwhile too");
  reading.open();
  await joining;
  await room.flush();
  assert.deepEqual([...history(transport), ...live(transport)], [1, 2, 3]);
});

Deno.test("`Room.join()` sends the changes made during a history read once, to this client and to later ones", async () => {
  await using room = await openRoom();
  const first = await room.enter(room.bob);
  const one = await room.post(room.bob, "one");
  await room.post(room.bob, "two");
  await room.flush();
  room.live.forget();
  const reading = gate(room.store.messages.history);
  room.messages.history = reading.run;
  const { transport, subscription } = room.connectionOf(room.alice);
  const joining = room.live.join(subscription, undefined);
  await reading.reached;
  await room.post(room.bob, "three");
  const { message } = (await room.store.messages.edit(one.id, "one, edited", T0))!;
  room.deliver(message);
  await room.post(room.bob, "five");
  await room.flush();
  reading.open();
  await joining;
  await room.post(room.bob, "six");
  await room.flush();
  const contents = transport.all("history")[0].messages.map(({ content }: { content: string }) => content);
  assert.deepEqual(contents, ["one, edited", "two", "three", "five"]);
  assert.equal(transport.all("history")[0].head, 5);
  assert.deepEqual(live(transport), [6]);
  assert.deepEqual(live(first.transport), [1, 2, 3, 4, 5, 6]);
});

Deno.test("`Room.join()` sends no change twice when the store is ahead of the bus", async () => {
  await using room = await openRoom();
  const first = await room.enter(room.bob);
  await room.post(room.bob, "stored and published");
  await room.flush();
  room.live.forget();
  const ahead = await room.say(room.bob, "stored, not published yet");
  const { transport } = await room.enter(room.alice);
  assert.deepEqual(history(transport), [1, 2]);
  room.deliver(ahead);
  await room.post(room.bob, "next");
  await room.flush();
  assert.deepEqual(live(transport), [3]);
  assert.deepEqual(live(first.transport), [1, 2, 3]);
});

Deno.test("`Room.join()` sends no change twice that is queued for the others", async () => {
  await using room = await openRoom();
  await room.enter(room.bob);
  await room.post(room.bob, "in the frame that leaves next");
  const { transport } = await room.enter(room.alice, { after: 0 });
  await room.flush();
  assert.deepEqual([history(transport), live(transport)], [[1], []]);
});

Deno.test("`Room.join()` drops a client that disconnects during the history read", async () => {
  await using room = await openRoom();
  const reading = gate(room.store.messages.latest);
  room.messages.latest = reading.run;
  const { connection, transport, subscription } = room.connectionOf(room.alice);
  const joining = room.live.join(subscription, undefined);
  await reading.reached;
  assert.equal(room.live.isEmpty, false, "a client is joining");
  connection.lost();
  reading.open();
  await joining;
  assert.deepEqual(transport.frames, []);
  assert.equal(room.live.presence.count, 0);
  assert.equal(room.live.isEmpty, true);
});

Deno.test("`Room.join()` rejects with the store's error and keeps no subscription", async () => {
  await using room = await openRoom();
  const { latest } = room.messages;
  room.messages.latest = () => Promise.reject(new Error("disk I/O error"));
  await assert.rejects(room.enter(room.alice), /disk I\/O error/);
  assert.equal(room.live.isEmpty, true);
  room.messages.latest = latest;
  const { transport } = await room.enter(room.alice);
  assert.equal(transport.all("history").length, 1, "the next join retries");
});

Deno.test("`Room.join()` sends a returning client the same from the cache as from the store", async () => {
  await using room = await openRoom();
  await room.enter(room.bob);
  const posted = [];
  for (let n = 1; n <= 8; n++) posted.push(await room.post(n % 2 ? room.bob : room.alice, `message ${n}`));
  for (const [at, message] of posted.entries()) {
    if (at % 3 === 0) room.deliver((await room.store.messages.edit(message.id, `edited ${at}`, T0))!.message);
    if (at % 3 === 1) room.deliver((await room.store.messages.remove(message.id, room.alice, T0))!);
  }
  room.deliver((await room.store.messages.edit(posted[0]!.id, "edited again", T0))!.message);
  await room.flush();
  const { head } = await room.store.messages.history(room.room.id, { limit: 1 });
  const { changesSince } = room.store.messages;
  let reads = 0;
  room.messages.changesSince = (...args) => {
    reads += 1;
    return changesSince(...args);
  };
  for (let after = 0; after <= head; after++) {
    const fromMemory = await room.enter(room.carol, { after });
    assert.equal(reads, 0, "the cache reaches back to the start of the room");
    const forgetful = room.newRoom();
    await room.enter(room.bob, { live: forgetful });
    forgetful.forget();
    const fromStore = await room.enter(room.carol, { after, live: forgetful });
    assert.equal(reads, after < head ? 1 : 0);
    reads = 0;
    const kept = (transport: FakeTransport) =>
      transport.events.filter(({ type }) => ["history", "delete"].includes(type));
    assert.deepEqual(kept(fromMemory.transport), kept(fromStore.transport), `after ${after}`);
  }
});

Deno.test("`Room.join()` reads the store once for all concurrent and later joins", async () => {
  await using room = await openRoom();
  for (let n = 1; n <= 60; n++) await room.say(room.bob, `message ${n}`);
  const reads: string[] = [];
  for (const name of ["latest", "history", "changesSince"] as const) {
    const read = room.store.messages[name] as (...args: unknown[]) => Promise<never>;
    room.messages[name] = (...args: unknown[]) => {
      reads.push(name);
      return read(...args);
    };
  }
  const storm = Array.from({ length: 300 }, async (_, n) => {
    const { transport } = await room.enter(room.alice, n % 2 === 0 ? {} : { after: 60 - n % 40 });
    return transport.all("history")[0].head;
  });
  assert.deepEqual(new Set(await Promise.all(storm)), new Set([60]));
  await room.post(room.bob, "one more");
  await room.flush();
  assert.equal(history((await room.enter(room.carol)).transport).at(-1), 61);
  assert.deepEqual(reads, ["latest"]);
});

Deno.test("`Room.join()` reads from the store what the cache has evicted", async () => {
  await using room = await openRoom();
  await room.enter(room.bob);
  for (let n = 0; n < 11; n++) {
    await Promise.all(Array.from({ length: 100 }, () => room.post(room.bob, "x")));
  }
  const gap = await room.enter(room.alice, { after: 100 });
  assert.deepEqual(history(gap.transport), Array.from({ length: 1000 }, (_, n) => n + 101));
  const wide = await room.enter(room.alice, { after: 99 });
  assert.deepEqual(wide.transport.events, [{ type: "reload", room: "general" }]);
});

Deno.test("`Room.join()` sends only `reload` for a rev in the room's future", async () => {
  await using room = await openRoom();
  await room.enter(room.bob);
  const { transport } = await room.enter(room.alice, { after: 1 });
  await room.post(room.bob, "Hello");
  await room.flush();
  assert.deepEqual(transport.events, [{ type: "reload", room: "general" }]);
  assert(room.live.presence.everybody().every(({ id }) => id !== room.alice.id));
});

Deno.test("`Room` sends the first event at once, and later ones of the window in one frame", async () => {
  await using room = await openRoom();
  const { transport } = await room.enter(room.alice);
  await room.flush();
  transport.frames.length = 0;
  await room.post(room.bob, "one");
  await room.turn();
  assert.equal(transport.frames.length, 1, "an idle room does not wait");
  for (let n = 0; n < 5; n++) await room.post(room.bob, "more");
  await room.turn();
  assert.equal(transport.frames.length, 1);
  await room.clock.advance(10);
  assert.equal(transport.frames.length, 2);
  assert.equal(transport.frames[1]!.split("\n").length, 5);
  assert.deepEqual(live(transport), [1, 2, 3, 4, 5, 6]);
});

Deno.test("`Room` sends the same frame to all clients of one encoding", async () => {
  await using room = await openRoom();
  const json = [await room.enter(room.alice), await room.enter(room.bob)];
  const html = [
    await room.enter(room.carol, { encoding: htmlEncoding }),
    await room.enter(room.alice, { encoding: htmlEncoding }),
  ];
  await room.flush();
  for (const { transport } of [...json, ...html]) transport.frames.length = 0;
  await room.post(room.alice, "Hello");
  await room.flush();
  assert.deepEqual(json[0]!.transport.frames, json[1]!.transport.frames);
  assert.deepEqual(html[0]!.transport.frames, html[1]!.transport.frames);
  assert.match(html[0]!.transport.frames[0]!, /^<li id="message-1"/);
  assert.equal(room.metrics.deliveries, 4);
});

Deno.test("`Room` skips ephemeral events for a slow reader, never messages", async () => {
  await using room = await openRoom();
  const { transport } = await room.enter(room.alice);
  await room.flush();
  transport.frames.length = 0;
  transport.buffered = 256 * 1024 + 1;
  room.live.deliver({ type: "typing", user: room.bob });
  room.live.deliver({ type: "system", content: "bob joined" });
  await room.flush();
  assert.deepEqual(transport.frames, []);
  await room.post(room.bob, "Hello");
  await room.flush();
  assert.deepEqual(live(transport), [1]);
});

Deno.test("`Room` disconnects a reader that does not keep up, and serves the others", async () => {
  await using room = await openRoom();
  const slow = await room.enter(room.alice);
  const other = await room.enter(room.bob);
  slow.transport.buffered = 1024 * 1024 + 1;
  await room.post(room.bob, "Hello");
  await room.flush();
  assert.equal(slow.transport.closed?.code, 1013);
  assert.equal(slow.transport.terminated, true);
  assert.deepEqual([live(slow.transport), live(other.transport)], [[], [1]]);
  await room.clock.advance(GRACE + 1000);
  assert(room.live.presence.everybody().every(({ id }) => id !== room.alice.id));
});
