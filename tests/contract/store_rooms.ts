import assert from "node:assert/strict";
import type { Room, RoomId, User, UserId } from "../../db/model.ts";
import { DIRECT_MAX, ROOMS_MAX } from "../../db/store.ts";
import { ROOMS_CREATED_A_DAY } from "../../db/store_rooms.ts";
import { account, castOf, T0 } from "../support/cast.ts";
import type { OpenEmpty } from "./store.ts";

const HOUR = 60 * 60 * 1000;

const refuses = (promise: Promise<unknown>, code: string, message?: RegExp) =>
  assert.rejects(promise, (error: { code?: string; message: string }) => {
    assert.equal(error.code, code, error.message);
    if (message) assert.match(error.message, message);
    return true;
  });

/** Rooms: who is in them, what they are called, and who may post. */
export function roomsContract(name: string, open: OpenEmpty): void {
  async function cast() {
    const opened = await open();
    const people = await castOf(opened.store);
    const { store } = opened;
    return {
      ...people,
      store,
      rooms: store.rooms,
      again: opened.again,
      post: (room: Room, author: User, content = "Hello", now = T0) =>
        store.messages.post({ room: room.id, author: author.id, content, nonce: null }, now),
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  }

  Deno.test(`${name}: \`rooms.create()\` makes a room of its creator, who owns it, and of those invited`, async () => {
    await using it = await cast();
    const { alice, bob, carol, rooms } = it;
    const room = await rooms.create({ name: "Café Ünder", kind: "private", members: [bob.id, bob.id] }, alice, T0);
    assert.deepEqual([room.slug, room.name, room.kind, room.head], ["cafe-under", "Café Ünder", "private", 0]);
    const members = await rooms.members(room.id, { limit: 10 });
    assert.deepEqual(members.map(({ user, role }) => [user.username, role]), [["alice", "owner"], ["bob", "member"]]);
    assert.equal(await rooms.countMembers(room.id), 2);
    assert.equal(await rooms.findFor(carol.id, room.slug), undefined);
    assert.equal(await rooms.visibleTo(carol.id, room.slug), undefined, "looks like a room that is not there");
    assert.deepEqual((await rooms.memberships(alice.id)).map(({ room, role }) => [room.slug, role]), [
      ["cafe-under", "owner"],
      ["general", "member"],
    ]);
  });

  Deno.test(`${name}: a chosen slug is taken once; one made from a name is always free`, async () => {
    await using it = await cast();
    const { alice, bob, rooms } = it;
    await rooms.create({ name: "Chess", kind: "public", slug: "chess" }, alice, T0);
    await refuses(
      rooms.create({ name: "Other", kind: "public", slug: "chess" }, bob, T0),
      "conflict",
      /"chess" is taken/,
    );
    const second = await rooms.create({ name: "Chess", kind: "public" }, bob, T0);
    assert.match(second.slug, /^chess-[a-z0-9]{6}$/);
    assert.match((await rooms.create({ name: "将棋", kind: "public" }, bob, T0)).slug, /^room-[a-z0-9]{6}$/);
  });

  Deno.test(`${name}: \`rooms.browse()\` lists public rooms and a user's own, searched without case and accents`, async () => {
    await using it = await cast();
    const { alice, bob, rooms } = it;
    const chess = await rooms.create({ name: "Échecs", kind: "public", topic: "Openings" }, alice, T0);
    await rooms.create({ name: "Secret", kind: "private" }, alice, T0);
    const old = await rooms.create({ name: "Old", kind: "public" }, alice, T0);
    await rooms.change(old.id, { archived: true }, alice, T0);
    await rooms.direct([bob], alice, T0);
    const names = async (user: User, filter: { search?: string; archived?: boolean } = {}) =>
      (await rooms.browse(user.id, { ...filter, limit: 10 })).items.map(({ room }) => room.name);
    assert.deepEqual(await names(bob), ["Échecs", "General"]);
    assert.deepEqual(await names(alice), ["Échecs", "General", "Secret"]);
    assert.deepEqual(await names(bob, { archived: true }), ["Échecs", "General", "Old"]);
    assert.deepEqual(await names(bob, { search: "ECHEC" }), ["Échecs"]);
    assert.deepEqual(await names(bob, { search: "opening" }), ["Échecs"]);
    const first = await rooms.browse(bob.id, { limit: 1 });
    assert.deepEqual(first.items.map(({ room, members, isMember }) => [room.id, members, isMember]), [
      [chess.id, 1, false],
    ]);
    const second = await rooms.browse(bob.id, { limit: 1, after: first.next });
    assert.deepEqual(second.items.map(({ room, isMember }) => [room.slug, isMember]), [["general", true]]);
    assert.equal(second.next, undefined);
  });

  Deno.test(`${name}: members join, leave and are removed; a room with members keeps an owner`, async () => {
    await using it = await cast();
    const { alice, bob, carol, rooms, store } = it;
    const room = await rooms.create({ name: "Ops", kind: "public" }, alice, T0);
    assert.equal(await rooms.join(room.id, bob, T0 + 1), true);
    assert.equal(await rooms.join(room.id, bob, T0 + 1), false);
    await rooms.join(room.id, carol, T0 + 2, { by: alice });
    await rooms.setRole(room.id, carol, "moderator", alice, T0);
    assert.equal(await rooms.leave(room.id, alice, T0), true);
    assert.equal(await rooms.leave(room.id, alice, T0), false);
    assert.equal((await rooms.member(room.id, carol.id))?.role, "owner", "the moderator before the older member");
    await store.moderation.deleteAccount(carol.id, "keep", alice, T0);
    assert.equal((await rooms.member(room.id, bob.id))?.role, "owner");
    assert.equal(await rooms.countMembers(room.id), 1);
    assert.equal(await rooms.leave(room.id, bob, T0, alice, "spam"), true);
    assert.equal(await rooms.join(room.id, alice, T0), true);
    assert.equal((await rooms.member(room.id, alice.id))?.role, "owner", "the first to come back");
    const acts = await store.audit.list({}, { limit: 20 });
    assert.deepEqual(acts.items.slice(0, 1).map(({ action, target, reason }) => [action, target, reason]), [
      ["remove_member", "bob", "ops: spam"],
    ]);
    await refuses(rooms.join(room.id, { id: 4711 as UserId, username: "x" }, T0), "not_found");
  });

  Deno.test(`${name}: everybody stays in \`general\``, async () => {
    await using it = await cast();
    const { alice, bob, room, rooms } = it;
    await refuses(rooms.leave(room.id, bob, T0), "conflict");
    await refuses(rooms.remove(room.id, alice, T0), "conflict");
    for (const change of [{ archived: true }, { kind: "private" as const }, { isDefault: false }]) {
      await refuses(rooms.change(room.id, change, alice, T0), "conflict");
    }
    assert.equal((await rooms.change(room.id, { name: "Everyone" }, alice, T0)).name, "Everyone");
  });

  Deno.test(`${name}: new users join the default rooms, and have read what was said before`, async () => {
    await using it = await cast();
    const { alice, post, rooms, store } = it;
    const news = await rooms.create({ name: "News", kind: "public" }, alice, T0);
    await post(news, alice);
    await rooms.change(news.id, { isDefault: true }, alice, T0);
    const dave = await account(store, "dave");
    assert.deepEqual((await rooms.memberships(dave.id)).map(({ room, unread }) => [room.slug, unread]), [
      ["general", 0],
      ["news", 0],
    ]);
    assert.equal(await rooms.countMembers(news.id), 2);
  });

  Deno.test(`${name}: the same users have one direct room, in whatever order they are named`, async () => {
    await using it = await cast();
    const { alice, bob, carol, rooms } = it;
    const { room, isNew } = await rooms.direct([bob, carol, bob], alice, T0);
    assert.equal(isNew, true);
    assert.deepEqual([room.kind, room.name], ["direct", "bob, carol"]);
    const again = await rooms.direct([alice, carol], bob, T0);
    assert.deepEqual([again.isNew, again.room.id, again.room.name], [false, room.id, "alice, carol"]);
    assert.notEqual((await rooms.direct([bob], alice, T0)).room.id, room.id);
    await refuses(rooms.direct([], alice, T0), "invalid");
    await refuses(rooms.direct([alice], alice, T0), "invalid");
    await refuses(rooms.leave(room.id, bob, T0), "conflict");
    await refuses(rooms.join(room.id, await account(it.store, "dave"), T0), "conflict");
    const many = [];
    for (let n = 0; n < DIRECT_MAX; n++) many.push(await account(it.store, `user${n}qx`));
    await refuses(rooms.direct(many, alice, T0), "invalid");
  });

  Deno.test(`${name}: users who have blocked one another exchange no direct messages, nor does anybody with a blocked account`, async () => {
    await using it = await cast();
    const { alice, bob, carol, post, rooms, store } = it;
    const { room } = await rooms.direct([carol], bob, T0);
    await post(room, bob);
    await rooms.block(carol.id, bob.id, T0);
    await rooms.block(carol.id, bob.id, T0);
    assert.deepEqual((await rooms.blockedBy(carol.id)).map(({ username }) => username), ["bob"]);
    for (const author of [bob, carol]) await refuses(post(room, author), "forbidden");
    await refuses(rooms.direct([carol, alice], bob, T0), "forbidden");
    await rooms.unblock(carol.id, bob.id);
    await post(room, bob);
    await store.moderation.block(carol.id, alice, "", T0);
    await refuses(post(room, bob), "forbidden", /carol is blocked/);
  });

  Deno.test(`${name}: \`messages.post()\` is for members, and not in an archived room`, async () => {
    await using it = await cast();
    const { alice, bob, post, rooms, store } = it;
    const room = await rooms.create({ name: "Ops", kind: "public", members: [bob.id] }, alice, T0);
    const { message } = await post(room, bob);
    await rooms.change(room.id, { archived: true }, alice, T0);
    await refuses(post(room, bob), "forbidden", /"Ops" is archived/);
    await refuses(store.messages.edit(message.id, "other", T0), "forbidden");
    await refuses(rooms.join(room.id, it.carol, T0), "conflict");
    await refuses(rooms.change(room.id, { name: "New" }, alice, T0), "conflict");
    await rooms.change(room.id, { archived: false }, alice, T0);
    await rooms.leave(room.id, bob, T0);
    await refuses(post(room, bob), "not_found");
    await refuses(store.messages.edit(message.id, "other", T0), "not_found");
  });

  Deno.test(`${name}: announcements, slow mode and time-outs hold for members and not for moderators`, async () => {
    await using it = await cast();
    const { alice, bob, carol, post, rooms, store } = it;
    const room = await rooms.create({ name: "News", kind: "public", members: [bob.id, carol.id] }, alice, T0);
    await rooms.setRole(room.id, carol, "moderator", alice, T0);
    await rooms.change(room.id, { posting: "moderators" }, alice, T0);
    await refuses(post(room, bob), "forbidden", /Only moderators/);
    await post(room, carol);
    await rooms.change(room.id, { posting: "everybody", slowMode: 60 }, alice, T0);
    const first = await store.messages.post({ room: room.id, author: bob.id, content: "one", nonce: "n" }, T0);
    await refuses(post(room, bob, "two", T0 + 59_000), "rate_limited", /1 second/);
    const repeated = await store.messages.post({ room: room.id, author: bob.id, content: "one", nonce: "n" }, T0);
    assert.equal(repeated.message.id, first.message.id, "a retry is no second message");
    assert.equal((await store.messages.edit(first.message.id, "edited", T0))?.changed, true);
    await post(room, bob, "two", T0 + 60_000);
    for (let n = 0; n < 2; n++) await post(room, carol);
    await rooms.timeOut(room.id, bob, T0 + 3 * HOUR, alice, T0, "calm down");
    await refuses(post(room, bob, "three", T0 + HOUR), "forbidden", /2 hours/);
    await post(room, bob, "three", T0 + 3 * HOUR);
    await refuses(rooms.timeOut(room.id, { id: 4711 as UserId, username: "x" }, null, alice, T0), "not_found");
  });

  Deno.test(`${name}: mentions of members are counted, follow edits, and end with the message`, async () => {
    await using it = await cast();
    const { alice, bob, carol, post, rooms, store } = it;
    const room = await rooms.create({ name: "Ops", kind: "private", members: [bob.id] }, alice, T0);
    const counts = async (user: User) => {
      const [found] = (await rooms.memberships(user.id)).filter((each) => each.room.id === room.id);
      assert.deepEqual(await rooms.countUnread(room.id, user.id, found!.read, 100), {
        unread: found!.unread,
        mentions: found!.mentions,
      });
      return [found!.unread, found!.mentions, found!.last];
    };
    const { message } = await post(room, alice, "@BOB and @carol, see mail@bob.example.");
    assert.deepEqual(message.mentions, [bob.id], "of members only");
    assert.deepEqual(await counts(bob), [1, 1, 1]);
    assert.deepEqual(await counts(alice), [0, 0, 1]);
    const edited = await store.messages.edit(message.id, "nobody", T0);
    assert.equal(edited?.message.mentions, undefined);
    assert.deepEqual(await counts(bob), [1, 0, 1]);
    const { message: second } = await post(room, alice, "thanks @bob.");
    assert.deepEqual((await rooms.recent(room.id, 5)).messages, [
      { seq: 1, author: alice.id },
      { seq: second.seq, author: alice.id, mentions: [bob.id] },
    ]);
    await store.messages.remove(second.id, alice, T0);
    assert.deepEqual(await counts(bob), [1, 0, 1]);
    void carol;
  });

  Deno.test(`${name}: \`rooms.setRead()\` goes up and down and never beyond the head; what was seen goes up only`, async () => {
    await using it = await cast();
    const { alice, bob, room, rooms, say } = it;
    for (let n = 0; n < 5; n++) await say(bob, `message ${n}`);
    const read = async () => (await rooms.membership(alice.id, room.id))!.read;
    assert.equal(await rooms.setRead(room.id, alice.id, 99), 5);
    assert.equal(await rooms.setRead(room.id, alice.id, 2), 2);
    assert.deepEqual(await rooms.markSeen(room.id, [{ user: alice.id, seq: 4 }]), [alice.id]);
    assert.equal(await read(), 4);
    await rooms.setRead(room.id, alice.id, 1);
    assert.deepEqual(await rooms.markSeen(room.id, [{ user: alice.id, seq: 4 }]), [], "no news");
    assert.equal(await read(), 1, "still marked as unread");
    assert.deepEqual((await rooms.readers(room.id, 4, bob.id, 10)).map(({ username }) => username), ["alice"]);
    assert.deepEqual(await rooms.readers(room.id, 5, bob.id, 10), []);
  });

  Deno.test(`${name}: \`rooms.remove()\` takes a room away at once, and its messages step by step`, async () => {
    await using it = await cast();
    const { alice, bob, post, rooms, store } = it;
    const room = await rooms.create({ name: "Ops", kind: "public", slug: "ops", members: [bob.id] }, alice, T0);
    const { message } = await post(room, bob);
    for (let n = 0; n < 4; n++) await post(room, bob);
    assert.deepEqual((await rooms.remove(room.id, alice, T0)).sort(), [alice.id, bob.id].sort());
    assert.equal(await rooms.visibleTo(bob.id, "ops"), undefined);
    assert.equal(await store.messages.findFor(bob.id, message.id), undefined);
    await refuses(post(room, bob), "not_found");
    assert.deepEqual((await store.admin.messages({}, { limit: 10 })).items, []);
    await rooms.create({ name: "Ops", kind: "public", slug: "ops" }, bob, T0);
    let steps = 0;
    while (await rooms.purgeRemoved(2) > 0) steps++;
    assert.equal(steps, 4, "two, two, one, and the room");
    await assert.rejects(rooms.recent(room.id as RoomId, 1), "nothing is left of it");
  });

  Deno.test(`${name}: messages of private rooms are shown to administrators only while the room is open for inspection`, async () => {
    await using it = await cast();
    const { alice, bob, post, rooms, store } = it;
    const room = await rooms.create({ name: "Ops", kind: "private" }, bob, T0);
    await post(room, bob, "private");
    const { room: between } = await rooms.direct([it.carol], bob, T0);
    await post(between, bob, "direct");
    const found = async (inspectedAt: number) =>
      (await store.admin.messages({ inspectedAt }, { limit: 10 })).items.map(({ content }) => content);
    assert.deepEqual(await found(T0), []);
    const opened = await rooms.inspect(room.id, T0 + HOUR, alice, T0, "a complaint");
    assert.deepEqual(opened.inspection, { until: T0 + HOUR, reason: "a complaint" });
    assert.deepEqual(await found(T0), ["private"]);
    assert.deepEqual(await found(T0 + HOUR), []);
  });

  Deno.test(`${name}: rooms of a user and rooms made in a day are limited`, async () => {
    await using it = await cast();
    const { alice, bob, rooms } = it;
    for (let n = 0; n < ROOMS_CREATED_A_DAY; n++) await rooms.create({ name: `Room ${n}`, kind: "public" }, alice, T0);
    await refuses(rooms.create({ name: "More", kind: "public" }, alice, T0 + HOUR), "rate_limited");
    await refuses(rooms.direct([bob], alice, T0 + HOUR), "rate_limited");
    const tomorrow = T0 + 25 * HOUR;
    for (let n = ROOMS_CREATED_A_DAY; n < ROOMS_MAX - 1; n++) {
      await rooms.create({ name: `Room ${n}`, kind: "public" }, alice, tomorrow);
    }
    const late = await rooms.create({ name: "Late", kind: "public" }, bob, tomorrow);
    await refuses(rooms.join(late.id, alice, tomorrow), "conflict", /200 rooms/);
    assert.equal((await rooms.memberships(alice.id)).length, ROOMS_MAX);
    await rooms.direct([bob], alice, tomorrow + 25 * HOUR);
    assert.equal((await rooms.memberships(alice.id)).length, ROOMS_MAX + 1, "direct messages come beside them");
  });

  Deno.test(`${name}: however many race, a slug is one room, the same users have one direct room, and somebody owns it`, async () => {
    await using it = await cast();
    const { alice, bob, carol, rooms, store } = it;
    await using second = await it.again();
    const stores = [store, second];
    const made = await Promise.allSettled(
      Array.from(
        { length: 10 },
        (_, n) =>
          stores[n % 2]!.rooms.create({ name: "Ops", kind: "public", slug: "ops" }, [alice, bob, carol][n % 3]!, T0),
      ),
    );
    assert.equal(made.filter(({ status }) => status === "fulfilled").length, 1);
    const direct = await Promise.all(
      Array.from({ length: 10 }, (_, n) => stores[n % 2]!.rooms.direct([bob, carol], alice, T0)),
    );
    assert.equal(new Set(direct.map(({ room }) => room.id)).size, 1);
    assert.equal(direct.filter(({ isNew }) => isNew).length, 1);
    const room = (await rooms.visibleTo(alice.id, "ops"))!.room;
    const users = [alice, bob, carol];
    await Promise.all(users.map((user, n) => stores[n % 2]!.rooms.join(room.id, user, T0)));
    await Promise.all([alice, bob].map((user, n) => stores[n % 2]!.rooms.leave(room.id, user, T0)));
    assert.equal((await rooms.member(room.id, carol.id))?.role, "owner");
    assert.equal(await rooms.countMembers(room.id), 1);
  });
}
