import assert from "node:assert/strict";
import type { UserId } from "../../../db/model.ts";
import { GRACE, type Online, Presence } from "../../../ws/rooms/presence.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { alice, bob, carol, userOf } from "../../support/models.ts";

interface Announcement extends Online {
  readonly lines: readonly string[];
}

function open() {
  const clock = new ManualClock();
  const announced: Announcement[] = [];
  const presence = new Presence(clock, (lines, online) => announced.push({ lines, ...online }));
  return {
    clock,
    presence,
    announced,
    lines: () => announced.flatMap(({ lines }) => lines),
    names: () => presence.online.users.map(({ username }) => username),
  };
}

Deno.test("`Presence.arrive()` announces an arrival at once, with the users online", async () => {
  const { clock, presence, announced } = open();
  presence.arrive(alice);
  assert.equal(presence.count, 1);
  assert.equal(isHere(presence, alice.id), true);
  await clock.advance(0);
  assert.deepEqual(announced, [{ lines: ["alice joined"], users: [{ id: alice.id, username: "alice" }], count: 1 }]);
});

Deno.test("`Presence` announces at most once a second, and then everything together", async () => {
  const { clock, presence, announced } = open();
  presence.arrive(alice);
  await clock.advance(100);
  presence.arrive(bob);
  presence.arrive(carol);
  await clock.advance(800);
  assert.equal(announced.length, 1);
  await clock.advance(100);
  assert.deepEqual(announced.map(({ lines, count }) => [lines, count]), [
    [["alice joined"], 1],
    [["bob and carol joined"], 3],
  ]);
});

Deno.test("`Presence.depart()` takes effect after the grace period", async () => {
  const { clock, presence, lines, names, announced } = open();
  presence.arrive(alice);
  presence.arrive(bob);
  await clock.advance(1000);
  presence.depart(bob.id);
  await clock.advance(GRACE - 1);
  assert.deepEqual(names(), ["alice", "bob"]);
  await clock.advance(1);
  assert.deepEqual(names(), ["alice"]);
  assert.deepEqual(lines(), ["alice and bob joined", "bob left"]);
  assert.deepEqual(announced.at(-1), { lines: ["bob left"], users: [{ id: alice.id, username: "alice" }], count: 1 });
});

Deno.test("`Presence` announces nothing for a reload or a short network loss", async () => {
  const { clock, presence, announced } = open();
  presence.arrive(alice);
  await clock.advance(1000);
  for (let n = 0; n < 5; n++) {
    presence.depart(alice.id);
    await clock.advance(GRACE - 1);
    presence.arrive(alice);
    await clock.advance(1000);
  }
  await clock.advance(10 * GRACE);
  assert.equal(announced.length, 1);
  assert.equal(presence.count, 1);
});

Deno.test("`Presence` keeps a user online until the last window closes", async () => {
  const { clock, presence, lines } = open();
  presence.arrive(alice);
  presence.arrive(alice);
  presence.arrive(alice);
  presence.depart(alice.id);
  presence.depart(alice.id);
  await clock.advance(10 * GRACE);
  assert.equal(isHere(presence, alice.id), true);
  presence.depart(alice.id);
  presence.depart(alice.id);
  await clock.advance(GRACE);
  assert.equal(isHere(presence, alice.id), false);
  assert.deepEqual(lines(), ["alice joined", "alice left"]);
});

Deno.test("`Presence` keeps a grace period per user", async () => {
  const { clock, presence, lines } = open();
  presence.arrive(alice);
  presence.arrive(bob);
  await clock.advance(1000);
  presence.depart(alice.id);
  await clock.advance(6000);
  presence.depart(bob.id);
  await clock.advance(GRACE - 6000);
  assert.deepEqual(lines().at(-1), "alice left");
  assert.equal(isHere(presence, bob.id), true);
  await clock.advance(6000);
  assert.deepEqual(lines().at(-1), "bob left");
});

Deno.test("`Presence` announces one departure for a user who leaves, returns and leaves again", async () => {
  const { clock, presence, lines } = open();
  presence.arrive(alice);
  presence.arrive(bob);
  await clock.advance(1000);
  presence.depart(alice.id);
  await clock.advance(GRACE / 2);
  presence.arrive(alice);
  presence.depart(alice.id);
  await clock.advance(GRACE - 1);
  assert.equal(isHere(presence, alice.id), true, "the earlier departure is forgotten");
  await clock.advance(1);
  assert.deepEqual(lines().at(-1), "alice left");
});

Deno.test("`Presence` announces nothing for a user who returns before their departure was announced", async () => {
  const { clock, presence, lines } = open();
  presence.arrive(alice);
  presence.arrive(bob);
  await clock.advance(1000);
  presence.depart(bob.id);
  await clock.advance(GRACE - 100);
  // This announcement holds back the next one for a second.
  presence.arrive(carol);
  await clock.advance(200);
  assert.equal(isHere(presence, bob.id), false);
  presence.arrive(bob);
  await clock.advance(10_000);
  assert.deepEqual(lines(), ["alice and bob joined", "carol joined"]);
});

Deno.test("`Presence` announces a crowd in one line with the first names and a short list", async () => {
  const { clock, presence, announced } = open();
  for (let n = 1; n <= 250; n++) presence.arrive(userOf(n, `user${String(n).padStart(3, "0")}`));
  await clock.advance(0);
  assert.equal(announced.length, 1);
  const [{ lines, users, count }] = announced as [Announcement];
  assert.deepEqual(lines, ["user001, user002, user003 and 247 others joined"]);
  assert.deepEqual([users.length, count, users[0]?.username, users[19]?.username], [20, 250, "user001", "user020"]);
});

Deno.test("`Presence` announces ten thousand arrivals in ten seconds a few times, and each receives the last announced list", async () => {
  const { clock, presence, announced } = open();
  for (let n = 1; n <= 10_000; n++) {
    presence.arrive(userOf(n, `user${(n * 7919) % 10_000}`));
    if (n % 100 === 0) await clock.advance(100);
  }
  assert(announced.length <= 5, `${announced.length} announcements`);
  assert.equal(presence.online, announced.at(-1) && presence.online, "one object, and so one frame, for all arrivals");
  await clock.advance(10_000);
  assert.equal(announced.at(-1)?.count, 10_000);
  assert.equal(announced.at(-1)?.users.length, 20);
});

Deno.test('`Presence` names up to four users in a line and never says "1 other"', async () => {
  for (
    const [count, line] of [
      [1, "user1 joined"],
      [2, "user1 and user2 joined"],
      [4, "user1, user2, user3 and user4 joined"],
      [5, "user1, user2, user3 and 2 others joined"],
    ] as const
  ) {
    const { clock, presence, lines } = open();
    for (let n = 1; n <= count; n++) presence.arrive(userOf(n, `user${n}`));
    await clock.advance(0);
    assert.deepEqual(lines(), [line]);
  }
});

Deno.test("`Presence.online` sorts by name, ignoring case", () => {
  const { presence, names } = open();
  presence.arrive(userOf(1, "carol"));
  presence.arrive(userOf(2, "Bob"));
  presence.arrive(userOf(3, "alice"));
  assert.deepEqual(names(), ["alice", "Bob", "carol"]);
});

Deno.test("`Presence.restore()` announces nothing for users who return, and the departure of the others", async () => {
  const { clock, presence, lines, names } = open();
  presence.restore([alice, bob, carol]);
  assert.deepEqual(names(), ["alice", "bob", "carol"]);
  presence.arrive(alice);
  await clock.advance(5000);
  presence.arrive(bob);
  await clock.advance(GRACE - 5001);
  assert.deepEqual(lines(), []);
  await clock.advance(1);
  assert.deepEqual(lines(), ["carol left"]);
  assert.deepEqual(names(), ["alice", "bob"]);
});

Deno.test("`Presence` keeps a user for at most one more grace period when the clock is set back", async () => {
  const { clock, presence } = open();
  presence.arrive(alice);
  await clock.advance(1000);
  presence.depart(alice.id);
  clock.set(0);
  await clock.advance(1_000_000 + 3 * GRACE);
  assert.equal(isHere(presence, alice.id), false);
});

Deno.test("`Presence.close()` stops all announcements", async () => {
  const { clock, presence, announced } = open();
  presence.arrive(alice);
  presence.arrive(bob);
  presence.depart(bob.id);
  presence.close();
  await clock.advance(10 * GRACE);
  assert.deepEqual(announced, []);
  assert.equal(clock.waiting, 0);
});

function isHere(presence: Presence, user: UserId): boolean {
  return presence.everybody().some(({ id }) => id === user);
}
