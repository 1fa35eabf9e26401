import assert from "node:assert/strict";
import { ChatError } from "../../db/errors.ts";
import type { Store } from "../../db/store.ts";
import { castOf, T0 } from "../support/cast.ts";
import type { OpenEmpty } from "./store.ts";

const DAY = 24 * 3_600_000;
const LANGUAGE = { by: "automatic", reason: "language", threshold: 3, life: 30 * DAY } as const;
const all = { limit: 100 };

function forbidden(error: unknown): boolean {
  return error instanceof ChatError && error.code === "forbidden";
}

/** Actions in the audit log, oldest first. */
async function actions(store: Store): Promise<string[]> {
  return (await store.audit.list({}, all)).items.map(({ action }) => action).reverse();
}

/** Warnings, blocks, reports, words, the audit log and the admin queries. */
export function moderationContract(name: string, open: OpenEmpty): void {
  Deno.test(`${name}: \`moderation.warn()\` counts warnings and blocks at the threshold in the same act`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { bob } = await castOf(store);
    const counts = [];
    for (let n = 0; n < 3; n++) counts.push(await store.moderation.warn(bob.id, LANGUAGE, T0 + n));
    assert.deepEqual(counts, [
      { warnings: 1, blocked: false },
      { warnings: 2, blocked: false },
      { warnings: 3, blocked: true },
    ]);
    assert.equal((await store.users.find(bob.id))?.isBlocked, true);
    assert.deepEqual(await actions(store), ["warn", "warn", "warn", "block"]);
  });

  Deno.test(`${name}: \`moderation.warn()\` counts a nonce once when ten copies race`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { bob } = await castOf(store);
    const copies = Array.from({ length: 10 }, () => store.moderation.warn(bob.id, { ...LANGUAGE, nonce: "n1" }, T0));
    for (const { warnings } of await Promise.all(copies)) assert.equal(warnings, 1);
    assert.deepEqual(await actions(store), ["warn"]);
  });

  Deno.test(`${name}: \`moderation.warn()\` counts a different offence under the same nonce once`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { bob } = await castOf(store);
    const warn = (offence: string, now = T0, by = store) =>
      by.moderation.warn(bob.id, { ...LANGUAGE, threshold: 10, nonce: "n1", offence }, now);
    const copies = await Promise.all(Array.from({ length: 10 }, (_, n) => warn(n % 2 ? "one" : "two")));
    assert.equal(Math.max(...copies.map(({ warnings }) => warnings)), 2);
    await using other = await opened.again();
    assert.equal((await warn("one", T0 + 1, other)).warnings, 2, "another process remembers it too");
    assert.equal((await warn("three")).warnings, 3);
    assert.equal((await warn("one", T0 + DAY)).warnings, 4, "a nonce is remembered for one day");
    assert.deepEqual(await actions(store), ["warn", "warn", "warn", "warn"]);
  });

  Deno.test(`${name}: \`moderation.block()\` refuses to block the actor, and \`admin.onlyAdministrator()\` finds the last administrator`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob } = await castOf(store);
    assert.equal(await store.admin.onlyAdministrator(), alice.id);
    await store.moderation.setAdmin(bob.id, true, alice, T0, "holidays");
    assert.equal(await store.admin.onlyAdministrator(), undefined);
    await assert.rejects(() => store.moderation.block(alice.id, alice, "", T0), forbidden);
    await store.moderation.block(alice.id, bob, "", T0);
    assert.equal(await store.admin.onlyAdministrator(), bob.id);
    assert.equal((await store.audit.list({ action: "promote" }, all)).items[0]?.reason, "holidays");
  });

  Deno.test(`${name}: \`moderation.warn()\` ignores expired warnings`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { bob } = await castOf(store);
    await store.moderation.warn(bob.id, LANGUAGE, T0);
    await store.moderation.warn(bob.id, LANGUAGE, T0 + DAY);
    assert.equal((await store.moderation.warn(bob.id, LANGUAGE, T0 + 30.5 * DAY)).warnings, 2);
  });

  Deno.test(`${name}: \`moderation.warn()\` never blocks an administrator`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice } = await castOf(store);
    for (let n = 0; n < 5; n++) {
      assert.equal((await store.moderation.warn(alice.id, LANGUAGE, T0 + n)).blocked, false);
    }
    assert.equal((await store.users.find(alice.id))?.isBlocked, false);
  });

  Deno.test(`${name}: \`moderation\` refuses to block, demote or delete the last administrator`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob } = await castOf(store);
    const acts = () => [
      store.moderation.block(alice.id, alice, "", T0),
      store.moderation.setAdmin(alice.id, false, alice, T0),
      store.moderation.deleteAccount(alice.id, "keep", alice, T0),
    ];
    for (const act of acts()) await assert.rejects(act, forbidden);
    // A blocked administrator does not count as one.
    await store.moderation.setAdmin(bob.id, true, alice, T0);
    await store.moderation.block(bob.id, alice, "", T0);
    for (const act of acts()) await assert.rejects(act, forbidden);
    assert.deepEqual(await actions(store), ["promote", "block"]);
    await store.moderation.unblock(bob.id, alice, "", T0);
    await store.moderation.setAdmin(alice.id, false, alice, T0);
    assert.equal((await store.users.find(alice.id))?.isAdmin, false);
  });

  Deno.test(`${name}: \`moderation\` keeps one administrator when two demote each other at the same time`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob } = await castOf(store);
    await store.moderation.setAdmin(bob.id, true, alice, T0);
    const outcomes = await Promise.allSettled([
      store.moderation.setAdmin(alice.id, false, bob, T0),
      store.moderation.setAdmin(bob.id, false, alice, T0),
    ]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  });

  Deno.test(`${name}: \`moderation.unblock()\` clears the warnings and ends all sessions`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob } = await castOf(store);
    for (let n = 0; n < 3; n++) await store.moderation.warn(bob.id, LANGUAGE, T0 + n);
    await store.moderation.unblock(bob.id, alice, "apologised", T0 + DAY);
    assert.equal((await store.users.find(bob.id))?.isBlocked, false);
    assert.equal((await store.admin.account(bob.id, 0))?.warnings, 0);
    assert.equal((await store.moderation.warn(bob.id, LANGUAGE, T0 + DAY)).warnings, 1);
    const [entry] = (await store.audit.list({ action: "unblock" }, all)).items;
    assert.deepEqual([entry?.actor, entry?.target, entry?.reason, entry?.at], ["alice", "bob", "apologised", T0 + DAY]);
  });

  Deno.test(`${name}: \`moderation.deleteAccount()\` frees the name and keeps the messages under a deleted user`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob, room, say } = await castOf(store);
    await say(bob, "I was here");
    await store.moderation.deleteAccount(bob.id, "keep", alice, T0);
    const { messages: [message] } = await store.messages.history(room.id, { limit: 10 });
    assert.deepEqual([message?.author, message?.content], [
      { id: bob.id, username: "deleted user", isDeleted: true },
      "I was here",
    ]);
    assert.equal(await store.users.findLogin("bob"), undefined);
    assert.deepEqual((await store.users.list()).map(({ username }) => username), ["alice", "carol"]);
    const again = await store.users.create({ username: "bob", email: null, passwordHash: "x" }, T0);
    assert.notEqual(again.id, bob.id);
  });

  Deno.test(`${name}: \`moderation.removeMessagesOf()\` leaves tombstones, each with its own rev`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob, room, say } = await castOf(store);
    for (let n = 0; n < 250; n++) await say(n % 5 === 0 ? alice : bob, `message ${n}`);
    const removed = [];
    let some;
    do removed.push(...some = await store.moderation.removeMessagesOf(bob.id, alice.id, T0)); while (some.length > 0);
    assert.equal(removed.length, 200);
    assert.deepEqual(removed.map(({ rev }) => rev), Array.from({ length: 200 }, (_, n) => 251 + n));
    const { messages } = await store.messages.history(room.id, { limit: 200 });
    assert.deepEqual(new Set(messages.map(({ author }) => author.username)), new Set(["alice"]));
  });

  Deno.test(`${name}: a password reset link works once within a day and ends all sessions`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob } = await castOf(store);
    const first = await store.moderation.startPasswordReset(bob.id, alice, T0);
    const token = await store.moderation.startPasswordReset(bob.id, alice, T0);
    assert.equal(await store.moderation.findPasswordReset(first, T0), undefined, "a newer link replaces it");
    assert.equal((await store.moderation.findPasswordReset(token, T0))?.id, bob.id);
    assert.equal(await store.moderation.usePasswordReset(token, "hash", T0 + DAY), undefined, "the day has passed");
    assert.equal((await store.moderation.usePasswordReset(token, "hash", T0 + DAY - 1))?.id, bob.id);
    assert.equal(await store.moderation.usePasswordReset(token, "hash", T0), undefined, "it was used");
    assert.equal((await store.users.findLogin("bob"))?.passwordHash, "hash");
  });

  Deno.test(`${name}: \`reports\` keep one open report per user and are settled together`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob, carol, say } = await castOf(store);
    const message = await say(bob, "rude");
    assert.equal(await store.reports.add({ message, reporter: carol, reason: "rude" }, T0), true);
    assert.equal(await store.reports.add({ message, reporter: carol, reason: "again" }, T0), false);
    assert.equal(await store.reports.add({ message, reporter: alice, reason: "" }, T0 + 1), true);
    const { items } = await store.reports.waiting(all);
    assert.deepEqual(items.map(({ reporter }) => reporter.username), ["alice", "carol"]);
    assert.equal(await store.reports.count(), 2);
    await store.reports.resolve(items[1]!, "dismiss", alice, T0 + 2);
    assert.equal(await store.reports.count(), 0);
    assert.equal(await store.reports.find(items[0]!.id), undefined);
    assert.deepEqual(await actions(store), ["report", "report", "resolve_report"]);
  });

  Deno.test(`${name}: \`audit.list()\` filters and pages, newest first`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob, carol } = await castOf(store);
    for (let n = 0; n < 7; n++) {
      await store.moderation.warn(n % 2 ? bob.id : carol.id, { ...LANGUAGE, threshold: 100, by: alice }, T0 + n);
    }
    const first = await store.audit.list({ target: "CAROL" }, { limit: 3 });
    assert.deepEqual(first.items.map(({ at }) => at - T0), [6, 4, 2]);
    const rest = await store.audit.list({ target: "CAROL", action: "warn" }, { limit: 3, before: first.next });
    assert.deepEqual([rest.items.map(({ at }) => at - T0), rest.next], [[0], undefined]);
    assert.equal((await store.audit.list({ actor: "bob" }, all)).items.length, 0);
    assert.deepEqual(
      (await store.audit.list({ from: T0 + 2, to: T0 + 4, action: "warn" }, all)).items.map(({ at }) => at - T0),
      [3, 2],
    );
  });

  Deno.test(`${name}: \`words\` are stored once each, and every change is in the audit log`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice } = await castOf(store);
    await store.words.put({ word: "aardvark", kind: "forbidden" }, alice, T0);
    await store.words.put({ word: "aardvark", kind: "allowed" }, alice, T0);
    assert.deepEqual((await store.words.list()).map((word) => ({ ...word })), [{ word: "aardvark", kind: "allowed" }]);
    assert.equal(await store.words.remove("aardvark", alice, T0), true);
    assert.equal(await store.words.remove("aardvark", alice, T0), false);
    assert.deepEqual(await actions(store), ["forbid_word", "allow_word", "remove_word"]);
  });

  Deno.test(`${name}: \`admin.messages()\` filters by text, user, room and time, in pages without gaps or duplicates`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob, say } = await castOf(store);
    for (let n = 0; n < 60; n++) await say(n % 2 ? alice : bob, n % 3 ? `100% of ${n}` : `other ${n}`, { now: T0 + n });
    const found: string[] = [];
    let before: number | undefined;
    do {
      const page = await store.admin.messages({ search: "100% OF", username: "Alice" }, { limit: 7, before });
      found.push(...page.items.map(({ content }) => content));
      before = page.next;
    } while (before !== undefined);
    const expected = Array.from({ length: 60 }, (_, n) => 59 - n).filter((n) => n % 2 && n % 3);
    assert.deepEqual(found, expected.map((n) => `100% of ${n}`));
    assert.equal((await store.admin.messages({ search: "1__%" }, all)).items.length, 0, "% and _ are literal");
    assert.equal((await store.admin.messages({ room: "general", from: T0 + 10, to: T0 + 20 }, all)).items.length, 10);
    assert.equal((await store.admin.messages({ room: "nowhere" }, all)).items.length, 0);
  });

  Deno.test(`${name}: \`admin.overview()\` and \`admin.histogram()\` count what is stored`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob, say } = await castOf(store);
    for (let n = 0; n < 10; n++) await say(bob, `message ${n}`, { now: T0 + n * 1000 });
    const gone = await say(bob, "gone", { now: T0 + 20_000 });
    await store.messages.remove(gone.id, alice, T0 + 21_000, "spam");
    await store.moderation.block(bob.id, alice, "", T0);
    const { databaseSize, ...counts } = await store.admin.overview(T0 + 5000);
    assert(databaseSize > 0);
    assert.deepEqual(counts, { users: 3, blocked: 1, messages: 10, messagesToday: 5, reports: 0 });
    assert.deepEqual(await store.admin.histogram(T0, T0 + 4000, 2000), [2, 2]);
    assert.deepEqual((await store.audit.list({ action: "delete_message" }, all)).items[0]?.reason, "spam");
  });

  Deno.test(`${name}: \`messages.removeOlderThan()\` removes old messages in steps and nothing else`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, room, say } = await castOf(store);
    for (let n = 0; n < 10; n++) await say(alice, `message ${n}`, { now: T0 + n });
    assert.equal(await store.messages.removeOlderThan(T0 + 5, 3), 3);
    assert.equal(await store.messages.removeOlderThan(T0 + 5, 3), 2);
    assert.equal(await store.messages.removeOlderThan(T0 + 5, 3), 0);
    assert.equal((await store.messages.history(room.id, { limit: 50 })).messages[0]?.content, "message 5");
  });
}
