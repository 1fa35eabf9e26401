import assert from "node:assert/strict";
import { REPORTS_AN_HOUR, type Store } from "../../db/store.ts";
import type { Message } from "../../db/model.ts";
import { castOf, T0 } from "../support/cast.ts";
import { sessionOf } from "../support/models.ts";
import type { OpenEmpty } from "./store.ts";

/** Runs it `count` times concurrently, alternating between two stores, as two processes on one database do. */
async function race<Result>(
  stores: readonly [Store, Store],
  count: number,
  act: (store: Store, n: number) => Promise<Result>,
): Promise<Result[]> {
  const outcomes = await Promise.allSettled(Array.from({ length: count }, (_, n) => act(stores[n % 2 ? 1 : 0], n)));
  return outcomes.filter((outcome) => outcome.status === "fulfilled").map(({ value }) => value);
}

/** The guarantees of `Store` under concurrency, also between two processes on one database. */
export function racesContract(name: string, open: OpenEmpty): void {
  Deno.test(`${name}: \`users.create()\` in two processes makes one administrator`, async () => {
    await using opened = await open();
    await using other = await opened.again();
    const created = await race(
      [opened.store, other],
      20,
      (store, n) => store.users.create({ username: `user-number-${n}`, email: null, passwordHash: "x" }, T0),
    );
    assert.equal(created.length, 20);
    assert.equal(created.filter(({ isAdmin }) => isAdmin).length, 1);
  });

  Deno.test(`${name}: \`users.create()\` in two processes gives out one of a set of confusable names`, async () => {
    await using opened = await open();
    await using other = await opened.again();
    const names = ["modern", "rnodern", "m0dern", "modem"];
    const created = await race(
      [opened.store, other],
      8,
      (store, n) => store.users.create({ username: names[n % 4]!, email: null, passwordHash: "x" }, T0),
    );
    const all = await opened.store.users.list();
    assert.equal(created.length, all.length);
    for (const { username } of all) {
      const others = names.filter((each) => each !== username);
      for (const each of others) if (all.some((user) => user.username === each)) assert.fail(`${username} and ${each}`);
    }
  });

  Deno.test(`${name}: \`moderation\` in two processes keeps one administrator when all block, demote and delete each other`, async () => {
    for (let round = 0; round < 3; round++) {
      await using opened = await open();
      await using other = await opened.again();
      const { alice, bob, carol } = await castOf(opened.store);
      for (const user of [bob, carol]) await opened.store.moderation.setAdmin(user.id, true, alice, T0);
      const users = [alice, bob, carol];
      await race([opened.store, other], 9, ({ moderation }, n) => {
        const [user, by] = [users[n % 3]!, users[(n + 1) % 3]!];
        if (n < 3) return moderation.block(user.id, by, "", T0);
        if (n < 6) return moderation.setAdmin(user.id, false, by, T0).then(() => {});
        return moderation.deleteAccount(user.id, "keep", by, T0);
      });
      const left = (await other.users.list()).filter(({ isAdmin, isBlocked }) => isAdmin && !isBlocked);
      assert.equal(left.length, 1);
    }
  });

  Deno.test(`${name}: \`messages.post()\` in two processes stores one message per nonce and numbers a room with one counter`, async () => {
    await using opened = await open();
    await using other = await opened.again();
    const { alice, bob, room } = await castOf(opened.store);
    const posted = await race([opened.store, other], 100, ({ messages }, n) => {
      const nonce = n < 50 ? "the same" : null;
      const author = n < 50 ? alice.id : bob.id;
      return messages.post({ room: room.id, author, content: n < 50 ? "Hello" : `${n}`, nonce }, T0);
    });
    assert.equal(posted.length, 100);
    const fresh = posted.filter(({ isNew }) => isNew).map(({ message }) => message.seq).sort((a, b) => a - b);
    assert.deepEqual(fresh, Array.from({ length: 51 }, (_, n) => n + 1));
    assert.equal((await other.messages.history(room.id, { limit: 1 })).head, 51);
  });

  Deno.test(`${name}: \`reports.add()\` in two processes shares one hourly limit`, async () => {
    await using opened = await open();
    await using other = await opened.again();
    const { alice, bob, say } = await castOf(opened.store);
    const messages: Message[] = [];
    for (let n = 0; n < 2 * REPORTS_AN_HOUR; n++) messages.push(await say(alice, `${n}`));
    const filed = await race(
      [opened.store, other],
      messages.length,
      ({ reports }, n) => reports.add({ message: messages[n]!, reporter: bob, reason: "" }, T0),
    );
    assert.equal(filed.length, REPORTS_AN_HOUR);
    assert.equal(await other.reports.count(), REPORTS_AN_HOUR);
  });

  Deno.test(`${name}: a password reset link used in two processes works once`, async () => {
    await using opened = await open();
    await using other = await opened.again();
    const { alice, bob } = await castOf(opened.store);
    const token = await opened.store.moderation.startPasswordReset(bob.id, alice, T0);
    const used = await race(
      [opened.store, other],
      10,
      ({ moderation }, n) => moderation.usePasswordReset(token, `hash ${n}`, T0),
    );
    assert.equal(used.length, 10);
    assert.equal(used.filter((user) => user !== undefined).length, 1);
  });

  Deno.test(`${name}: \`sessions.create()\` leaves no session of the old password when another process sets a new one`, async () => {
    await using opened = await open();
    await using other = await opened.again();
    const { alice, bob } = await castOf(opened.store);
    const { passwordHash } = (await opened.store.users.findLogin("bob"))!;
    const begun = await race([opened.store, other], 21, async ({ sessions, moderation }, n) => {
      if (n === 11) return await moderation.setPassword(bob.id, "new", alice, T0);
      return await sessions.create(sessionOf(bob), passwordHash);
    });
    assert.equal(begun.length, 21);
    assert.deepEqual(await other.admin.sessionsOf(bob.id, T0), []);
    assert.equal(await opened.store.sessions.create(sessionOf(bob), passwordHash), false);
  });

  Deno.test(`${name}: \`jobs\` in two processes give a job to one claim and keep one row per schedule`, async () => {
    await using opened = await open();
    await using other = await opened.again();
    const stores = [opened.store, other] as const;
    await race(stores, 10, ({ jobs }) => jobs.schedule("sweep", { runAt: T0, lease: 1000 }, T0));
    for (let n = 0; n < 9; n++) await opened.store.jobs.add({ kind: "mail", payload: n }, T0);
    const kinds = ["sweep", "mail"];
    const claimed = await race(stores, 30, ({ jobs }, n) => jobs.claim({ kinds, lease: `${n}`, until: T0 + 1 }, T0));
    const ids = claimed.flatMap((job) => job ? [job.id] : []);
    assert.deepEqual([ids.length, new Set(ids).size], [10, 10]);
  });
}
