import assert from "node:assert/strict";
import { TEXT_AT_ONCE } from "../../db/text_at_once.ts";
import { castOf, T0 } from "../support/cast.ts";
import type { OpenEmpty } from "./store.ts";

/** Pages of history and changes since a rev. */
export function pagingContract(name: string, open: OpenEmpty): void {
  Deno.test(`${name}: \`messages.history()\` of an empty room is empty`, async () => {
    await using opened = await open();
    const { room } = await castOf(opened.store);
    assert.deepEqual(await opened.store.messages.history(room.id, { limit: 50 }), {
      messages: [],
      more: false,
      head: 0,
      seen: [],
    });
  });

  Deno.test(`${name}: \`messages.history()\` pages back to the first message, each once, oldest first`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, room, say } = await castOf(opened.store);
    for (let n = 1; n <= 10; n++) await say(alice, `message ${n}`);
    await messages.remove((await messages.history(room.id, { limit: 1 })).messages[0]!.id, alice, T0);

    const pages: number[][] = [];
    let before: number | undefined;
    let more = true;
    while (more) {
      const page = await messages.history(room.id, { limit: 4, ...(before === undefined ? {} : { before }) });
      pages.push(page.messages.map(({ seq }) => seq));
      assert.equal(page.head, 11);
      before = page.messages[0]?.seq;
      more = page.more;
    }
    assert.deepEqual(pages, [[6, 7, 8, 9], [2, 3, 4, 5], [1]]);
    assert.equal((await messages.history(room.id, { limit: 9 })).more, false, "exactly as many as there are");
    assert.equal((await messages.history(room.id, { limit: 8 })).more, true);
    assert.deepEqual((await messages.history(room.id, { before: 1, limit: 8 })).messages, []);
  });

  Deno.test(`${name}: \`messages.history()\` reads messages and head in one snapshot under concurrent writes`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, room, say } = await castOf(opened.store);
    const writing = Promise.all(Array.from({ length: 300 }, (_, n) => say(alice, `message ${n}`)));
    let reads = 0;
    let done = false;
    writing.then(() => done = true);
    while (!done) {
      const { messages: [last], head } = await messages.history(room.id, { limit: 1 });
      assert.equal(last?.seq ?? 0, head);
      const changes = await messages.changesSince(room.id, head, 1000);
      assert.deepEqual(changes?.messages.map(({ rev }) => rev) ?? [], range(head + 1, changes!.head));
      reads += 1;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await writing;
    assert(reads > 1, "reads and writes ran concurrently");
  });

  Deno.test(`${name}: \`messages\` reads many pages and changes concurrently`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, room, say } = await castOf(opened.store);
    await say(alice, "Hello");
    const read = await Promise.all(Array.from({ length: 50 }, async (_, n) => {
      if (n % 2 === 0) return (await messages.history(room.id, { limit: 10 })).head;
      return (await messages.changesSince(room.id, 0, 10))?.head;
    }));
    assert.deepEqual(new Set(read), new Set([1]));
  });

  Deno.test(`${name}: \`messages.changesSince()\` returns exactly the changes after a rev, by rev, each message once`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, bob, room, say } = await castOf(opened.store);
    const first = await say(alice, "first");
    const second = await say(bob, "second");
    const third = await say(alice, "third");
    await messages.edit(first.id, "first, edited", T0);
    await messages.edit(first.id, "first, edited twice", T0);
    await messages.remove(second.id, bob, T0);

    const all = await messages.changesSince(room.id, 0, 100);
    assert.deepEqual(
      all?.messages.map(({ id, rev, content, deletedAt }) => [id, rev, content, deletedAt !== null]),
      [[third.id, 3, "third", false], [first.id, 5, "first, edited twice", false], [second.id, 6, "", true]],
    );
    assert.equal(all?.head, 6);
    for (const [after, revs] of [[2, [3, 5, 6]], [3, [5, 6]], [4, [5, 6]], [5, [6]], [6, []]] as const) {
      const changes = await messages.changesSince(room.id, after, 100);
      assert.deepEqual(changes?.messages.map(({ rev }) => rev), [...revs], `after ${after}`);
    }
  });

  Deno.test(`${name}: \`messages.changesSince()\` returns undefined when too much has changed`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, room, say } = await castOf(opened.store);
    for (let n = 1; n <= 5; n++) await say(alice, `message ${n}`);
    assert.equal(await messages.changesSince(room.id, 0, 4), undefined);
    assert.equal((await messages.changesSince(room.id, 0, 5))?.messages.length, 5);
    assert.equal((await messages.changesSince(room.id, 1, 4))?.messages.length, 4);
  });

  Deno.test(`${name}: \`messages.latest()\` returns the changes of the last revs in one snapshot`, async () => {
    await using opened = await open();
    const { messages, rooms } = opened.store;
    const { alice, bob, room, say } = await castOf(opened.store);
    assert.deepEqual(await messages.latest(room.id, 3), { messages: [], head: 0, seen: [] });
    const first = await say(alice, "first");
    const second = await say(bob, "second");
    const third = await say(alice, "third");
    await messages.edit(first.id, "first, edited", T0);
    await messages.remove(second.id, bob, T0);
    await rooms.markSeen(room.id, [{ user: bob.id, seq: 3 }]);
    const { messages: changes, head, seen } = await messages.latest(room.id, 3);
    assert.deepEqual(changes.map(({ id, rev }) => [id, rev]), [[third.id, 3], [first.id, 4], [second.id, 5]]);
    assert.deepEqual([head, seen.map(({ user, seq }) => [user.username, seq])], [5, [["bob", 3]]]);
    assert.deepEqual((await messages.latest(room.id, 1)).messages.map(({ id }) => id), [second.id]);
  });

  Deno.test(`${name}: \`messages.changesSince()\` returns undefined for a rev in the room's future`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, room, say } = await castOf(opened.store);
    await say(alice, "Hello");
    assert.deepEqual(await messages.changesSince(room.id, 1, 10), { messages: [], head: 1 });
    assert.equal(await messages.changesSince(room.id, 2, 10), undefined);
  });

  Deno.test(`${name}: \`messages.history()\` reads a bounded size at once, and its pages have no gaps`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, room, say } = await castOf(opened.store);
    for (let n = 1; n <= 40; n++) await say(alice, "ü".repeat(n % 3 === 0 ? 5000 : 10));
    await say(alice, "x".repeat(2 * TEXT_AT_ONCE));
    const pages: number[][] = [];
    for (let before: number | undefined, more = true; more;) {
      const page = await messages.history(room.id, { limit: 20, ...(before === undefined ? {} : { before }) });
      assert(page.messages.length === 1 || sizeOf(page.messages) <= TEXT_AT_ONCE, `${sizeOf(page.messages)} bytes`);
      assert(page.messages.length > 0, "no page is empty while there are more");
      pages.unshift(page.messages.map(({ seq }) => seq));
      before = page.messages[0]!.seq;
      more = page.more;
    }
    assert.deepEqual(pages.flat(), range(1, 41));
    assert.deepEqual(pages.at(-1), [41], "one message is always returned");
  });

  Deno.test(`${name}: \`messages.changesSince()\` returns large changes in parts without gaps`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, room, say } = await castOf(opened.store);
    const posted = [];
    for (let n = 1; n <= 30; n++) posted.push(await say(alice, "ü".repeat(4000)));
    await messages.remove(posted[3]!.id, alice, T0);
    await messages.edit(posted[0]!.id, "edited", T0);
    const revs: number[] = [];
    let after = 0, parts = 0;
    for (let more = true; more; parts += 1) {
      const part = (await messages.changesSince(room.id, after, 1000))!;
      assert(sizeOf(part.messages) <= TEXT_AT_ONCE, `${sizeOf(part.messages)} bytes`);
      assert.equal(part.head, part.messages.at(-1)!.rev);
      revs.push(...part.messages.map(({ rev }) => rev));
      after = part.head;
      more = part.more ?? false;
    }
    assert.deepEqual(revs, range(1, 32).filter((rev) => rev !== 1 && rev !== 4));
    assert.equal(parts, 2);
    assert.equal(
      await messages.changesSince(room.id, 0, 29),
      undefined,
      "the first part already reports too many changes",
    );
  });

  Deno.test(`${name}: \`messages.latest()\` reads a bounded size and returns where it begins`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, room, say } = await castOf(opened.store);
    for (let n = 1; n <= 30; n++) await say(alice, "ü".repeat(4000));
    const { messages: latest, from, head } = await messages.latest(room.id, 100);
    assert(sizeOf(latest) <= TEXT_AT_ONCE);
    assert.deepEqual(latest.map(({ rev }) => rev), range(from! + 1, head));
    assert.equal(latest.length, 16);
  });

  Deno.test(`${name}: \`admin.messages()\` reads a bounded size at once, and its pages have no gaps`, async () => {
    await using opened = await open();
    const { alice, say } = await castOf(opened.store);
    for (let n = 1; n <= 40; n++) await say(alice, "ü".repeat(n % 2 === 0 ? 5000 : 10));
    const seqs: number[] = [];
    for (let before: number | undefined, more = true; more;) {
      const { items, next } = await opened.store.admin.messages({}, { before, limit: 50 });
      assert(items.length > 0 && sizeOf(items) <= TEXT_AT_ONCE, `${sizeOf(items)} bytes`);
      seqs.unshift(...items.map(({ seq }) => seq).reverse());
      before = next;
      more = next !== undefined;
    }
    assert.deepEqual(seqs, range(1, 40));
  });
}

function sizeOf(messages: readonly { content: string }[]): number {
  return messages.reduce((total, { content }) => total + new TextEncoder().encode(content).length, 0);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}
