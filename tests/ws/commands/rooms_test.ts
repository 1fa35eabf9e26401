import assert from "node:assert/strict";
import type { User } from "../../../db/model.ts";
import { eventually } from "../../support/eventually.ts";
import type { Received } from "../../support/client.ts";
import type { FakeTransport } from "../../support/fake_transport.ts";
import { openHub } from "../../support/hub.ts";

let nonces = 0;

/** Sockets of alice, the administrator, bob and carol, who are all in `general`. */
async function open() {
  const opened = await openHub();
  const sockets = new Map<User, Awaited<ReturnType<typeof opened.enter>>>();
  for (const user of [opened.alice, opened.bob, opened.carol]) {
    const entered = await opened.enter(user, { room: "" });
    await eventually(() => entered.transport.all("rooms").length > 0);
    sockets.set(user, entered);
  }
  const of = (user: User): FakeTransport => sockets.get(user)!.transport;
  /** Sends a command; resolves to its `ack` or `error`. */
  async function ask(user: User, command: Record<string, unknown>) {
    const nonce = `n${++nonces}`;
    sockets.get(user)!.say({ ...command, nonce });
    return await eventually(() => of(user).events.find((event) => event.nonce === nonce && event.type !== "message"));
  }
  async function refused(user: User, command: Record<string, unknown>) {
    const { type, code, detail } = await ask(user, command);
    assert.equal(type, "error", JSON.stringify(command));
    return `${code}: ${detail}`;
  }
  async function done(user: User, command: Record<string, unknown>) {
    const answer = await ask(user, command);
    assert.equal(answer.type, "ack", JSON.stringify(answer));
    return answer.room as string;
  }
  return { ...opened, of, ask, refused, done, connectionOf: (user: User) => sockets.get(user)!.connection };
}

Deno.test("a room is created, joined, talked in and left; others hear of it only while they are members", async () => {
  await using it = await open();
  const { alice, bob, carol, clock, done, of, refused } = it;
  const slug = await done(bob, { type: "create_room", name: "Chess club", kind: "private", members: ["Carol"] });
  assert.equal(slug, "chess-club");
  for (const user of [bob, carol]) {
    const summary: Received = await eventually(() => of(user).all("room").find((each) => each.room === slug));
    assert.deepEqual([summary.name, summary.kind, summary.members], ["Chess club", "private", 2]);
  }
  assert.equal(
    await refused(alice, { type: "join", room: slug }),
    await refused(alice, { type: "join", room: "none" }),
  );
  assert.equal(await refused(alice, { type: "subscribe", room: slug }), "not_found: Room not found");
  await done(carol, { type: "subscribe", room: slug });
  await eventually(() => of(carol).all("users").some(({ room }) => room === slug));
  await done(bob, { type: "send", room: slug, content: "hello @carol" });
  await clock.advance(20);
  assert.equal(of(carol).all("message").at(-1)?.content, "hello @carol");
  await clock.advance(1000);
  const unread = await eventually(() => of(carol).all("unread").find(({ room }) => room === slug));
  assert.deepEqual([unread.unread, unread.mentions], [1, 1]);
  await done(bob, { type: "remove_member", room: slug, username: "carol", reason: "spam" });
  assert.deepEqual(of(carol).all("room_gone"), [{ type: "room_gone", room: slug }]);
  const before = of(carol).frames.length;
  await done(bob, { type: "send", room: slug, content: "a secret" });
  await clock.advance(3000);
  assert(!of(carol).frames.slice(before).join().includes("secret"));
  assert.equal(await refused(carol, { type: "send", room: slug, content: "hi" }), "not_found: Room not found");
  const heard = of(alice).events.filter(({ type }) => type !== "error");
  assert(!JSON.stringify(heard).includes(slug), "others hear nothing of it");
});

Deno.test("public rooms are joined by anybody; `leave` is harmless when repeated, and `general` is not left", async () => {
  await using it = await open();
  const { bob, carol, done, of, refused } = it;
  const slug = await done(bob, { type: "create_room", name: "Ops" });
  assert.equal(await done(carol, { type: "join", room: slug }), slug);
  assert.equal(await done(carol, { type: "join", room: slug }), slug);
  await eventually(() => of(carol).all("room").length === 1);
  for (let n = 0; n < 2; n++) await done(carol, { type: "leave", room: slug });
  assert.equal(of(carol).all("room_gone").length, 1);
  assert.match(await refused(carol, { type: "leave", room: "general" }), /^conflict/);
});

Deno.test("who may change a room: owners and administrators; who may keep order: moderators; others nothing", async () => {
  await using it = await open();
  const { alice, bob, carol, done, of, refused } = it;
  const room = await done(bob, { type: "create_room", name: "Ops", members: ["carol"] });
  assert.equal(
    await refused(carol, { type: "change_room", room, name: "Mine" }),
    "forbidden: Only owners can change a room",
  );
  assert.equal(await refused(carol, { type: "delete_room", room }), "forbidden: Only owners can delete a room");
  const nobody = await refused(carol, { type: "remove_member", room, username: "nobody" });
  assert.equal(nobody, "forbidden: Only moderators can do this");
  assert.equal(await refused(carol, { type: "time_out", room, username: "bob", seconds: 60 }), nobody);
  assert.match(await refused(carol, { type: "set_role", room, username: "bob", role: "member" }), /^forbidden/);
  await done(bob, { type: "set_role", room, username: "carol", role: "moderator" });
  await eventually(() => of(carol).all("room").some(({ role }) => role === "moderator"));
  assert.match(
    await refused(carol, { type: "time_out", room, username: "bob", seconds: 60 }),
    /Only owners act on moderators/,
  );
  assert.match(
    await refused(carol, { type: "add_member", room, username: "alice", role: "owner" }),
    /Only owners give roles/,
  );
  assert.match(await refused(bob, { type: "change_room", room, is_default: true }), /Only administrators/);
  assert.match(await refused(bob, { type: "inspect_room", room, reason: "x" }), /Only administrators/);
  await done(alice, { type: "change_room", room, topic: "On call", is_default: true });
  await eventually(() => of(bob).all("room").some(({ topic }) => topic === "On call"));
  assert.match(await refused(bob, { type: "change_room", room, name: "motherfucker" }), /^invalid/);
  await done(carol, { type: "add_member", room, username: "alice" });
  await done(carol, { type: "time_out", room, username: "alice", seconds: 60 });
  await done(bob, { type: "delete_room", room });
  for (const user of [alice, bob, carol]) await eventually(() => of(user).all("room_gone").length === 1);
});

Deno.test("moderators delete messages of others in their room", async () => {
  await using it = await open();
  const { bob, carol, done, refused, store } = it;
  const room = await done(bob, { type: "create_room", name: "Ops", members: ["carol", "alice"] });
  const row = (await store.rooms.findFor(bob.id, room))!;
  await done(bob, { type: "send", room, content: "one" });
  const [message] = (await store.messages.history(row.id, { limit: 1 })).messages;
  assert.match(await refused(carol, { type: "delete", id: message!.id }), /^forbidden/);
  await done(bob, { type: "set_role", room, username: "carol", role: "moderator" });
  await done(carol, { type: "delete", id: message!.id, reason: "off topic" });
  assert.equal((await store.audit.list({ action: "delete_message" }, { limit: 1 })).items[0]?.actor, "carol");
});

Deno.test("direct messages reach those named, and say who is online", async () => {
  await using it = await open();
  const { alice, bob, carol, clock, done, of, refused } = it;
  const room = await done(bob, { type: "direct", usernames: ["carol"] });
  assert.equal(await done(carol, { type: "direct", usernames: ["bob"] }), room);
  const summary = await eventually(() => of(carol).all("room").find((each) => each.room === room));
  assert.deepEqual([summary.kind, summary.name, summary.users], ["direct", "bob", [{ username: "bob", online: true }]]);
  assert(!of(alice).frames.join().includes(room));
  assert.equal(
    await refused(bob, { type: "direct", usernames: ["bob@example.org"] }),
    'not_found: There is no user "bob@example.org"',
  );
  it.connectionOf(bob).lost();
  await clock.advance(6000);
  assert.deepEqual(of(carol).all("online").at(-1), { type: "online", username: "bob", online: false });
  await it.enter(bob, { room: "" });
  await eventually(() => of(carol).all("online").at(-1)?.online === true);
  await done(carol, { type: "block_user", username: "bob" });
  assert.match(await refused(carol, { type: "send", room, content: "hi" }), /^forbidden/);
  await done(carol, { type: "unblock_user", username: "bob" });
  await done(carol, { type: "send", room, content: "hi" });
});

Deno.test("`read` moves the mark up and down on every connection of the user", async () => {
  await using it = await open();
  const { alice, bob, clock, done, of, refused, post, room } = it;
  const other = await it.enter(alice, { room: "" });
  await eventually(() => other.transport.all("rooms").length > 0);
  for (let n = 0; n < 5; n++) await post(room, bob, `message ${n}`);
  const counts = () => other.transport.all("unread").map(({ unread }) => unread);
  await eventually(async () => (await clock.advance(1000), counts().at(-1) === 5));
  await done(alice, { type: "read", room: "general", seq: 5 });
  await eventually(async () => (await clock.advance(1000), counts().at(-1) === 0));
  await done(alice, { type: "read", room: "general", seq: 2 });
  await eventually(async () => (await clock.advance(1000), counts().at(-1) === 3));
  assert.equal(of(alice).all("unread").at(-1)?.unread, 3);
  const { read, unread } = (await it.enter(alice, { room: "" })).transport.all("rooms")[0].rooms[0];
  assert.deepEqual([read, unread], [2, 3]);
  assert.match(await refused(alice, { type: "read", room: "general", seq: -1 }), /^invalid/);
});

Deno.test("`prefer` is the member's own", async () => {
  await using it = await open();
  const { alice, bob, done, of, refused } = it;
  await done(bob, { type: "prefer", room: "general", notify: "nothing", favourite: true });
  const room = await eventually(() => of(bob).all("room")[0]);
  assert.deepEqual([room.notify, room.favourite], ["nothing", true]);
  assert.deepEqual(of(alice).all("room"), []);
  assert.match(await refused(bob, { type: "prefer", room: "general" }), /^invalid/);
  assert.match(await refused(bob, { type: "prefer", room: "general", notify: "some" }), /^invalid/);
});

Deno.test("a room open for inspection says so to its members", async () => {
  await using it = await open();
  const { alice, bob, done, of } = it;
  const room = await done(bob, { type: "create_room", name: "Ops", kind: "private" });
  await done(alice, { type: "inspect_room", room, reason: "a complaint" });
  const told = await eventually(() => of(bob).all("room").find(({ inspected_until }) => inspected_until !== undefined));
  assert.match(told.inspected_until, /^\d{4}-/);
  assert(!of(alice).all("room").some((each) => each.room === room));
});
