import assert from "node:assert/strict";
import { api, join, PASSWORD, tokenOf } from "../../support/client.ts";
import { eventually } from "../../support/eventually.ts";
import { command, startProgram } from "../../support/program.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { pipe, PipedChat } from "./chat_program.ts";

/** Lines without their time. */
function withoutTimes(lines: string[]): string[] {
  return lines.map((line) => {
    assert.match(line, /^\d\d:\d\d \S+: /);
    return line.slice(6);
  });
}

Deno.test("`chatterbox chat` in a pipe sends each line as a message and prints each message on a line", async () => {
  await using server = await startProgram();
  const token = await tokenOf(server, "alice");
  const input = "one\n\n/quit is no command here\n  two \\ \x1b[31m\r\nlast, without an end";
  const sent = await pipe([server.url], input, { CHATTERBOX_TOKEN: token });
  assert.equal(sent.status, 0, sent.stderr);
  const expected = [
    "alice: one",
    "alice: /quit is no command here",
    "alice: two \\\\ [31m",
    "alice: last, without an end",
  ];
  assert.deepEqual(withoutTimes(sent.lines), expected);
  const read = await pipe([server.url], "", { CHATTERBOX_TOKEN: token });
  assert.equal(read.status, 0);
  assert.deepEqual(withoutTimes(read.lines), expected);
});

Deno.test("`chatterbox chat` in a pipe prints a message of several lines on one, without escape sequences", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await alice.say("one\ntwo \u009b31m \u202egnp.exe");
  const { lines } = await pipe([server.url], "", { CHATTERBOX_TOKEN: await tokenOf(server, "bob") });
  assert.deepEqual(withoutTimes(lines), ["alice: one\\ntwo \ufffd31m gnp.exe"]);
});

Deno.test("`chatterbox chat` logs in with a name and a password, and registers on request", async () => {
  await using server = await startProgram();
  const env = { CHATTERBOX_PASSWORD: PASSWORD };
  const unknown = await pipe([server.url, "--username", "alice"], "Hello\n", env);
  assert.deepEqual(unknown, { status: 1, lines: [], stderr: "Cannot log in: Invalid credentials\n" });
  const registered = await pipe([server.url, "--username", "alice", "--register"], "Hello\n", env);
  assert.deepEqual([registered.status, withoutTimes(registered.lines)], [0, ["alice: Hello"]]);
  const again = await pipe([server.url, "--username", "alice", "--register"], "Hello\n", env);
  assert.deepEqual(again, { status: 1, lines: [], stderr: "Cannot register: User already exists\n" });
});

Deno.test("`chatterbox chat` reports in one line why it cannot start", async () => {
  await using server = await startProgram();
  await server.stop();
  const cases = [
    { args: ["nonsense"], status: 2, line: /^Invalid URL "nonsense"/ },
    { args: ["--nonsense"], status: 2, line: /^Unknown option '--nonsense'/ },
    { args: [server.url], status: 2, line: /^Cannot log in without a terminal/ },
    { args: [server.url], env: { CHATTERBOX_TOKEN: "t" }, status: 1, line: /^\* Cannot reach the server/ },
    { args: [server.url, "-u", "alice"], env: { CHATTERBOX_PASSWORD: "x" }, status: 1, line: /^Cannot reach http/ },
  ];
  for (const { args, env, status, line } of cases) {
    const ended = await pipe(args, "Hello\n", env);
    assert.deepEqual([ended.status, ended.lines], [status, []], args.join(" "));
    assert.match(ended.stderr, line);
    assert.match(ended.stderr, /^[^\n]+\n$/);
  }
  const help = await pipe(["--help"], "");
  assert.equal(help.status, 0);
  assert.match(help.lines.join("\n"), /^Usage: chatterbox chat .*--register.*CHATTERBOX_TOKEN/s);
});

Deno.test("`chatterbox chat` in a pipe fails when a message could not be sent, and sends the rest", async () => {
  await using server = await startProgram();
  const ended = await pipe([server.url], `${"x".repeat(11_000)}\n${"y".repeat(200_000)}\nlast\n`, {
    CHATTERBOX_TOKEN: await tokenOf(server, "alice"),
  });
  assert.equal(ended.status, 1);
  assert.deepEqual(withoutTimes(ended.lines), ["alice: last"]);
  assert.match(ended.stderr, /Cannot send "x+…": Message must have at most/);
  assert.match(ended.stderr, /Cannot send a line of more than 64 KiB/);
});

Deno.test("`chatterbox chat` in a pipe keeps within the server's rate limit", async () => {
  await using server = await startProgram({ env: { RATE_LIMITS: "on", BCRYPT_COST: "10" } });
  const sent = Array.from({ length: 90 }, (_, n) => `alice: ${n}`);
  const input = sent.map((line) => line.slice(7)).join("\n");
  const ended = await pipe([server.url], input, { CHATTERBOX_TOKEN: await tokenOf(server, "alice") });
  assert.deepEqual([ended.status, withoutTimes(ended.lines)], [0, sent]);
});

Deno.test("`chatterbox chat --follow` keeps printing after its input has ended, until it is interrupted", async () => {
  await using server = await startProgram();
  await using bob = await join(server, "bob");
  await using chat = new PipedChat([server.url, "--follow"], { CHATTERBOX_TOKEN: await tokenOf(server, "alice") });
  await chat.type("Hello\n");
  await chat.endInput();
  await bob.next("message", ({ content }) => content === "Hello");
  const id = await bob.say("Hello, Alice");
  await eventually(() => chat.stdout.includes("bob: Hello, Alice\n"));
  bob.send({ type: "edit", id, content: "Hi, Alice" });
  await eventually(() => chat.stderr.includes(`* bob edited #${id}: Hi, Alice\n`));
  bob.send({ type: "delete", id });
  await eventually(() => chat.stderr.includes(`* Message #${id} of bob was deleted\n`));
  chat.interrupt();
  const { status, lines } = await chat.ended();
  assert.deepEqual([status, withoutTimes(lines)], [0, ["alice: Hello", "bob: Hello, Alice"]]);
});

Deno.test("`chatterbox chat` in a pipe neither loses nor duplicates messages while the server is down", async () => {
  await using data = await tempDir();
  const first = await startProgram({ dataDir: data.path });
  const { port } = first;
  await using chat = new PipedChat([first.url, "--follow"], { CHATTERBOX_TOKEN: await tokenOf(first, "alice") });
  await chat.type("before\n");
  await eventually(() => chat.stdout.includes("before"));
  await first.kill();
  await eventually(() => chat.stderr.includes("reconnecting"));
  await chat.type("meanwhile 1\nmeanwhile 2\n");
  await chat.endInput();
  await using second = await startProgram({ dataDir: data.path, port });
  await using bob = await join(second, "bob");
  await bob.say("from bob");
  await eventually(() => chat.stdout.includes("from bob") && chat.stdout.includes("meanwhile 2"), 20_000);
  chat.interrupt();
  const { status, lines } = await chat.ended();
  assert.equal(status, 0);
  assert.deepEqual(withoutTimes(lines).sort(), [
    "alice: before",
    "alice: meanwhile 1",
    "alice: meanwhile 2",
    "bob: from bob",
  ]);
  const { body } = await api(second, "/rooms/general/messages", { token: await tokenOf(second, "alice") });
  assert.equal(body.messages.length, 4);
});

Deno.test("`chatterbox chat` in a pipe reports why it was disconnected", async () => {
  await using server = await startProgram();
  const token = await tokenOf(server, "alice");
  await using chat = new PipedChat([server.url], { CHATTERBOX_TOKEN: token });
  await chat.type("Hello\n");
  await eventually(() => chat.stdout.includes("Hello"));
  await api(server, "/logout", { token, method: "POST" });
  const { status, stderr } = await chat.ended();
  assert.equal(status, 1);
  assert.match(stderr, /\* Logged out: log in again/);
});

Deno.test("`chatterbox chat` in a pipe ends cleanly when its output is closed", async () => {
  await using server = await startProgram();
  await using bob = await join(server, "bob");
  await bob.say("one");
  const { file, args } = command("chat", server.url, "--follow");
  const chat = new Deno.Command(file, {
    args,
    env: { CHATTERBOX_TOKEN: await tokenOf(server, "alice") },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(chat.stderr).text();
  const reader = chat.stdout.getReader();
  await reader.read();
  await reader.cancel();
  let ended: Deno.CommandStatus | undefined;
  void chat.status.then((status) => ended = status);
  await eventually(async () => {
    await bob.say("more");
    return ended;
  });
  assert.equal(ended?.code, 0);
  assert.doesNotMatch(await stderr, /error|pipe| at /i);
});
