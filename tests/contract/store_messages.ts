import assert from "node:assert/strict";
import { isSeen, type MessageId, type UserId } from "../../db/model.ts";
import { NONCE_LIFE } from "../../db/store.ts";
import { account, castOf, T0 } from "../support/cast.ts";
import type { OpenEmpty } from "./store.ts";

/** Posting, editing and deleting. */
export function messageContract(name: string, open: OpenEmpty): void {
  Deno.test(`${name}: \`messages.post()\` returns the message with its author, room, seq and rev`, async () => {
    await using opened = await open();
    const { alice, room, say } = await castOf(opened.store);
    const message = await say(alice, "Hello, \u{1F600} <b>'\"\\ \n%_");
    assert.deepEqual(message, {
      id: message.id,
      roomId: room.id,
      room: "general",
      author: { id: alice.id, username: "alice" },
      content: "Hello, \u{1F600} <b>'\"\\ \n%_",
      createdAt: T0,
      editedAt: null,
      deletedAt: null,
      seq: 1,
      rev: 1,
    });
    assert.deepEqual(await opened.store.messages.findFor(alice.id, message.id), message);
  });

  Deno.test(`${name}: \`messages\` number every change of a room without gaps under concurrency`, async () => {
    await using opened = await open();
    const { messages, rooms } = opened.store;
    const { alice, bob, room, say } = await castOf(opened.store);
    const posted = await Promise.all(
      Array.from({ length: 100 }, (_, n) => say(n % 2 === 0 ? alice : bob, `message ${n}`)),
    );
    assert.deepEqual(posted.map(({ seq }) => seq), Array.from({ length: 100 }, (_, n) => n + 1), "in the order given");
    const changed = await Promise.all(
      posted.map(({ id }, n) =>
        n % 2 === 0 ? messages.edit(id, `edited ${n}`, T0 + 1) : messages.remove(id, bob, T0 + 1)
      ),
    );
    const revs = changed.map((each) => "message" in each! ? each.message.rev : each!.rev);
    assert.deepEqual(revs, Array.from({ length: 100 }, (_, n) => n + 101));
    assert.equal((await rooms.findFor(alice.id, "general"))?.head, 200);
    const { messages: kept } = await messages.history(room.id, { limit: 100 });
    assert.deepEqual(
      kept.map(({ seq }) => seq),
      Array.from({ length: 50 }, (_, n) => 2 * n + 1),
      "a seq never changes",
    );
  });

  Deno.test(`${name}: \`messages.post()\` with a known nonce stores nothing and returns the first message`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, room } = await castOf(opened.store);
    const message = { room: room.id, author: alice.id, nonce: "n1" };
    const first = await messages.post({ ...message, content: "Hello" }, T0);
    assert.equal(first.isNew, true);
    const again = await messages.post({ ...message, content: "something else" }, T0 + 1000);
    assert.deepEqual(again, { message: first.message, isNew: false });
    assert.equal((await messages.history(room.id, { limit: 10 })).head, 1);
  });

  Deno.test(`${name}: \`messages.post()\` stores one message when twenty copies race`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, room } = await castOf(opened.store);
    const results = await Promise.all(
      Array.from(
        { length: 20 },
        () => messages.post({ room: room.id, author: alice.id, content: "Hello", nonce: "n1" }, T0),
      ),
    );
    assert.equal(results.filter(({ isNew }) => isNew).length, 1);
    assert.equal(new Set(results.map(({ message }) => message.id)).size, 1);
    const { messages: kept, head } = await messages.history(room.id, { limit: 50 });
    assert.deepEqual([kept.length, head], [1, 1]);
  });

  Deno.test(`${name}: \`messages.post()\` scopes a nonce to its author`, async () => {
    await using opened = await open();
    const { alice, bob, say } = await castOf(opened.store);
    const [hers, his] = [await say(alice, "hers", { nonce: "n1" }), await say(bob, "his", { nonce: "n1" })];
    assert.notEqual(hers.id, his.id);
    assert.equal(his.content, "his");
  });

  Deno.test(`${name}: \`messages.post()\` remembers a nonce for one day`, async () => {
    await using opened = await open();
    const { alice, say } = await castOf(opened.store);
    const first = await say(alice, "first", { nonce: "n1" });
    const sameDay = await say(alice, "retry", { nonce: "n1", now: T0 + NONCE_LIFE - 1 });
    assert.equal(sameDay.id, first.id);
    const nextDay = await say(alice, "another", { nonce: "n1", now: T0 + NONCE_LIFE });
    assert.notEqual(nextDay.id, first.id);
    const retried = await say(alice, "another", { nonce: "n1", now: T0 + NONCE_LIFE + 1 });
    assert.equal(retried.id, nextDay.id, "the nonce now belongs to the second message");
  });

  Deno.test(`${name}: \`messages.forgetNonces()\` removes expired nonces only`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, say } = await castOf(opened.store);
    const old = await say(alice, "old", { nonce: "old" });
    const young = await say(alice, "young", { nonce: "young", now: T0 + 1 });
    const older = await say(alice, "older", { nonce: "older", now: T0 - 1 });
    assert.equal(await messages.forgetNonces(T0 + NONCE_LIFE, 1), 1, "no more than the limit");
    assert.equal(await messages.forgetNonces(T0 + NONCE_LIFE, 10), 1);
    assert.equal(await messages.forgetNonces(T0 + NONCE_LIFE, 10), 0);
    assert.notEqual((await say(alice, "older again", { nonce: "older", now: T0 })).id, older.id);
    assert.notEqual((await say(alice, "old again", { nonce: "old", now: T0 + 1 })).id, old.id);
    assert.equal((await say(alice, "young again", { nonce: "young", now: T0 + 2 })).id, young.id);
  });

  Deno.test(`${name}: \`messages.post()\` recognizes a nonce after its message was edited or deleted`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, room, say } = await castOf(opened.store);
    const first = await say(alice, "Hello", { nonce: "n1" });
    await messages.remove(first.id, alice, T0);
    const retried = await messages.post({ room: room.id, author: alice.id, content: "Hello", nonce: "n1" }, T0);
    assert.deepEqual([retried.isNew, retried.message.id], [false, first.id]);
    assert.equal((await messages.history(room.id, { limit: 10 })).messages.length, 0, "it is not restored");
  });

  Deno.test(`${name}: \`messages.edit()\` changes the text, keeps the seq and takes a new rev`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, bob, say } = await castOf(opened.store);
    const message = await say(alice, "Helo");
    await say(bob, "Hi");
    const edited = await messages.edit(message.id, "Hello", T0 + 5000);
    const expected = { ...message, content: "Hello", editedAt: T0 + 5000, rev: 3 };
    assert.deepEqual(edited, { message: expected, changed: true });
    assert.deepEqual(await messages.findFor(bob.id, message.id), expected);
  });

  Deno.test(`${name}: \`messages.edit()\` with the same text changes nothing`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, room, say } = await castOf(opened.store);
    const message = await say(alice, "Hello");
    assert.deepEqual(await messages.edit(message.id, "Hello", T0 + 5000), { message, changed: false });
    const { messages: [kept], head } = await messages.history(room.id, { limit: 1 });
    assert.deepEqual([kept, head], [message, 1]);
  });

  Deno.test(`${name}: \`messages.remove()\` leaves one tombstone without text`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, bob, room, say } = await castOf(opened.store);
    const message = await say(alice, "secret");
    const removed = await messages.remove(message.id, alice, T0 + 5000);
    const tombstone = { ...message, content: "", deletedAt: T0 + 5000, rev: 2 };
    assert.deepEqual(removed, tombstone);
    assert.deepEqual(await messages.changesSince(room.id, 1, 10), { messages: [tombstone], head: 2 });
    assert.equal(await messages.remove(message.id, alice, T0 + 6000), undefined);
    assert.equal(await messages.edit(message.id, "back", T0 + 6000), undefined);
    assert.equal(await messages.findFor(bob.id, message.id), undefined);
    assert.equal((await messages.history(room.id, { limit: 1 })).head, 2, "the late call took no number");
  });

  Deno.test(`${name}: \`messages.remove()\` takes effect once under concurrency, and no edit undoes it`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, bob, room, say } = await castOf(opened.store);
    const { id } = await say(alice, "Hello");
    const removed = await Promise.all(Array.from({ length: 10 }, () => messages.remove(id, bob, T0)));
    const edited = await messages.edit(id, "Hello again", T0);
    assert.equal(removed.filter((each) => each !== undefined).length, 1);
    assert.equal(edited, undefined);
    assert.equal((await messages.history(room.id, { limit: 1 })).head, 2);
  });

  Deno.test(`${name}: \`messages.edit()\` and \`remove()\` return undefined for an unknown message`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const alice = await account(opened.store, "alice");
    assert.equal(await messages.edit(4711 as MessageId, "Hello", T0), undefined);
    assert.equal(await messages.remove(4711 as MessageId, alice, T0), undefined);
  });

  Deno.test(`${name}: \`messages.findFor()\` returns only messages that the user can see`, async () => {
    await using opened = await open();
    const { messages } = opened.store;
    const { alice, bob, say } = await castOf(opened.store);
    const message = await say(alice, "Hello");
    assert.deepEqual(await messages.findFor(bob.id, message.id), message);
    assert.equal(await messages.findFor(4711 as UserId, message.id), undefined);
    assert.equal(await messages.findFor(bob.id, 4711 as MessageId), undefined);
  });

  Deno.test(`${name}: \`messages\` count as seen once a user other than the author has read that far`, async () => {
    await using opened = await open();
    const { messages, rooms } = opened.store;
    const { alice, bob, room, say } = await castOf(opened.store);
    const first = await say(alice, "first");
    const second = await say(bob, "second");
    const third = await say(alice, "third");
    await rooms.markSeen(room.id, [{ user: alice.id, seq: third.seq }]);
    const seenBy = async () => {
      const { seen, messages: kept } = await messages.history(room.id, { limit: 10 });
      return kept.map((message) => isSeen(message, seen));
    };
    assert.deepEqual(await seenBy(), [false, true, false]);
    await rooms.markSeen(room.id, [{ user: bob.id, seq: first.seq }]);
    assert.deepEqual(await seenBy(), [true, true, false]);
    await rooms.markSeen(room.id, [{ user: bob.id, seq: second.seq + 1 }]);
    assert.deepEqual(await seenBy(), [true, true, true]);
  });
}
