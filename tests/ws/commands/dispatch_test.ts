import assert from "node:assert/strict";
import { ChatError, type ErrorCode } from "../../../db/errors.ts";
import type { RoomId } from "../../../db/model.ts";
import { everyCommand, operatorCommands } from "../../../ws/commands/all.ts";
import { castOf, T0 } from "../../support/cast.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { testServices } from "../../support/services.ts";
import { tempStore } from "../../support/temp_store.ts";

async function open({ limits = false } = {}) {
  const temp = await tempStore();
  const cast = await castOf(temp.store);
  const clock = new ManualClock(T0);
  const services = await testServices(temp.store, { clock, limits });
  /** The newest audit entries, oldest first. */
  async function audit(limit = 100): Promise<string[]> {
    const { items } = await temp.store.audit.list({}, { limit });
    return items.map(({ actor, action, target, reason }) => `${actor} ${action} ${target} ${reason}`.trim()).reverse();
  }
  return { ...temp, ...cast, ...services, clock, audit };
}

function refused(code: ErrorCode, message: string) {
  return (error: unknown) => {
    assert(error instanceof ChatError, String(error));
    assert.deepEqual([error.code, error.message], [code, message]);
    return true;
  };
}

Deno.test("`dispatch()` uses the room that a command names, whatever the default room", async () => {
  await using app = await open();
  const { alice, dispatch, room, store } = app;
  const elsewhere = { ...room, id: 4711 as RoomId, slug: "elsewhere" };
  const send = (fields: Record<string, unknown>, context = {}) => dispatch(alice, { type: "send", fields }, context);
  await send({ room: "general", content: "one" });
  await send({ content: "two" }, { room });
  await send({ room: "general", content: "three" }, { room: elsewhere });
  const { messages } = await store.messages.history(room.id, { limit: 10 });
  assert.deepEqual(messages.map(({ content }) => content), ["one", "two", "three"]);
});

Deno.test("`dispatch()` answers alike for a room that is hidden, missing or invalid", async () => {
  await using app = await open();
  const { bob, dispatch, room, store } = app;
  const stranger = { ...bob, id: 4711 as typeof bob.id };
  const send = (actor: typeof bob, fields: Record<string, unknown>) =>
    dispatch(actor, { type: "send", fields: { content: "x", ...fields } });
  await assert.rejects(send(stranger, { room: "general" }), refused("not_found", "Room not found"));
  await assert.rejects(send(bob, { room: "absent" }), refused("not_found", "Room not found"));
  await assert.rejects(send(bob, { room: "../general" }), refused("not_found", "Room not found"));
  await assert.rejects(send(bob, {}), refused("invalid", "Room is missing"));
  for (const wrong of [7, null, [], {}]) {
    await assert.rejects(send(bob, { room: wrong }), refused("invalid", "Room must be text"));
  }
  assert.equal((await store.messages.history(room.id, { limit: 1 })).head, 0);
});

Deno.test("`dispatch()` admits a burst of sixty commands per user over all transports, then fifteen a second", async () => {
  await using app = await open({ limits: true });
  const { alice, bob, clock, dispatch, metrics, room, store } = app;
  const commands = [
    () => dispatch(alice, { type: "typing", fields: {} }, { room }),
    () => dispatch(alice, { type: "typing", fields: { room: "general" } }),
    () => dispatch(alice, { type: "warn", fields: { user: "carol" } }),
    // A command that fails costs as much as one that succeeds.
    () => dispatch(alice, { type: "nonsense", fields: {} }).catch(() => {}),
    () => dispatch(alice, { type: "block", fields: { user: "nobody" } }).catch(() => {}),
  ];
  for (let n = 0; n < 60; n++) await commands[n % commands.length]!();
  const count = (await store.admin.account(app.carol.id, 0))!.warnings;
  const one = () => dispatch(alice, { type: "warn", fields: { user: "carol" } });
  await assert.rejects(one(), refused("rate_limited", "Too many messages, wait a moment"));
  assert.equal((await store.admin.account(app.carol.id, 0))!.warnings, count, "nothing happened");
  assert.equal(metrics.commandsLimited, 1);
  await dispatch(bob, { type: "typing", fields: {} }, { room });
  await dispatch(alice, { type: "typing", fields: {} }, { room, isCounted: true });
  await clock.advance(1000);
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => commands[0]!()));
  assert.equal(answers.filter(({ status }) => status === "fulfilled").length, 15);
});

Deno.test("`dispatch()` performs administrators' commands for the operator, without a limit and under that name", async () => {
  await using app = await open({ limits: true });
  const { bob, dispatch, store, audit } = app;
  for (let n = 0; n < 70; n++) await dispatch("command line", { type: "end_sessions", fields: { user: bob.id } });
  await dispatch("command line", { type: "promote", fields: { user: "BOB" } });
  await dispatch("command line", { type: "block", fields: { user: "bob", reason: "Spam" } });
  assert.deepEqual((await audit()).slice(-2), ["command line promote bob", "command line block bob Spam"]);
  assert.deepEqual(await store.users.find(bob.id), { ...bob, isAdmin: true, isBlocked: true });
  const nobody = dispatch("command line", { type: "block", fields: { user: "nobody" } });
  await assert.rejects(nobody, refused("not_found", "User not found"));
});

Deno.test("`dispatch()` refuses the operator's commands to users, and posts nothing as the operator", async () => {
  await using app = await open();
  const { alice, dispatch, audit } = app;
  const types = everyCommand.map(({ type }) => type);
  const own = operatorCommands.map(({ type }) => type).filter((type) => !types.includes(type));
  assert.deepEqual(own, ["create_account", "set_password"]);
  const passwordHash = `$2b$04$${"a".repeat(53)}`;
  const fields = { username: "dave", user: "bob", passwordHash, isAdmin: true, content: "x", room: "general" };
  for (const type of own) {
    await assert.rejects(dispatch(alice, { type, fields }), refused("invalid", "Invalid message format"));
  }
  for (const type of ["send", "delete_account", "report_block"]) {
    await assert.rejects(dispatch("command line", { type, fields }), refused("invalid", "Invalid message format"));
  }
  assert.deepEqual(await audit(), []);
  await dispatch("command line", { type: "create_account", fields });
  await dispatch("command line", { type: "set_password", fields });
  assert.deepEqual(await audit(), [
    "command line create_account dave administrator",
    "command line set_password bob",
  ]);
});

Deno.test("administrators' commands change words and settings without naming a room", async () => {
  await using app = await open();
  const { alice, bob, dispatch, instance, moderator, audit } = app;
  const as = (actor: typeof alice, type: string, fields: Record<string, unknown>) => dispatch(actor, { type, fields });
  await as(alice, "put_word", { word: " Balderdash ", kind: "forbidden" });
  assert.equal(await moderator.forbidsName("balderdash"), true);
  await as(alice, "remove_word", { word: "BALDERDASH" });
  assert.equal(await moderator.forbidsName("balderdash"), false);
  await as(alice, "change_settings", { name: "Chess club" });
  assert.equal(instance.current.name, "Chess club");
  await assert.rejects(as(alice, "change_settings", { warnings: -1 }), refused("invalid", "Warnings must be 0 to 100"));
  await assert.rejects(as(alice, "remove_word", { word: "balderdash" }), refused("not_found", "Word not found"));
  await assert.rejects(
    as(alice, "change_settings", { name: "b0b" }),
    refused("invalid", 'Name looks like that of user "bob": choose one that differs more'),
  );
  for (const type of ["put_word", "remove_word", "change_settings"]) {
    const fields = { word: "balderdash", kind: "allowed", name: "Mine" };
    await assert.rejects(as(bob, type, fields), refused("forbidden", "Only administrators may do this"));
  }
  assert.deepEqual((await audit()).map((entry) => entry.split(" ")[1]), [
    "forbid_word",
    "remove_word",
    "change_settings",
  ]);
});
