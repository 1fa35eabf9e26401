import assert from "node:assert/strict";
import { ChatError } from "../../db/errors.ts";
import { fateOf, type Message } from "../../db/model.ts";
import { REPORTS_AN_HOUR, REPORTS_WAITING } from "../../db/store.ts";
import { castOf, T0 } from "../support/cast.ts";
import type { OpenEmpty } from "./store.ts";

const HOUR = 3_600_000;
const all = { limit: 100 };

function limited(error: unknown): boolean {
  return error instanceof ChatError && error.code === "rate_limited" && error.retryAfter! > 0;
}

/** What a report keeps, for how long, and how many a user may file. */
export function reportsContract(name: string, open: OpenEmpty): void {
  Deno.test(`${name}: \`reports\` keep the reported text when the message is edited or deleted`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob, carol, say } = await castOf(store);
    const message = await say(bob, "rude");
    await store.reports.add({ message, reporter: carol, reason: "" }, T0 + 1);
    const { message: edited } = (await store.messages.edit(message.id, "polite", T0 + 2))!;
    await store.reports.add({ message: edited, reporter: alice, reason: "" }, T0 + 3);
    const [second, first] = (await store.reports.waiting(all)).items;
    assert.deepEqual(first!.reported, { username: "bob", content: "rude", createdAt: T0, editedAt: null });
    assert.deepEqual(second!.reported, { username: "bob", content: "polite", createdAt: T0, editedAt: T0 + 2 });
    assert.deepEqual([first!.message.content, fateOf(first!), fateOf(second!)], ["polite", "edited", "unchanged"]);
    await store.messages.remove(message.id, bob, T0 + 4);
    const gone = (await store.reports.find(first!.id))!;
    assert.deepEqual([gone.reported.content, gone.message.content, fateOf(gone)], ["rude", "", "deleted"]);
  });

  Deno.test(`${name}: \`reports\` of a deleted account keep their text only if its messages stay`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob, carol, say } = await castOf(store);
    const [his, hers] = [await say(bob, "rude"), await say(carol, "ruder")];
    await store.reports.add({ message: his, reporter: alice, reason: "" }, T0);
    await store.reports.add({ message: hers, reporter: alice, reason: "" }, T0);
    await store.moderation.deleteAccount(bob.id, "keep", alice, T0);
    await store.moderation.deleteAccount(carol.id, "remove", alice, T0);
    const { items } = await store.reports.waiting(all);
    assert.deepEqual(
      items.map(({ reported, isAuthorGone }) => [reported.username, reported.content, isAuthorGone]),
      [["carol", "", true], ["bob", "rude", true]],
    );
  });

  Deno.test(`${name}: \`reports\` lose their text when the message is removed by retention`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob, say } = await castOf(store);
    const message = await say(bob, "rude");
    await store.reports.add({ message, reporter: alice, reason: "" }, T0);
    await store.messages.removeOlderThan(T0 + 1, 10);
    assert.deepEqual((await store.reports.waiting(all)).items, []);
    await assert.rejects(
      store.reports.add({ message, reporter: alice, reason: "" }, T0),
      (error) => error instanceof ChatError && error.code === "not_found",
    );
  });

  Deno.test(`${name}: \`reports.add()\` ignores a settled report unless the message was edited since`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob, carol, say } = await castOf(store);
    const message = await say(bob, "harmless");
    const report = (now: number, of = message) => store.reports.add({ message: of, reporter: carol, reason: "" }, now);
    assert.equal(await report(T0), true);
    await store.reports.resolve((await store.reports.waiting(all)).items[0]!, "dismiss", alice, T0 + 1);
    assert.equal(await report(T0 + 2), false);
    const { message: edited } = (await store.messages.edit(message.id, "rude", T0 + 3))!;
    assert.equal(await report(T0 + 4, edited), true);
    assert.equal(await report(T0 + 5, edited), false);
    assert.deepEqual((await store.reports.waiting(all)).items.map(({ reported }) => reported.content), ["rude"]);
  });

  Deno.test(`${name}: \`reports.add()\` stores an hourly limit of a thousand concurrent reports by one user`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob, carol, say } = await castOf(store);
    const messages: Message[] = [];
    for (let n = 0; n < 100; n++) messages.push(await say(bob, `message ${n}`));
    const file = (now: number, reporter = carol) =>
      Promise.allSettled(
        Array.from({ length: 10 }, () => messages).flat()
          .map((message) => store.reports.add({ message, reporter, reason: "" }, now)),
      );
    const outcomes = await file(T0);
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    assert.ok(refused.every(({ reason }) => limited(reason)));
    assert.equal(outcomes.filter((each) => each.status === "fulfilled" && each.value).length, REPORTS_AN_HOUR);
    assert.equal(await store.reports.count(), REPORTS_AN_HOUR);
    assert.equal((await store.audit.list({ action: "report" }, { limit: 1000 })).items.length, REPORTS_AN_HOUR);
    assert.equal(
      await store.reports.add({ message: messages[99]!, reporter: alice, reason: "" }, T0),
      true,
      "others may report",
    );
    for (let hour = 1; hour < 5; hour++) await file(T0 + hour * HOUR);
    assert.equal(await store.reports.count(), REPORTS_WAITING + 1, "and no more are open");
    await assert.rejects(
      store.reports.add({ message: messages[99]!, reporter: carol, reason: "" }, T0 + 9 * HOUR),
      limited,
    );
    assert.equal(
      await store.reports.add({ message: messages[98]!, reporter: carol, reason: "", limited: false }, T0 + 9 * HOUR),
      true,
    );
  });
}
