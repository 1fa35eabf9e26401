import assert from "node:assert/strict";
import { castOf, T0 } from "../support/cast.ts";
import type { OpenEmpty } from "./store.ts";

/** What an inbox is computed from: memberships, read positions, and the authors of later messages. */
export function unreadContract(name: string, open: OpenEmpty): void {
  Deno.test(`${name}: \`rooms.memberships()\` returns a user's rooms and read positions`, async () => {
    await using opened = await open();
    const { rooms } = opened.store;
    const { alice, bob, room, say } = await castOf(opened.store);
    for (let n = 1; n <= 3; n++) await say(bob, `message ${n}`);
    await rooms.markSeen(room.id, [{ user: alice.id, seq: 2 }]);
    assert.deepEqual(await rooms.memberships(alice.id), [{
      room: { ...room, head: 3 },
      role: "member",
      notify: "mentions",
      isFavourite: false,
      timedOutUntil: null,
      read: 2,
      others: [],
      members: 3,
      unread: 1,
      mentions: 0,
      last: 3,
    }]);
    assert.deepEqual((await rooms.memberships(bob.id)).map(({ read, unread }) => [read, unread]), [[0, 0]]);
    assert.equal(await rooms.countMembers(room.id), 3);
  });

  Deno.test(`${name}: \`rooms.recent()\` returns the undeleted messages of the last seqs with their authors, and where they begin`, async () => {
    await using opened = await open();
    const { messages, rooms } = opened.store;
    const { alice, bob, room, say } = await castOf(opened.store);
    assert.deepEqual(await rooms.recent(room.id, 3), { head: 0, from: 0, messages: [] });
    const posted = [];
    for (let n = 1; n <= 5; n++) posted.push(await say(n % 2 ? alice : bob, `message ${n}`));
    await messages.remove(posted[3]!.id, alice, T0);
    await messages.edit(posted[0]!.id, "edited", T0);
    assert.deepEqual(await rooms.recent(room.id, 3), {
      head: 7,
      from: 1,
      messages: [{ seq: 2, author: bob.id }, { seq: 3, author: alice.id }, { seq: 5, author: alice.id }],
    });
    assert.equal((await rooms.recent(room.id, 4)).from, 0, "there are no more");
  });

  Deno.test(`${name}: \`rooms.countUnread()\` counts undeleted messages of others after the last one read, up to a bound`, async () => {
    await using opened = await open();
    const { messages, rooms } = opened.store;
    const { alice, bob, carol, room, say } = await castOf(opened.store);
    const posted = [];
    for (let n = 1; n <= 6; n++) posted.push(await say(n % 2 ? alice : bob, `message ${n}`));
    await messages.remove(posted[5]!.id, alice, T0);
    assert.deepEqual(await rooms.countUnread(room.id, alice.id, 0, 100), { unread: 2, mentions: 0 });
    assert.deepEqual(await rooms.countUnread(room.id, bob.id, 1, 100), { unread: 2, mentions: 0 });
    assert.deepEqual(await rooms.countUnread(room.id, carol.id, 0, 3), { unread: 3, mentions: 0 });
    assert.deepEqual(await rooms.countUnread(room.id, carol.id, 5, 100), { unread: 0, mentions: 0 });
  });
}
