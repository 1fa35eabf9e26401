import assert from "node:assert/strict";
import { type Client, join } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";

/** Sends it; resolves to the error that comes back. */
async function errorOf(client: Client, command: unknown): Promise<string> {
  client.send(command);
  const { detail, type, ...rest } = await client.next("error");
  assert.equal(type, "error");
  assert.equal(typeof detail, "string");
  assert.deepEqual(Object.keys(rest).filter((key) => !["code", "nonce"].includes(key)), []);
  return detail;
}

Deno.test("an unreadable frame is answered with an error to its sender only", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  const garbage = [
    "",
    "Hello",
    "{",
    "null",
    "7",
    '"Hello"',
    "[]",
    '[{"content":"Hello"}]',
    '{"type":"nonsense"}',
    '{"type":7,"content":"Hello"}',
    '{"type":"constructor"}',
    "{}",
    '{"content":7}',
    '{"content":null}',
    "\0",
    "[".repeat(30_000),
    `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`,
  ];
  for (const text of garbage) assert.equal(await errorOf(alice, text), "Invalid message format", text.slice(0, 40));
  alice.socket.send(new Uint8Array([1, 2, 3]));
  assert.equal((await alice.next("error")).detail, "Invalid message format", "a binary frame");
  assert.equal(await alice.say("Hello"), 1, "the connection stays open");
  await bob.say("Hi");
  assert.deepEqual(bob.all("error"), []);
});

Deno.test("a forbidden command is refused to its sender with a sentence and its nonce", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  const hers = await alice.say("mine");
  const gone = await bob.say("gone");
  bob.send({ type: "delete", id: gone });
  await bob.next("delete");
  const refused: [unknown, RegExp][] = [
    [{ content: "" }, /empty/],
    [{ content: " \n\t" }, /empty/],
    [{ content: "x".repeat(10_001) }, /at most 10000/],
    [{ content: "Hello", nonce: "" }, /[Nn]once/],
    [{ content: "Hello", nonce: "x".repeat(65) }, /[Nn]once/],
    [{ type: "edit", id: hers, content: "yours" }, /only your own/],
    [{ type: "delete", id: hers }, /only your own/],
    [{ type: "edit", id: gone, content: "back" }, /not found/],
    [{ type: "delete", id: gone }, /not found/],
    [{ type: "edit", id: 4711, content: "x" }, /not found/],
    [{ type: "seen", id: 4711 }, /not found/],
    [{ type: "edit", id: hers, content: " " }, /empty/],
    [{ type: "edit", id: "x", content: "x" }, /not a number/],
    [{ type: "edit", id: -1, content: "x" }, /positive/],
    [{ type: "edit", id: 1.5, content: "x" }, /whole/],
    [{ type: "delete" }, /number/],
  ];
  for (const [command, detail] of refused) assert.match(await errorOf(bob, command), detail, JSON.stringify(command));
  bob.send({ type: "delete", id: hers, nonce: "d1" });
  assert.equal((await bob.next("error")).nonce, "d1");
  await alice.say("still here");
  assert.deepEqual(alice.all("error"), []);
  assert.deepEqual(alice.all("edit"), []);
  assert.deepEqual(alice.all("delete").map(({ id }) => id), [gone]);
});

Deno.test("a frame of 64 KiB is read; a larger one closes its sender's connection only", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  const frame = (bytes: number) => {
    const text = JSON.stringify({ content: "Hello", padding: "" });
    return text.replace('"padding":""', `"padding":"${"x".repeat(bytes - text.length)}"`);
  };
  alice.send(frame(64 * 1024));
  assert.equal((await alice.next("message")).content, "Hello");
  alice.send(frame(64 * 1024 + 1));
  assert.equal(await alice.closed, 1009);
  await bob.say("Hi");
  await eventually(() => bob.all("message").length === 2);
});

Deno.test("invalid UTF-8 closes its sender's connection only", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  alice.socket.send(new Uint8Array([0x22, 0xff, 0xfe, 0x22]), { binary: false });
  assert.equal(await alice.closed, 1007);
  assert.equal(await bob.say("Hi"), 1);
});

Deno.test("a flood is refused to its sender, who continues a moment later, and affects nobody else", async () => {
  await using server = await startProgram({ env: { RATE_LIMITS: "on", BCRYPT_COST: "10" } });
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  for (let n = 0; n < 100; n++) alice.send({ content: `message ${n}`, nonce: `n${n}` });
  const error = await alice.next("error");
  assert.match(error.detail, /wait a moment/);
  assert.match(error.nonce, /^n\d+$/, "it names the command that was not stored");
  await bob.say("Hi");
  const answered = () => alice.all("error").length + alice.all("ack").length;
  await eventually(() => answered() === 100);
  await eventually(() => alice.all("message").some(({ username }) => username === "bob"));
  await eventually(async () => {
    const before = alice.events.length;
    alice.send({ content: "later", nonce: "later" });
    const answer = await eventually(() => alice.events.slice(before).find(({ nonce }) => nonce === "later"));
    return answer.type === "ack";
  });
});
