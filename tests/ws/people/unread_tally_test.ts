import assert from "node:assert/strict";
import type { Message } from "../../../db/model.ts";
import { UNREAD_MAX } from "../../../db/store.ts";
import { RECENT, UnreadTally } from "../../../ws/people/unread_tally.ts";
import { castOf, T0 } from "../../support/cast.ts";
import { generator } from "../../support/generator.ts";
import { alice, bob, messageOf } from "../../support/models.ts";
import { tempStore } from "../../support/temp_store.ts";

const empty = { head: 0, from: 0, messages: [] };

Deno.test("`UnreadTally` counts messages of others after the last one read", () => {
  const tally = new UnreadTally(empty);
  for (let rev = 1; rev <= 5; rev++) tally.take(messageOf(rev === 3 ? alice : bob, rev));
  assert.deepEqual([0, 2, 3, 5].map((read) => tally.count(alice.id, read).unread), [4, 2, 2, 0]);
  assert.equal(tally.count(bob.id, 0).unread, 1);
  assert.equal(tally.last, 5);
});

Deno.test("`UnreadTally` applies each change once in any order, and reports a missing one", () => {
  const tally = new UnreadTally(empty);
  const gone = messageOf(bob, 1, { rev: 3, deletedAt: T0, content: "" });
  tally.take(gone);
  tally.take(messageOf(bob, 2));
  assert.equal(tally.isBehind, true);
  tally.take(messageOf(bob, 1));
  tally.take(messageOf(bob, 1));
  tally.take(gone);
  assert.equal(tally.isBehind, false);
  assert.equal(tally.count(alice.id, 0).unread, 1);
  tally.take(messageOf(bob, 2, { rev: 4, editedAt: T0 }));
  assert.equal(tally.count(alice.id, 0).unread, 1, "an edit adds nothing");
});

Deno.test("`UnreadTally` counts up to a hundred in bounded memory", () => {
  const tally = new UnreadTally(empty);
  for (let rev = 1; rev <= 5 * RECENT; rev++) tally.take(messageOf(bob, rev));
  assert.equal(tally.count(alice.id, 0).unread, UNREAD_MAX);
  assert.equal(tally.count(alice.id, 5 * RECENT - 99).unread, 99);
  assert(tally.from > 0, "memory does not reach that far");
  assert.equal(tally.count(bob.id, 5 * RECENT - 10).unread, 0);
});

Deno.test("`UnreadTally` counts as the store does for random messages and deletions", async () => {
  for (let seed = 1; seed <= 4; seed++) {
    await using temp = await tempStore();
    const { rooms, messages } = temp.store;
    const cast = await castOf(temp.store);
    const random = generator(seed);
    const users = [cast.alice, cast.bob, cast.carol];
    const posted: Message[] = [];
    const say = async (n: number) => {
      // One user may write nearly everything.
      const message = await cast.say(users[random(random(10) === 0 ? 3 : 1)]!, `message ${n}`);
      posted.push(message);
      return message;
    };
    const before = seed % 2 === 0 ? 0 : 350;
    await Promise.all(Array.from({ length: before }, (_, n) => say(n)));
    let tally = new UnreadTally(await rooms.recent(cast.room.id, RECENT));
    for (let step = 0; step < 100; step++) {
      const removed = random(4) === 0 ? posted[random(posted.length)] : undefined;
      const change = removed ? await messages.remove(removed.id, cast.alice, T0) : await say(step);
      if (change) tally.take(change);
      if (random(40) === 0) tally = new UnreadTally(await rooms.recent(cast.room.id, RECENT));
      const { head } = (await rooms.findFor(cast.alice.id, "general"))!;
      for (const user of users) {
        const seen = random(3) === 0 ? random(head + 1) : Math.max(0, head - random(110));
        const expected = await rooms.countUnread(cast.room.id, user.id, seen, UNREAD_MAX);
        const actual = tally.count(user.id, seen);
        if (seen >= tally.from) assert.deepEqual(actual, expected, `seed ${seed}, step ${step}`);
        else if (actual.unread === UNREAD_MAX) assert.equal(expected.unread, UNREAD_MAX);
        else {assert(
            expected.unread < UNREAD_MAX && user.id === cast.alice.id,
            "only the most active author is queried",
          );}
      }
    }
  }
});
