import assert from "node:assert/strict";
import { ChatError, type ErrorCode } from "../../../db/errors.ts";
import type { Room, User } from "../../../db/model.ts";
import { memoryBus } from "../../../ws/bus/memory.ts";
import { parseRequest } from "../../../ws/commands/request.ts";
import { roomTopic } from "../../../ws/bus/topics.ts";
import type { RoomEvent } from "../../../ws/event.ts";
import { castOf, T0 } from "../../support/cast.ts";
import { eventually } from "../../support/eventually.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { testServices } from "../../support/services.ts";
import { tempStore } from "../../support/temp_store.ts";

async function open() {
  const temp = await tempStore();
  const cast = await castOf(temp.store);
  const clock = new ManualClock(T0);
  const bus = memoryBus(() => {});
  const published: RoomEvent[] = [];
  bus.subscribe(roomTopic(cast.room.id), (event) => published.push(event));
  const { dispatch } = await testServices(temp.store, { bus, clock, limits: true });
  return {
    ...temp,
    ...cast,
    clock,
    bus,
    dispatch,
    published,
    as: (actor: User, fields: Record<string, unknown>, room: Room | undefined = cast.room) =>
      dispatch(actor, { type: (fields.type as string | undefined) ?? "send", fields }, { room }),
  };
}

function refused(code: ErrorCode, message: RegExp) {
  return (error: unknown) => {
    assert(error instanceof ChatError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}

Deno.test("`send` stores the message and then publishes it", async () => {
  await using opened = await open();
  const { alice, as, published, store } = opened;
  const outcome = await as(alice, { content: " Hello \r\n", nonce: "n1" });
  const message = await store.messages.findFor(alice.id, outcome!.id!);
  assert.deepEqual([message?.content, message?.createdAt], ["Hello", T0]);
  assert.deepEqual(published, [{ type: "message", message }]);
  assert.deepEqual(await as(alice, { content: "Hello", nonce: "n1" }), outcome);
  assert.equal(published.length, 1, "a retry is not published");
});

Deno.test("`send` refuses invalid text and a blocked user", async () => {
  await using opened = await open();
  const { alice, as, published } = opened;
  await assert.rejects(as(alice, { content: " " }), refused("invalid", /empty/));
  await assert.rejects(as(alice, {}), refused("invalid", /Invalid message format/));
  await assert.rejects(as(alice, { content: "x", nonce: 7 }), refused("invalid", /Nonce/));
  await assert.rejects(as({ ...alice, isBlocked: true }, { content: "x" }), refused("forbidden", /cannot post/));
  assert.deepEqual(published, []);
});

Deno.test("`edit` is for the author only", async () => {
  await using opened = await open();
  const { alice, bob, as, say, clock, published } = opened;
  const { id } = await say(bob, "Helo");
  await clock.advance(5000);
  assert.deepEqual(await as(bob, { type: "edit", id, content: "Hello" }), { id });
  const [event] = published;
  assert(event?.type === "message");
  assert.deepEqual([event.message.content, event.message.editedAt, event.message.rev], ["Hello", T0 + 5000, 2]);
  await as(bob, { type: "edit", id, content: " Hello " });
  assert.equal(published.length, 1, "the same text is no change");
  await assert.rejects(as(alice, { type: "edit", id, content: "x" }), refused("forbidden", /only your own/));
  assert.equal(alice.isAdmin, true, "not even an administrator");
  await assert.rejects(
    as({ ...bob, isBlocked: true }, { type: "edit", id, content: "x" }),
    refused("forbidden", /own/),
  );
});

Deno.test("`delete` is for the author and administrators", async () => {
  await using opened = await open();
  const { alice, bob, carol, as, say, published } = opened;
  const [one, two] = [await say(bob, "one"), await say(bob, "two")];
  await assert.rejects(as(carol, { type: "delete", id: one.id }), refused("forbidden", /only your own/));
  assert.deepEqual(await as(bob, { type: "delete", id: one.id }), { id: one.id });
  assert.deepEqual(await as(alice, { type: "delete", id: two.id }), { id: two.id });
  assert.deepEqual(
    published.map((event) => event.type === "message" && [event.message.id, event.message.content, event.message.rev]),
    [[one.id, "", 3], [two.id, "", 4]],
  );
  await assert.rejects(as(bob, { type: "delete", id: one.id }), refused("not_found", /not found/));
});

Deno.test("commands answer alike for a missing message and one in a hidden room", async () => {
  await using opened = await open();
  const { alice, bob, as, say } = opened;
  const { id } = await say(alice, "Hello");
  const stranger = { ...bob, id: 4711 as typeof bob.id };
  for (const type of ["edit", "delete", "seen"]) {
    const complaint = refused("not_found", /^Message not found$/);
    await assert.rejects(as(stranger, { type, id, content: "x" }), complaint);
    await assert.rejects(as(bob, { type, id: 4711, content: "x" }), complaint);
  }
});

Deno.test("`seen` is batched for a second, then stored and published, the furthest of each user", async () => {
  await using opened = await open();
  const { alice, bob, carol, as, say, clock, published, store, room } = opened;
  const [one, two] = [await say(alice, "one"), await say(alice, "two")];
  assert.deepEqual(await as(bob, { type: "seen", id: two.id }), { id: two.id });
  await as(bob, { type: "seen", id: one.id });
  await as(carol, { type: "seen", id: one.id });
  assert.deepEqual(published, []);
  assert.deepEqual((await store.messages.history(room.id, { limit: 1 })).seen, []);
  await clock.advance(1000);
  await eventually(() => published.length === 2);
  assert.deepEqual(
    (await store.messages.history(room.id, { limit: 1 })).seen.map(({ user, seq }) => [user.username, seq]),
    [
      ["bob", 2],
      ["carol", 1],
    ],
  );
  assert.deepEqual(published, [
    { type: "seen", user: { id: bob.id, username: "bob" }, message: two.id, seq: 2 },
    { type: "seen", user: { id: carol.id, username: "carol" }, message: one.id, seq: 1 },
  ]);
});

Deno.test("`typing` is published and never stored", async () => {
  await using opened = await open();
  const { alice, as, published, store, room } = opened;
  assert.equal(await as(alice, { type: "typing" }), undefined);
  assert.deepEqual(published, [{ type: "typing", user: { id: alice.id, username: "alice" } }]);
  assert.equal((await store.messages.history(room.id, { limit: 1 })).head, 0);
  await assert.rejects(as({ ...alice, isBlocked: true }, { type: "typing" }), refused("forbidden", /cannot post/));
});

Deno.test("`dispatch()` refuses an unknown command, whatever its name", async () => {
  await using opened = await open();
  for (const type of ["nonsense", "", "constructor", "__proto__", "toString", "SEND"]) {
    await assert.rejects(opened.as(opened.alice, { type, content: "x" }), refused("invalid", /Invalid message format/));
  }
});

Deno.test("`parseRequest()` reads the type and the nonce, and leaves the rest to the command", () => {
  const fields = { content: "Hello", nonce: "n1", more: [1] };
  assert.deepEqual(parseRequest(JSON.stringify(fields)), { type: "send", nonce: "n1", fields });
  assert.deepEqual(parseRequest('{"type":"edit","id":7}'), {
    type: "edit",
    nonce: undefined,
    fields: { type: "edit", id: 7 },
  });
  for (const nonce of [7, "", "x".repeat(65), null, {}]) {
    assert.equal(parseRequest(JSON.stringify({ content: "x", nonce }))?.nonce, undefined);
  }
});

Deno.test("`parseRequest()` never throws: it returns undefined for what it cannot read", () => {
  for (const text of ["", " ", "null", "7", '"x"', "[]", "[{}]", "{", '{"type":7}', '{"type":null}', "\u0000", "NaN"]) {
    assert.equal(parseRequest(text), undefined, text);
  }
  // A small seeded generator, so that a failure can be reproduced.
  let seed = 42;
  const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  const pieces = [
    '{"',
    '"}',
    ":",
    ",",
    '"type"',
    '"content"',
    "[",
    "]",
    "null",
    "7",
    "\\u12",
    "\ud800",
    "\0",
    "x",
    " ",
  ];
  for (let n = 0; n < 20_000; n++) {
    const text = Array.from({ length: random(12) }, () => pieces[random(pieces.length)]).join("");
    const request = parseRequest(text);
    if (request !== undefined) {
      assert.equal(typeof request.type, "string");
      assert(request.nonce === undefined || typeof request.nonce === "string");
    }
  }
});

Deno.test("commands take text as a name and a number as an id, and nothing else", async () => {
  await using opened = await open();
  const { alice, bob, carol, as, say, store } = opened;
  const named = await store.users.create({ username: "002", email: null, passwordHash: "x" }, T0);
  const warnings = async ({ id }: User) => (await store.admin.account(id, 0))?.warnings;
  await as(alice, { type: "warn", user: "002" });
  assert.deepEqual([await warnings(named), await warnings(bob)], [1, 0]);
  await as(alice, { type: "warn", user: bob.id });
  assert.deepEqual([await warnings(named), await warnings(bob)], [1, 1]);
  await assert.rejects(as(alice, { type: "warn", user: "2" }), refused("not_found", /^User not found$/));
  for (const user of [true, [2], null, 2.5, -2, {}, ""]) {
    await assert.rejects(as(alice, { type: "warn", user }), refused("invalid", /^User must be an id/));
  }
  const message = await say(bob, "Hello");
  await store.reports.add({ message, reporter: carol, reason: "" }, T0);
  for (const wrong of [String(message.id), true, [message.id], "0x1", null, ""]) {
    for (const type of ["edit", "delete", "seen", "report"]) {
      await assert.rejects(as(bob, { type, id: wrong, content: "x" }), refused("invalid", /^Id is not a number$/));
    }
    await assert.rejects(as(alice, { type: "report_block", report: wrong }), refused("invalid", /^Report is not a/));
  }
});

Deno.test("commands read a numeric id from the text of a page's form, but not from a bot's text", () => {
  const id = (text: string, from: "html" | "json") => (parseRequest(text, from)?.fields as { id: unknown }).id;
  assert.equal(id('{"type":"edit","id":"7"}', "html"), 7);
  assert.equal(id('{"type":"edit","id":"7"}', "json"), "7");
  for (const text of ["007", "0x7", " 7", "7.0", "1e1", ""]) assert.equal(id(`{"id":"${text}"}`, "html"), text);
});

Deno.test("each forbidden text counts as an offence, also under one nonce and in an edit; its retry does not", async () => {
  await using opened = await open();
  const { alice, bob, as, say, store } = opened;
  const own = [await say(bob, "one"), await say(bob, "two")];
  const warnings = async () => (await store.admin.account(bob.id, 0))!.warnings;
  const rude = (fields: Record<string, unknown>) => as(bob, { nonce: "n1", content: "fuck one", ...fields });
  await assert.rejects(rude({}), refused("invalid", /^Warning 1 of 2/));
  await assert.rejects(rude({}), refused("invalid", /^Warning 1 of 2/));
  await assert.rejects(rude({ type: "edit", id: own[0]!.id }), refused("invalid", /^Warning 2 of 2/));
  await assert.rejects(rude({ type: "edit", id: own[0]!.id }), refused("invalid", /^Warning 2 of 2/));
  assert.equal(await warnings(), 2);
  await store.moderation.resetWarnings(bob.id, alice, T0);
  await assert.rejects(rude({ type: "edit", id: own[1]!.id }), refused("invalid", /^Warning 1 of 2/));
  const racing = await Promise.allSettled(["two", "two", "three"].map((word) => rude({ content: `fuck ${word}` })));
  assert.deepEqual(racing.map(({ status }) => status), ["rejected", "rejected", "rejected"]);
  assert.equal((await store.users.find(bob.id))?.isBlocked, true, "two other texts are two offences");
  assert.ok(!JSON.stringify(await store.audit.list({}, { limit: 100 })).includes("fuck"));
});

Deno.test("`report` is limited and says when to retry", async () => {
  await using opened = await open();
  const { bob, carol, as, say, store } = opened;
  for (let n = 0; n < 20; n++) await as(carol, { type: "report", id: (await say(bob, `message ${n}`)).id });
  const { id } = await say(bob, "one more");
  await assert.rejects(
    as(carol, { type: "report", id }),
    refused("rate_limited", /^Too many reports, try again in 60 minutes$/),
  );
  assert.deepEqual(await as(carol, { type: "report", id: 1 }), { id: 1 }, "a repeated report is not a new one");
  assert.equal((await store.audit.list({}, { limit: 100 })).items.length, 20);
});
