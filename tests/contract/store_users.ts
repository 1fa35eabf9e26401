import assert from "node:assert/strict";
import { ChatError } from "../../db/errors.ts";
import type { Session, SessionId, UserId } from "../../db/model.ts";
import { account, castOf, T0 } from "../support/cast.ts";
import type { OpenEmpty } from "./store.ts";

const HOUR = 3_600_000;

function sessionOf(userId: UserId, facts: Partial<Session> = {}): Session {
  return {
    id: crypto.randomUUID() as string as SessionId,
    userId,
    createdAt: T0,
    lastSeenAt: T0,
    expiresAt: T0 + HOUR,
    address: "192.0.2.7",
    userAgent: "Test/1.0",
    ...facts,
  };
}

/** Users, sessions, rooms and settings. */
export function userContract(name: string, open: OpenEmpty): void {
  Deno.test(`${name}: \`users.create()\` refuses a confusable name, also under concurrency`, async () => {
    await using opened = await open();
    const { store } = opened;
    const create = (username: string) => store.users.create({ username, email: null, passwordHash: "x" }, T0);
    const names = ["alice", "a1ice", "aIice", "al1ce", "a.lice", "alice_", "-alice", "AL.ICE"];
    const outcomes = await Promise.allSettled(names.map(create));
    assert.deepEqual(outcomes.map(({ status }) => status), ["fulfilled", ...names.slice(1).map(() => "rejected")]);
    for (const outcome of outcomes.slice(1)) {
      const { reason } = outcome as PromiseRejectedResult;
      assert.deepEqual([reason.code, reason.field], ["conflict", "username"]);
    }
    for (const name of ["neil", "nell", "alicia"]) await create(name);
    assert.equal((await store.users.findAlike("N3il"))?.username, "neil");
    assert.equal(await store.users.findAlike("zoe"), undefined);
    const { id } = await create("rnary");
    await assert.rejects(create("mary"), /looks like/);
    await store.moderation.deleteAccount(id, "keep", "command line", T0);
    await create("mary");
  });

  Deno.test(`${name}: \`users.create()\` makes exactly one administrator when twenty race to be first`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    assert.equal(await users.any(), false);
    const created = await Promise.all(
      Array.from({ length: 20 }, (_, n) => account(opened.store, `racer${n}`)),
    );
    assert.equal(created.filter(({ isAdmin }) => isAdmin).length, 1);
    assert.equal(new Set(created.map(({ id }) => id)).size, 20);
    assert.equal(await users.any(), true);
    assert.equal((await users.list()).filter(({ isAdmin }) => isAdmin).length, 1);
  });

  Deno.test(`${name}: \`users.create()\` returns the user as \`find()\` does`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    const alice = await account(opened.store, "Alice", "Alice@Example.org");
    assert.deepEqual(alice, {
      id: alice.id,
      username: "Alice",
      email: "Alice@Example.org",
      isAdmin: true,
      isBlocked: false,
      createdAt: T0,
    });
    assert.deepEqual(await users.find(alice.id), alice);
    assert.equal(await users.find(4711 as UserId), undefined);
  });

  Deno.test(`${name}: \`users.create()\` refuses a taken name, ignoring case`, async () => {
    await using opened = await open();
    await account(opened.store, "alice");
    await assert.rejects(account(opened.store, "ALICE"), (error) => {
      assert(error instanceof ChatError);
      assert.equal(error.code, "conflict");
      assert.equal(error.message, "User already exists");
      assert.equal(error.field, "username");
      return true;
    });
    assert.equal((await opened.store.users.list()).length, 1);
  });

  Deno.test(`${name}: \`users.create()\` refuses a taken email, ignoring case`, async () => {
    await using opened = await open();
    await account(opened.store, "alice", "alice@example.org");
    await assert.rejects(account(opened.store, "bob", "Alice@Example.ORG"), (error) => {
      assert(error instanceof ChatError);
      assert.equal(error.code, "conflict");
      assert.equal(error.field, "email");
      return true;
    });
    await account(opened.store, "bob");
    await account(opened.store, "carol");
    assert.equal((await opened.store.users.list()).length, 3, "any number of users have no email");
  });

  Deno.test(`${name}: \`users.create()\` gives a name to one of twenty that race for it`, async () => {
    await using opened = await open();
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => account(opened.store, n % 2 === 0 ? "alice" : "Alice")),
    );
    assert.equal(tries.filter(({ status }) => status === "fulfilled").length, 1);
    for (const each of tries) if (each.status === "rejected") assert.equal(each.reason.code, "conflict");
  });

  Deno.test(`${name}: \`users.findLogin()\` finds by name or email, ignoring case`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    const alice = await users.create({ username: "alice", email: "Alice@example.org", passwordHash: "hash-a" }, T0);
    await users.create({ username: "bob", email: null, passwordHash: "hash-b" }, T0);
    for (const name of ["alice", "ALICE", "alice@example.org", "ALICE@EXAMPLE.ORG"]) {
      assert.deepEqual(await users.findLogin(name), { user: alice, passwordHash: "hash-a" });
    }
    for (const name of ["alic", "alice_", "%", "@", "", "bob@"]) {
      assert.equal(await users.findLogin(name), undefined);
    }
  });

  Deno.test(`${name}: \`users.findLogin()\` finds every equivalent spelling of a name or email`, async () => {
    await using opened = await open();
    const { users } = opened.store;
    await account(opened.store, "Alice", "Info@пример.рф");
    await account(opened.store, "zoe", "zo\u00eb@b\u00fccher.example");
    for (
      const typed of [
        " alice",
        "alice ",
        "ａｌｉｃｅ",
        "info@пример.рф",
        "INFO@ПРИМЕР.РФ",
        "info@xn--e1afmkfd.xn--p1ai ",
      ]
    ) assert.equal((await users.findLogin(typed))?.user.username, "Alice", typed);
    for (const typed of ["ZOE\u0308@BU\u0308CHER.example", "zo\u00eb@xn--bcher-kva.example"]) {
      assert.equal((await users.findLogin(typed))?.user.username, "zoe", typed);
    }
    for (
      const other of [
        "e\u0301".repeat(1_000_000),
        `${"\u0301\u0316".repeat(500_000)}@x.org`,
        "zoe@b\u00fccher.example",
        "al ice",
        "info@пример",
      ]
    ) {
      assert.equal(await users.findLogin(other), undefined, other);
    }
    assert.equal((await users.findLogin("alice"))?.user.email, "Info@пример.рф", "it is stored as entered");
  });

  Deno.test(`${name}: \`users.create()\` refuses an equivalent spelling of a taken email`, async () => {
    await using opened = await open();
    await account(opened.store, "alice", "info@пример.рф");
    for (const email of ["INFO@ПРИМЕР.рф", "info@xn--e1afmkfd.xn--p1ai"]) {
      await assert.rejects(account(opened.store, "bob", email), (error) => {
        assert(error instanceof ChatError);
        return error.code === "conflict" && error.field === "email";
      });
    }
    const tries = await Promise.allSettled(
      Array.from(
        { length: 10 },
        (_, n) => account(opened.store, `racer${n}`, n % 2 ? "\u00fc@x.org" : "U\u0308@X.org"),
      ),
    );
    assert.equal(tries.filter(({ status }) => status === "fulfilled").length, 1);
  });

  Deno.test(`${name}: \`users.highestCost()\` returns the highest cost of any stored hash`, async () => {
    await using opened = await open();
    const { moderation, users } = opened.store;
    assert.equal(await users.highestCost(), 0);
    const create = (username: string, passwordHash: string) =>
      users.create({ username, email: null, passwordHash }, T0);
    const alice = await create("alice", "$2b$10$hash");
    await create("bob", "$2b$12$hash");
    const carol = await create("carol", "$2b$15$hash");
    assert.equal(await users.highestCost(), 15);
    await moderation.deleteAccount(carol.id, "keep", alice, T0);
    assert.equal(await users.highestCost(), 12);
  });

  Deno.test(`${name}: \`users.exchangeHash()\` never overwrites a new password`, async () => {
    await using opened = await open();
    const { moderation, sessions, users } = opened.store;
    const alice = await users.create({ username: "alice", email: null, passwordHash: "old" }, T0);
    await sessions.create(sessionOf(alice.id));
    assert.equal(await users.exchangeHash(alice.id, "old", "dearer"), true);
    assert.equal((await users.findLogin("alice"))?.passwordHash, "dearer");
    assert.equal(await sessions.beganAt(alice.id, "192.0.2.7"), true, "the sessions stay");
    await moderation.setPassword(alice.id, "new", alice, T0);
    assert.equal(await users.exchangeHash(alice.id, "dearer", "dearer still"), false);
    assert.equal((await users.findLogin("alice"))?.passwordHash, "new");
  });

  Deno.test(`${name}: \`sessions.create()\` refuses a session for a password that has just changed`, async () => {
    await using opened = await open();
    const { moderation, sessions, users } = opened.store;
    const alice = await users.create({ username: "alice", email: null, passwordHash: "old" }, T0);
    const [one, two] = [sessionOf(alice.id), sessionOf(alice.id)];
    assert.equal(await sessions.create(one, "old"), true);
    await moderation.setPassword(alice.id, "new", alice, T0);
    assert.equal(await sessions.create(two, "old"), false);
    for (const { id } of [one, two]) assert.equal(await sessions.find(id, T0), undefined);
  });

  Deno.test(`${name}: \`sessions.beganAt()\` knows the addresses of this user's sessions only`, async () => {
    await using opened = await open();
    const { sessions } = opened.store;
    const [alice, bob] = [await account(opened.store, "alice"), await account(opened.store, "bob")];
    const session = sessionOf(alice.id);
    await sessions.create(session);
    assert.equal(await sessions.beganAt(alice.id, "192.0.2.7"), true);
    assert.equal(await sessions.beganAt(alice.id, "192.0.2.8"), false);
    assert.equal(await sessions.beganAt(bob.id, "192.0.2.7"), false);
    await sessions.end(session.id);
    assert.equal(await sessions.beganAt(alice.id, "192.0.2.7"), false);
  });

  Deno.test(`${name}: \`audit.note()\` records an entry without an actor permanently`, async () => {
    await using opened = await open();
    const { audit } = opened.store;
    const alice = await account(opened.store, "alice");
    await audit.note({ action: "login_failed", target: alice, reason: "1 wrong password" }, T0);
    await audit.note({ action: "login_failed", about: "(unknown name)", reason: "7 attempts" }, T0 + 1);
    const { items } = await audit.list({ action: "login_failed" }, { limit: 10 });
    assert.deepEqual(items.map(({ actor, target, reason, at }) => [actor, target, reason, at]), [
      ["Chatterbox", "(unknown name)", "7 attempts", T0 + 1],
      ["Chatterbox", "alice", "1 wrong password", T0],
    ]);
  });

  Deno.test(`${name}: \`users.list()\` sorts by name, ignoring case`, async () => {
    await using opened = await open();
    for (const username of ["carol", "Bob", "alice"]) await account(opened.store, username);
    assert.deepEqual((await opened.store.users.list()).map(({ username }) => username), ["alice", "Bob", "carol"]);
  });

  Deno.test(`${name}: \`sessions.find()\` returns the session and its user until it expires`, async () => {
    await using opened = await open();
    const { sessions } = opened.store;
    const alice = await account(opened.store, "alice");
    const session = sessionOf(alice.id);
    await sessions.create(session);
    assert.deepEqual(await sessions.find(session.id, T0), { session, user: alice });
    assert.deepEqual(await sessions.find(session.id, session.expiresAt - 1), { session, user: alice });
    assert.equal(await sessions.find(session.id, session.expiresAt), undefined);
    assert.equal(await sessions.find("no such session" as SessionId, T0), undefined);
  });

  Deno.test(`${name}: \`sessions.renew()\` moves the expiry and never restores an ended session`, async () => {
    await using opened = await open();
    const { sessions } = opened.store;
    const alice = await account(opened.store, "alice");
    const session = sessionOf(alice.id);
    await sessions.create(session);
    await sessions.renew(session.id, T0 + 1000, T0 + 2 * HOUR);
    const found = await sessions.find(session.id, T0 + HOUR);
    assert.deepEqual(found?.session, { ...session, lastSeenAt: T0 + 1000, expiresAt: T0 + 2 * HOUR });
    await sessions.end(session.id);
    await sessions.renew(session.id, T0, T0 + 9 * HOUR);
    assert.equal(await sessions.find(session.id, T0), undefined);
  });

  Deno.test(`${name}: \`sessions.end()\` ends one session once`, async () => {
    await using opened = await open();
    const { sessions } = opened.store;
    const alice = await account(opened.store, "alice");
    const [desk, phone] = [sessionOf(alice.id), sessionOf(alice.id)];
    await sessions.create(desk);
    await sessions.create(phone);
    assert.equal(await sessions.end(desk.id), true);
    assert.equal(await sessions.end(desk.id), false);
    assert.equal(await sessions.find(desk.id, T0), undefined);
    assert.equal((await sessions.find(phone.id, T0))?.user.id, alice.id);
  });

  Deno.test(`${name}: \`sessions.removeExpired()\` removes expired sessions only`, async () => {
    await using opened = await open();
    const { sessions } = opened.store;
    const alice = await account(opened.store, "alice");
    const [old, young] = [sessionOf(alice.id), sessionOf(alice.id, { expiresAt: T0 + 2 * HOUR })];
    await sessions.create(old);
    await sessions.create(young);
    await sessions.removeExpired(T0 + HOUR);
    assert.equal(await sessions.end(old.id), false, "its row is gone");
    assert.equal((await sessions.find(young.id, T0 + HOUR))?.session.id, young.id);
  });

  Deno.test(`${name}: \`rooms.memberships()\` lists the rooms of a member, and none for others`, async () => {
    await using opened = await open();
    const { rooms } = opened.store;
    const { alice } = await castOf(opened.store);
    assert.deepEqual((await rooms.memberships(alice.id)).map(({ room }) => room.slug), ["general"]);
    assert.deepEqual(await rooms.memberships(4711 as UserId), []);
  });

  Deno.test(`${name}: \`rooms.findFor()\` finds the default room for members only`, async () => {
    await using opened = await open();
    const { rooms } = opened.store;
    const { bob } = await castOf(opened.store);
    const room = await rooms.findFor(bob.id, "general");
    assert.deepEqual({ ...room }, {
      id: room!.id,
      slug: "general",
      name: "General",
      head: 0,
      kind: "public",
      topic: "",
      posting: "everybody",
      slowMode: 0,
      archivedAt: null,
      isDefault: true,
      inspection: null,
    });
    assert.equal(await rooms.findFor(4711 as UserId, "general"), undefined);
    assert.equal(await rooms.findFor(bob.id, "nowhere"), undefined);
    assert.equal(await rooms.findFor(bob.id, "GENERAL"), undefined);
  });

  Deno.test(`${name}: \`rooms.markSeen()\` only ever raises a member's read position`, async () => {
    await using opened = await open();
    const { rooms } = opened.store;
    const { alice, bob, carol, room, say } = await castOf(opened.store);
    const seen = async () => (await opened.store.messages.history(room.id, { limit: 1 })).seen;
    assert.deepEqual(await seen(), []);
    const messages = [await say(alice, "1"), await say(alice, "2"), await say(alice, "3"), await say(alice, "4")];
    await opened.store.messages.remove(messages[2]!.id, alice, T0);
    await rooms.markSeen(room.id, [{ user: alice.id, seq: 5 }, { user: bob.id, seq: 3 }]);
    await rooms.markSeen(room.id, [{ user: alice.id, seq: 4 }]);
    await rooms.markSeen(room.id, []);
    assert.deepEqual(await seen(), [
      { user: { id: alice.id, username: "alice" }, seq: 5 },
      { user: { id: bob.id, username: "bob" }, seq: 3 },
    ]);
    assert.deepEqual(
      (await opened.store.messages.latest(room.id, 100)).seen.map(({ message }) => message),
      [messages[3]!.id, messages[1]!.id],
      "the last messages up to that seq",
    );
    await rooms.markSeen(room.id, [{ user: carol.id, seq: 4 }]);
    assert.deepEqual(
      (await seen()).map(({ user, seq }) => [user.username, seq]),
      [["alice", 5], ["carol", 4]],
      "the two furthest readers",
    );
  });

  Deno.test(`${name}: \`settings\` keep the last value until it is removed`, async () => {
    await using opened = await open();
    const { settings } = opened.store;
    assert.equal(await settings.get("motto"), undefined);
    await settings.set("motto", "first");
    await settings.set("motto", "second");
    await settings.set("other", "");
    assert.equal(await settings.get("motto"), "second");
    assert.equal(await settings.get("other"), "");
    await settings.remove("motto");
    await settings.remove("motto");
    assert.equal(await settings.get("motto"), undefined);
  });
}
