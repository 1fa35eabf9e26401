import assert from "node:assert/strict";
import { api, type Client, join, joinAsBrowser, type Received, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";

Deno.test("a message reaches everybody once in the documented form, and its ack the sender only", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  alice.send({ type: "send", content: "Hello", nonce: "c1" });
  const ack = await alice.next("ack");
  assert.deepEqual(ack, { type: "ack", nonce: "c1", id: 1 });
  const message = await bob.next("message");
  assert.deepEqual(Object.keys(message), [
    "type",
    "id",
    "room",
    "username",
    "content",
    "timestamp",
    "edited",
    "seen",
    "seq",
    "rev",
  ]);
  const { timestamp, ...rest } = message;
  assert.deepEqual(rest, {
    type: "message",
    id: 1,
    room: "general",
    username: "alice",
    content: "Hello",
    edited: false,
    seen: false,
    seq: 1,
    rev: 1,
  });
  assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000);
  await eventually(() => alice.all("message").length === 1);
  assert.deepEqual(alice.all("message"), [message], "the sender's own copy is the same");
  // A later event shows that nothing else arrived before.
  await bob.say("Hi");
  await eventually(() => bob.all("message").length === 2);
  assert.equal(bob.all("ack").length, 1);
});

Deno.test("`type` is optional for `send`, and so is the nonce", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  alice.send({ content: "Hello" });
  assert.equal((await alice.next("message")).content, "Hello");
  await alice.say("Hello again");
  assert.equal(alice.all("ack").length, 1, "without a nonce there is no ack");
});

Deno.test("a message resent with its nonce is stored once and acknowledged again", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  for (let n = 0; n < 5; n++) alice.send({ content: "Hello", nonce: "c1" });
  await eventually(() => alice.all("ack").length === 5);
  assert.deepEqual(new Set(alice.all("ack").map(({ id }) => id)), new Set([1]));
  await bob.say("Hi");
  await eventually(() => bob.all("message").length >= 2);
  assert.deepEqual(bob.all("message").map(({ content }) => content), ["Hello", "Hi"]);
});

Deno.test("an edit shows everybody the new text in the old place", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  const id = await alice.say("Helo");
  const before = await bob.next("message");
  alice.send({ type: "edit", id, content: "Hello", nonce: "e1" });
  const edit = await bob.next("edit");
  assert.deepEqual(edit, { ...before, type: "edit", content: "Hello", edited: true, rev: 2 });
  const ackOf = (wanted: string) => eventually(() => alice.all("ack").find(({ nonce }) => nonce === wanted));
  assert.deepEqual(await ackOf("e1"), { type: "ack", nonce: "e1", id });
  await eventually(() => alice.all("edit").length === 1);
  assert.deepEqual(alice.all("edit"), [edit]);
  alice.send({ type: "edit", id, content: "Hello", nonce: "e2" });
  await ackOf("e2");
  await bob.say("Hi");
  assert.equal(bob.all("edit").length, 1, "an edit without a change is not published");
});

Deno.test("a deletion removes the text for everybody, also when an administrator deletes", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  const hers = await alice.say("mine");
  const his = await bob.say("a secret");
  bob.send({ type: "delete", room: "general", id: his, nonce: "d1" });
  assert.deepEqual(await alice.next("delete"), { type: "delete", room: "general", id: his, rev: 3 });
  await eventually(() => bob.all("ack").some(({ nonce, id }) => nonce === "d1" && id === his));
  const another = await bob.say("rude");
  alice.send({ type: "delete", room: "general", id: another });
  const event = await eventually(() => bob.all("delete").find(({ id }) => id === another));
  assert.deepEqual(event, { type: "delete", room: "general", id: another, rev: 5 });
  const { body } = await api(server, "/rooms/general/messages", { token: await tokenOf(server, "carol") });
  assert.deepEqual(body.messages.map(({ id }: Received) => id), [hers]);
});

Deno.test("read positions are published, and mark later messages", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  const id = await alice.say("Hello");
  bob.send({ type: "seen", id });
  assert.deepEqual(await alice.next("seen"), { type: "seen", room: "general", username: "bob", id });
  await using carol = await join(server, "carol");
  assert.equal(carol.all("history")[0].messages[0].seen, true);
});

Deno.test("typing is published by name and never stored", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  alice.send({ type: "typing" });
  assert.deepEqual(await bob.next("typing"), { type: "typing", room: "general", username: "alice" });
  for (let n = 0; n < 20; n++) alice.send({ type: "typing" });
  await alice.say("Hello");
  await bob.next("message");
  assert.equal(bob.all("typing").length, 1, "at most once in two seconds");
});

Deno.test("a new connection receives the last fifty messages, oldest first, and the users online", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  for (let n = 1; n <= 60; n++) alice.send({ content: `message ${n}` });
  await eventually(() => alice.all("message").length === 60);
  await using bob = await join(server, "bob");
  const [history] = bob.all("history");
  assert.deepEqual(history.messages.map(({ seq }: Received) => seq), Array.from({ length: 50 }, (_, n) => n + 11));
  assert.equal(history.head, 60);
  assert.deepEqual(await bob.next("users"), { type: "users", room: "general", users: ["alice", "bob"], count: 2 });
});

Deno.test("all clients see the same messages in the same order, each once, with many concurrent senders", async () => {
  await using server = await startProgram();
  const names = ["alice", "bob", "carol"];
  const clients = await Promise.all(names.map((name) => join(server, name)));
  try {
    const windows = [...clients, await join(server, "alice"), await joinAsBrowser(server, "bob")] as Client[];
    for (let n = 0; n < 60; n++) clients.forEach((client, at) => client.send({ content: `${names[at]} ${n}` }));
    const seqs = Array.from({ length: 180 }, (_, n) => n + 1);
    for (const window of windows.slice(0, 4)) {
      await eventually(() => window.all("message").length >= 180);
      assert.deepEqual(window.all("message").map(({ seq }) => seq), seqs);
      assert.deepEqual(window.all("message"), windows[0]!.all("message"));
    }
    const browser = windows[4]!;
    const drawn = () => [...browser.frames.join("\n").matchAll(/data-seq="(\d+)"/g)].map(([, seq]) => Number(seq));
    await eventually(() => drawn().length >= 180);
    assert.deepEqual(drawn(), seqs);
    for (const name of names) {
      const own = clients[0]!.all("message").filter(({ username }) => username === name);
      assert.deepEqual(own.map(({ content }) => content), Array.from({ length: 60 }, (_, n) => `${name} ${n}`));
    }
    await Promise.all(windows.slice(3).map((window) => window.close()));
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
});
