import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { ChatError, type ErrorCode } from "../../../db/errors.ts";
import { Instance } from "../../../db/instance.ts";
import { Logins } from "../../../db/auth/logins.ts";
import { Passwords } from "../../../db/auth/password.ts";
import type { Store } from "../../../db/store.ts";
import { tokens } from "../../../db/auth/tokens.ts";
import { block } from "../../support/block.ts";
import { eventually } from "../../support/eventually.ts";
import { tempStore } from "../../support/temp_store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FROM = { address: "192.0.2.7", userAgent: "Test/1.0" };
const alice = { username: "alice", password: "correct horse", email: "alice@example.org" };

/** `Logins` over a real store and a manual clock. */
async function open({ sessionTtl = HOUR, registrationOpen = true } = {}) {
  const temp = await tempStore();
  const passwords = new Passwords(4);
  const key = tokens(randomBytes(32));
  const time = { now: Date.now() };
  const logins = new Logins({
    store: temp.store,
    passwords,
    tokens: key,
    log: () => {},
    instance: await Instance.load(temp.store, {
      sessionDays: sessionTtl / (24 * HOUR),
      registration: registrationOpen ? "open" : "closed",
    }),
    forbidsName: (name) => Promise.resolve(name.includes("fuck")),
    now: () => time.now,
  });
  return {
    ...temp,
    logins,
    passwords,
    time,
    async [Symbol.asyncDispose]() {
      passwords.close();
      await temp[Symbol.asyncDispose]();
    },
  };
}

function chatError(code: ErrorCode, field?: string, message?: string) {
  return (error: unknown) => {
    assert(error instanceof ChatError, String(error));
    assert.deepEqual([error.code, error.field], [code, field]);
    if (message !== undefined) assert.equal(error.message, message);
    return true;
  };
}

Deno.test("`Logins.register()` creates a user and stores the password as a hash", async () => {
  await using opened = await open();
  const user = await opened.logins.register({ ...alice, isAdmin: true, id: 7 });
  assert.deepEqual([user.username, user.email, user.isAdmin], ["alice", "alice@example.org", true]);
  const found = await opened.store.users.findLogin("alice");
  assert.match(found!.passwordHash, /^\$2[ab]\$04\$/);
  const second = await opened.logins.register({
    username: "bob",
    password: "correct horse",
    is_admin: true,
    isAdmin: 1,
  });
  assert.equal(second.isAdmin, false, "users cannot make themselves administrators");
});

Deno.test("`Logins.register()` names the invalid field", async () => {
  await using opened = await open();
  const { logins } = opened;
  for (
    const [input, field] of [
      [{ ...alice, username: "al" }, "username"],
      [{ ...alice, password: "short" }, "password"],
      [{ ...alice, password: "x".repeat(73) }, "password"],
      [{ ...alice, email: "no address" }, "email"],
      [{ username: "alice" }, "password"],
    ] as const
  ) {
    await assert.rejects(logins.register(input), chatError("invalid", field));
  }
  for (const garbage of [null, undefined, "alice", 7, []]) {
    await assert.rejects(logins.register(garbage), chatError("invalid"));
  }
  assert.equal(await opened.store.users.any(), false);
});

Deno.test("`Logins.register()` refuses a taken name, and every name when registration is closed", async () => {
  await using opened = await open();
  await opened.logins.register(alice);
  await assert.rejects(opened.logins.register({ ...alice, username: "ALICE" }), chatError("conflict", "username"));
  await assert.rejects(opened.logins.register({ ...alice, username: "bob" }), chatError("conflict", "email"));
  await using closed = await open({ registrationOpen: false });
  await assert.rejects(closed.logins.register(alice), chatError("forbidden", undefined, "Registration is closed"));
});

Deno.test("`Logins.login()` accepts the name or the email, ignoring case", async () => {
  await using opened = await open();
  const { logins, time } = opened;
  await logins.register(alice);
  for (const username of ["alice", "Alice", "alice@example.org", "ALICE@Example.org"]) {
    const login = await logins.login({ username, password: alice.password }, FROM);
    assert.equal(login.user.username, "alice");
    assert.equal(login.expiresAt, time.now + HOUR);
    const found = await logins.authenticate(login.token);
    assert.equal(found?.user.username, "alice");
    assert.deepEqual([found?.session.address, found?.session.userAgent], ["192.0.2.7", "Test/1.0"]);
  }
});

Deno.test("`Logins.login()` answers a wrong password and an unknown user alike", async () => {
  await using opened = await open();
  await opened.logins.register(alice);
  for (
    const wrong of [
      { username: "alice", password: "wrong horse" },
      { username: "alice", password: "Correct horse" },
      { username: "alice", password: alice.password.padEnd(80, "x") },
      { username: "nobody", password: alice.password },
      { username: "nobody@example.org", password: alice.password },
    ]
  ) {
    await assert.rejects(
      opened.logins.login(wrong, FROM),
      chatError("unauthenticated", "password", "Invalid credentials"),
    );
  }
  await assert.rejects(opened.logins.login({ username: "alice" }, FROM), chatError("invalid", "password"));
  await assert.rejects(opened.logins.login({ username: 7, password: "x" }, FROM), chatError("invalid", "username"));
});

Deno.test("`Logins.login()` refuses 72 correct bytes followed by anything", async () => {
  await using opened = await open();
  const password = "x".repeat(72);
  await opened.logins.register({ username: "alice", password });
  await opened.logins.login({ username: "alice", password }, FROM);
  await assert.rejects(
    opened.logins.login({ username: "alice", password: `${password}y` }, FROM),
    chatError("unauthenticated", "password"),
  );
});

Deno.test("`Logins.login()` reports a block only after the correct password", async () => {
  await using opened = await open();
  const { logins } = opened;
  await logins.register(alice);
  block(opened.file, "alice");
  await assert.rejects(logins.login(alice, FROM), chatError("forbidden", "username", "User is blocked"));
  await assert.rejects(
    logins.login({ ...alice, password: "wrong horse" }, FROM),
    chatError("unauthenticated", "password"),
  );
});

/** `Logins` over the same store with another bcrypt cost. */
async function atCost(opened: Awaited<ReturnType<typeof open>>, cost: number) {
  const passwords = new Passwords(cost);
  const logins = new Logins({
    store: opened.store,
    passwords,
    tokens: tokens(randomBytes(32)),
    log: () => {},
    instance: await Instance.load(opened.store, {}),
    forbidsName: () => Promise.resolve(false),
    now: () => opened.time.now,
  });
  return { logins, passwords, [Symbol.dispose]: () => passwords.close() };
}

async function hashOf({ store }: { store: Store }, username: string): Promise<string> {
  return (await store.users.findLogin(username))!.passwordHash;
}

Deno.test("`Logins.login()` rehashes the password at the configured cost, higher or lower", async () => {
  await using opened = await open();
  await opened.logins.register(alice);
  using dear = await atCost(opened, 6);
  await assert.rejects(dear.logins.login({ ...alice, password: "wrong horse" }, FROM), ChatError);
  assert.match(await hashOf(opened, "alice"), /^\$2b\$04\$/, "a wrong password changes nothing");
  const { token } = await dear.logins.login(alice, FROM);
  assert.match(await hashOf(opened, "alice"), /^\$2b\$06\$/);
  assert((await dear.logins.authenticate(token))?.user, "and the session stays");
  const hash = await hashOf(opened, "alice");
  await dear.logins.login(alice, FROM);
  assert.equal(await hashOf(opened, "alice"), hash, "once");
  await opened.logins.login(alice, FROM);
  assert.match(await hashOf(opened, "alice"), /^\$2b\$04\$/);
  assert.deepEqual((await opened.store.audit.list({ action: "set_password" }, { limit: 1 })).items, []);
});

Deno.test("`Logins.login()` with an old password starts no session that outlives a password change", async () => {
  await using opened = await open();
  const user = await opened.logins.register(alice);
  using dear = await atCost(opened, 6);
  const newHash = await opened.passwords.hash("another horse");
  // The password changes after the old one was verified, while it is rehashed.
  const hash = dear.passwords.hash;
  dear.passwords.hash = async (...args) => {
    await opened.store.moderation.setPassword(user.id, newHash, "command line", opened.time.now);
    return await hash.apply(dear.passwords, args);
  };
  await assert.rejects(dear.logins.login(alice, FROM), chatError("unauthenticated", "password"));
  assert.equal(await hashOf(opened, "alice"), newHash, "the new password stands");
  assert.equal(await opened.store.sessions.beganAt(user.id, FROM.address), false);
});

Deno.test("`Logins.login()` accepts a password hashed as typed, and rehashes it in canonical form", async () => {
  await using opened = await open();
  const typed = "Zoe\u0308\u2019s\u00a0horse";
  const passwordHash = await opened.passwords.hash(typed);
  await opened.store.users.create({ username: "zoe", email: null, passwordHash }, opened.time.now);
  await opened.logins.login({ username: "zoe", password: typed }, FROM);
  for (const password of [typed, "Zo\u00eb\u2019s horse"]) {
    await opened.logins.login({ username: "zoe", password }, FROM);
  }
});

Deno.test("`Logins.login()` does equal work for a password with two forms, for known and unknown users", async () => {
  await using opened = await open();
  await opened.logins.register(alice);
  const works: (string | undefined)[][] = [];
  const matches = opened.passwords.matches;
  opened.passwords.matches = (...args) => {
    works.push([args[1] && "a hash"]);
    return matches.apply(opened.passwords, args);
  };
  const count = async (username: string, password: string) => {
    works.length = 0;
    await opened.logins.login({ username, password }, FROM).catch(() => {});
    return works.length;
  };
  for (
    const [password, works] of [["correct horse", 1], ["wrong horse", 1], ["correct\u00a0horse", 2], [
      "wro\u0308ng horse",
      2,
    ]]
  ) {
    for (const username of ["alice", "nobody"]) {
      assert.equal(await count(username, `${password}`), works, `${username} ${password}`);
    }
  }
  assert.equal(await count("alice", "x".repeat(100)), 0, "what cannot match costs nothing");
  assert.equal(await count("no name", "wrong horse"), 0);
});

Deno.test("`Logins.login()` takes as long for everybody as the most expensive hash", async () => {
  await using opened = await open();
  await opened.logins.register(alice);
  using dear = await atCost(opened, 6);
  await dear.logins.register({ username: "bob", password: "correct horse" });
  const costs: (number | undefined)[] = [];
  const matches = opened.passwords.matches;
  opened.passwords.matches = (...args) => {
    costs.push(args[2]?.atLeast);
    return matches.apply(opened.passwords, args);
  };
  for (const username of ["alice", "nobody", "bob"]) {
    await opened.logins.login({ username, password: "wrong horse" }, FROM).catch(() => {});
  }
  assert.deepEqual(costs, [6, 6, 6]);
  await opened.logins.login({ username: "bob", password: "correct horse" }, FROM);
  await opened.logins.login({ username: "nobody", password: "wrong horse" }, FROM).catch(() => {});
  assert.deepEqual(costs.slice(3), [6, 4], "until its owner logs in");
});

Deno.test("`Logins.resetPassword()` refuses a common password and keeps the link valid", async () => {
  await using opened = await open();
  const user = await opened.logins.register(alice);
  const link = await opened.store.moderation.startPasswordReset(user.id, "command line", opened.time.now);
  for (const password of ["password1", "alice@example.org", "Chatterbox 1"]) {
    await assert.rejects(opened.logins.resetPassword(link, { password }), chatError("invalid", "password"));
  }
  await opened.logins.resetPassword(link, { password: "another horse" });
  await opened.logins.login({ username: "alice", password: "another horse" }, FROM);
});

Deno.test("`Logins.authenticate()` accepts a token while its session lives", async () => {
  await using opened = await open();
  const { logins, time } = opened;
  await logins.register(alice);
  const { token } = await logins.login(alice, FROM);
  assert.equal(await logins.authenticate("garbage"), undefined);
  time.now += HOUR - 1;
  // The first use at the very end renews the session.
  assert.equal((await logins.authenticate(token))?.session.expiresAt, time.now + HOUR);
  await eventually(async () => (await opened.store.sessions.find((await sessionOf(opened, token))!, time.now + 1)));
  time.now += HOUR;
  assert.equal(await logins.authenticate(token), undefined, "an hour after its last use it expires");
});

async function sessionOf({ logins }: { logins: Logins }, token: string) {
  return (await logins.authenticate(token))?.session.id;
}

Deno.test("`Logins.use()` renews a used session at most once a minute", async () => {
  await using opened = await open({ sessionTtl: HOUR });
  const { logins, store, time } = opened;
  await logins.register(alice);
  const { token, expiresAt } = await logins.login(alice, FROM);
  const { session } = (await logins.authenticate(token))!;
  assert.equal(session.expiresAt, expiresAt);
  const stored = async () => (await store.sessions.find(session.id, 0))!.session;

  time.now += MINUTE - 1;
  assert.equal(logins.use(session), undefined);
  time.now += 1;
  assert.equal(logins.use(session), time.now + HOUR);
  assert.equal(logins.use(session), undefined, "the caller's row is stale, the cached note is not");
  await eventually(async () => (await stored()).lastSeenAt === time.now);
  assert.equal((await stored()).expiresAt, time.now + HOUR);
});

Deno.test("`Logins` keeps a session that is used every half hour, and expires one that is not", async () => {
  await using opened = await open({ sessionTtl: HOUR });
  const { logins, store, time } = opened;
  await logins.register(alice);
  const { token } = await logins.login(alice, FROM);
  for (let visit = 0; visit < 8; visit++) {
    time.now += HOUR / 2;
    const found = await logins.authenticate(token);
    assert.equal(found?.session.expiresAt, time.now + HOUR);
    await eventually(async () => (await store.sessions.find(found!.session.id, 0))?.session.lastSeenAt === time.now);
  }
  time.now += HOUR;
  assert.equal(await logins.authenticate(token), undefined);
});

Deno.test("`Logins.logout()` revokes this token and no other", async () => {
  await using opened = await open();
  const { logins } = opened;
  await logins.register(alice);
  const [desk, phone] = [await logins.login(alice, FROM), await logins.login(alice, FROM)];
  await logins.logout((await logins.authenticate(desk.token))!.session.id);
  assert.equal(await logins.authenticate(desk.token), undefined);
  assert.equal((await logins.authenticate(phone.token))?.user.username, "alice");
});
