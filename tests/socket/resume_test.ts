import assert from "node:assert/strict";
import path from "node:path";
import { openStore } from "../../db/open_store.ts";
import { castOf } from "../support/cast.ts";
import { connect, join, type Received, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";
import { tempDir } from "../support/temp_dir.ts";

Deno.test("a client that resumes with `?after` receives exactly the changes since", async () => {
  await using dir = await tempDir();
  const token = await (async () => {
    await using server = await startProgram({ dataDir: dir.path });
    await using alice = await join(server, "alice");
    await using bob = await join(server, "bob");
    for (let n = 1; n <= 5; n++) await alice.say(`message ${n}`);
    await eventually(() => bob.all("message").length === 5);
    await bob.close();
    alice.send({ type: "edit", id: 2, content: "message 2, edited" });
    alice.send({ type: "delete", id: 3 });
    await alice.say("message 6");
    const token = await tokenOf(server, "bob");
    await using again = await connect(server, { token, after: 5 });
    checkGap(await again.next("history"), await again.next("delete"));
    await using nothing = await connect(server, { token, after: 8 });
    assert.deepEqual(await nothing.next("history"), { type: "history", room: "general", messages: [], head: 8 });
    await alice.say("message 7");
    assert.equal((await again.next("message")).content, "message 7");
    assert.equal((await nothing.next("message")).content, "message 7");
    assert.equal(again.all("history").length, 1);
    assert.equal(await server.stop(), 0);
    return token;
  })();
  // A fresh process has an empty cache and reads the same from the store.
  await using server = await startProgram({ dataDir: dir.path });
  await using bob = await connect(server, { token, after: 5 });
  const history = await bob.next("history");
  const seven = history.messages.pop();
  assert.deepEqual([seven.content, history.head], ["message 7", 9]);
  checkGap({ ...history, head: 8 }, await bob.next("delete"));
});

function checkGap(history: Received, removed: Received): void {
  assert.deepEqual(
    history.messages.map(({ id, content, edited, rev }: Received) => [id, content, edited, rev]),
    [[2, "message 2, edited", true, 6], [6, "message 6", false, 8]],
  );
  assert.equal(history.head, 8);
  assert.deepEqual(removed, { type: "delete", room: "general", id: 3, rev: 7 });
}

Deno.test("a gap that is too old or in the future is answered with `reload` and nothing else", async () => {
  await using dir = await tempDir();
  const store = await openStore(`sqlite:${path.join(dir.path, "chatterbox.db")}`);
  const { carol, say } = await castOf(store);
  await Promise.all(Array.from({ length: 1001 }, (_, n) => say(carol, `message ${n + 1}`)));
  await store.close();
  await using server = await startProgram({ dataDir: dir.path });
  const token = await tokenOf(server, "dave");
  for (const after of [0, 1002, 999_999]) {
    await using client = await connect(server, { token, after });
    assert.deepEqual(await client.next("reload"), { type: "reload", room: "general" });
    assert.deepEqual(client.all("history"), []);
  }
  await using last = await connect(server, { token, after: 1 });
  assert.equal((await last.next("history")).messages.length, 1000, "a thousand changes can be sent");
});

Deno.test("a slow reader is disconnected, affects nobody else, and misses nothing after it resumes", async () => {
  await using server = await startProgram();
  const token = await tokenOf(server, "alice");
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  alice.socket.pause();
  const text = "x".repeat(9900);
  let sent = 0;
  const isOnline = async () => {
    const response = await fetch(`${server.url}/users`, { headers: { Authorization: `Bearer ${token}` } });
    const users: Received[] = await response.json();
    return users.find(({ username }) => username === "alice").online;
  };
  while (await isOnline()) {
    for (let n = 0; n < 50; n++) bob.send({ content: text });
    sent += 50;
    await eventually(() => bob.all("message").length === sent, 10_000);

    assert(sent < 5000, "a client that reads nothing is disconnected eventually");
  }
  alice.socket.resume();
  assert([1013, 1006].includes(await alice.closed));
  const had = alice.all("message").map(({ seq }) => seq);
  await using again = await connect(server, { token, after: had.at(-1) ?? 0 });
  // A long history of megabytes arrives in parts.
  await eventually(() => again.all("history").at(-1)?.head === sent, 10_000);
  const rest = again.all("history").flatMap(({ messages }) => messages);
  const all = [...had, ...rest.map(({ seq }: Received) => seq)];
  assert.deepEqual(all, Array.from({ length: sent }, (_, n) => n + 1));
});
