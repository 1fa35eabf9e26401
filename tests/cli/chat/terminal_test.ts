import assert from "node:assert/strict";
import { api, join, PASSWORD, type Server, tokenOf } from "../../support/client.ts";
import { eventually } from "../../support/eventually.ts";
import { startProgram } from "../../support/program.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { PseudoTerminal, SIZE } from "./pseudo_terminal.ts";

// deno-lint-ignore no-control-regex -- terminal output contains control characters
const [bracketsOn, bracketsOff] = [/\x1b\[\?2004h/, /\x1b\[\?2004l/];

/** Alice at a terminal, logged in and connected. */
async function alicesTerminal(server: Server, env: Record<string, string> = {}): Promise<PseudoTerminal> {
  const terminal = new PseudoTerminal([server.url], { CHATTERBOX_TOKEN: await tokenOf(server, "alice"), ...env });
  await terminal.shows("* Online (");
  return terminal;
}

Deno.test("`chatterbox chat` prompts for a name and, without echo, a password", async () => {
  await using server = await startProgram();
  await api(server, "/register", { body: { username: "alice", password: "pässwörd 1" } });
  await using terminal = new PseudoTerminal([server.url]);
  await terminal.shows("Username");
  await terminal.type("alicf\x7fe\r");
  await terminal.shows("Password:");
  await terminal.type("pässwörd!\x7f");
  await terminal.type(" \x1b[D1\r");
  await terminal.shows("as alice.");
  assert.doesNotMatch(terminal.raw, /p.?ssw|rd!|\*\*/);
  await terminal.type("/quit\r");
  assert.equal(await terminal.ended(), 0);
});

Deno.test("`chatterbox chat` accepts a name and a password that are pasted together", async () => {
  await using server = await startProgram();
  await tokenOf(server, "alice");
  await using terminal = new PseudoTerminal([server.url]);
  await terminal.shows("Username");
  await terminal.type(`alice\r${PASSWORD}\rHello from the clipboard\r`);
  await terminal.shows("alice: Hello from the clipboard #");
  assert.doesNotMatch(terminal.raw, new RegExp(PASSWORD));
  await terminal.type("\x04");
  assert.equal(await terminal.ended(), 0);
});

Deno.test("`chatterbox chat` creates an account on request", async () => {
  await using server = await startProgram();
  await using terminal = new PseudoTerminal([server.url]);
  await terminal.shows("Username");
  await terminal.type("\r");
  await terminal.shows("New username:");
  await terminal.type("carol\r");
  await terminal.shows("New password:");
  await terminal.type(`${PASSWORD}\r`);
  await terminal.shows("Repeat password:");
  await terminal.type(`${PASSWORD}\r`);
  await terminal.shows("* Online (1): carol");
  await terminal.type("\x03");
  assert.equal(await terminal.ended(), 0);
});

Deno.test("`chatterbox chat` exits with one line after a wrong password, and without one after Ctrl+C at the prompt", async () => {
  await using server = await startProgram();
  await tokenOf(server, "alice");
  await using terminal = new PseudoTerminal([server.url, "--username", "alice"]);
  await terminal.shows("Password:");
  await terminal.type("wrong horse\r");
  assert.equal(await terminal.ended(), 1);
  assert.equal(terminal.screen.text.trim(), "Password:\nCannot log in: Invalid credentials");
  await using another = new PseudoTerminal([server.url, "--username", "alice"]);
  await another.shows("Password:");
  await another.type("abc\x03");
  assert.equal(await another.ended(), 130);
  assert.equal(another.screen.text.trim(), "Password:");
});

Deno.test("`chatterbox chat` shows the history, live messages, arrivals and departures", async () => {
  await using server = await startProgram();
  await using bob = await join(server, "bob");
  const id = await bob.say("Is anybody there?");
  await using terminal = await alicesTerminal(server);
  await terminal.shows(new RegExp(`^\\d\\d:\\d\\d bob: Is anybody there\\? #${id}$`, "m"));
  await terminal.type("I am\r");
  await bob.next("message", ({ content, username }) => content === "I am" && username === "alice");
  await terminal.shows(/^\d\d:\d\d alice: I am #\d+$/m);
  await terminal.hides("> I am");
  await using _carol = await join(server, "carol");
  await terminal.shows(/^\* (alice and )?carol joined$/m);
  await terminal.type("/users\r");
  await terminal.shows("* Online (3): alice, bob, carol");
  await terminal.type("\x04");
  assert.equal(await terminal.ended(), 0);
});

Deno.test("`chatterbox chat` keeps the typed line intact when lines arrive", async () => {
  await using server = await startProgram();
  await using bob = await join(server, "bob");
  await using terminal = await alicesTerminal(server);
  const long = `A line that is longer than the screen is wide ${".".repeat(SIZE.columns)} takes two rows of it`;
  await terminal.type(`${long}\x1b[D\x1b[D\x1b[D`);
  await terminal.shows("two rows of it");
  for (let n = 1; n <= 30; n++) await bob.say(`Line ${n} of thirty`);
  await terminal.shows("bob: Line 30 of thirty");
  const typed = [`> ${long.slice(0, SIZE.columns - 2)}`, long.slice(SIZE.columns - 2)].join("\n");
  await eventually(() => terminal.screen.text.trimEnd().endsWith(typed), 10_000, () => terminal.screen.text);
  assert.equal(terminal.screen.text.match(/> A line/g)?.length, 1);
  for (let n = 1; n <= 30; n++) assert.equal(terminal.screen.text.match(new RegExp(`Line ${n} of`, "g"))?.length, 1);
  await terminal.type("of \r");
  const { content } = await bob.next("message", ({ username }) => username === "alice");
  assert.equal(content, `${long.slice(0, -3)}of  it`);
});

Deno.test("`chatterbox chat` edits and deletes one's last message, or a given one", async () => {
  await using server = await startProgram();
  await using bob = await join(server, "bob");
  const bobs = await bob.say("Mine");
  await using terminal = await alicesTerminal(server);
  await terminal.type("frist\r");
  const { id } = await bob.next("message", ({ content }) => content === "frist");
  await terminal.type("second\r");
  await bob.next("message", ({ content }) => content === "second");
  await terminal.shows("alice: second #");
  await terminal.type(`/edit #${id} first\r`);
  await bob.next("edit", (event) => event.id === id && event.content === "first");
  await terminal.shows(`alice: first (edited) #${id}`);
  await terminal.type("/edit second!\r");
  await bob.next("edit", ({ content }) => content === "second!");
  await terminal.type("/delete\r");
  const { id: deleted } = await bob.next("delete");
  await terminal.shows(`* Message #${deleted} of alice was deleted`);
  await terminal.type(`/delete ${id}\r`);
  await bob.next("delete", (event) => event.id === id);
  await terminal.shows(`* Message #${id} of alice was deleted`);
  await terminal.type("/delete\r");
  await terminal.shows("You have no message to delete");
  await terminal.type(`/delete ${bobs}\r`);
  await terminal.shows(new RegExp(`Cannot delete message #${bobs}: `));
});

Deno.test("`chatterbox chat` prints help for commands, and sends text that begins with an escaped slash", async () => {
  await using server = await startProgram();
  await using bob = await join(server, "bob");
  await using terminal = await alicesTerminal(server);
  await terminal.type("/help\r/dance\r//dance\r");
  await terminal.shows("* /edit [#ID] TEXT");
  await terminal.shows("* Unknown command /dance: see /help");
  await bob.next("message", ({ content }) => content === "/dance");
});

Deno.test("`chatterbox chat` sends a paste as one message, whatever its lines contain", async () => {
  await using server = await startProgram();
  await using bob = await join(server, "bob");
  await using terminal = await alicesTerminal(server);
  await terminal.type("the one before\r");
  await terminal.shows("alice: the one before #");
  assert.match(terminal.raw, bracketsOn, "bracketed paste is on");
  await terminal.type("Look: ");
  await terminal.type("\x1b[200~/delete\rif (x) {\r\t return;\r    }\r/quit\r\x1b[201~");
  await terminal.shows("> Look: /delete␤if (x) {␤␉ return;␤    }␤/quit");
  await terminal.type("\r");
  const { content } = await bob.next("message", ({ content }) => /^Look/.test(content));
  assert.equal(content, "Look: /delete\nif (x) {\n\t return;\n    }\n/quit");
  await terminal.type("\x1b[200~    return 1;\n  }\x1b[201~\r");
  await bob.next("message", ({ content }) => content === "    return 1;\n  }");
  await terminal.shows("return 1;");
  await terminal.type("/delete\r");
  await terminal.shows("* Message #3 of alice was deleted");
  await terminal.hides("Message #1 of alice was deleted");
  await terminal.type("\x04");
  assert.equal(await terminal.ended(), 0);
  assert.match(terminal.raw, bracketsOff, "and off at the end");
});

Deno.test("`chatterbox chat` runs no pasted line as a command, and sends none before Enter", async () => {
  await using server = await startProgram();
  await using bob = await join(server, "bob");
  await using terminal = await alicesTerminal(server);
  await terminal.type("\x1b[200~/quit\r\x1b[201~");
  await terminal.shows("> //quit");
  await terminal.type("\r");
  await bob.next("message", ({ content }) => content === "/quit");
  // An end mark inside the paste, which some terminals let through.
  await terminal.type("\x1b[200~one\x1b[201~\r/quit\r\x1b[201~");
  await bob.next("message", ({ content }) => content === "one");
  await terminal.shows("* /quit arrived with other lines");
  await terminal.type("/edit \x1b[200~two\r  three\x1b[201~\r");
  await terminal.shows("* /edit arrived with other lines");
});

Deno.test("`chatterbox chat` runs no destructive command that arrives with other lines, from a terminal without bracketed paste", async () => {
  await using server = await startProgram();
  await using bob = await join(server, "bob");
  await using terminal = await alicesTerminal(server);
  await terminal.type("keep this\r");
  await terminal.shows("alice: keep this #");
  await terminal.type("    first\r/delete\r/edit nothing\rlast\r/quit\r");
  await bob.next("message", ({ content }) => content === "first");
  await bob.next("message", ({ content }) => content === "last");
  for (const command of ["delete", "edit", "quit"]) {
    await terminal.shows(`* /${command} arrived with other lines`);
  }
  await terminal.hides("was deleted");
  await terminal.type("still here\r");
  await bob.next("message", ({ content }) => content === "still here");
});

Deno.test("`chatterbox chat` returns a refused text to the line: too long, or forbidden", async () => {
  await using server = await startProgram();
  await using bob = await join(server, "bob");
  await using terminal = await alicesTerminal(server);
  await terminal.type("\x1b[200~one fucking\rlong text\x1b[201~");
  await terminal.shows("> one fucking␤long text");
  await terminal.type("\r");
  await terminal.shows(/^\* Cannot send "one fucking long text": Warning 1 of/m);
  await terminal.shows(/^> one fucking␤long text$/m);
  await terminal.type("\x15");
  await terminal.hides("> one fucking");
  const tooLong = "x".repeat(10_001);
  await terminal.type(`\x1b[200~${tooLong}\x1b[201~`);
  await terminal.type("\r");
  await terminal.shows("Message must have at most 10000 characters");
  await terminal.type("\x7f\r");
  await bob.next("message", ({ content }) => content === tooLong.slice(1));
});

Deno.test("`chatterbox chat` changes the last message when the text begins with a number, and explains how to name another", async () => {
  await using server = await startProgram();
  await using bob = await join(server, "bob");
  await using terminal = await alicesTerminal(server);
  await terminal.type("the first\r");
  const { id } = await bob.next("message", ({ content }) => content === "the first");
  await terminal.type("322 people come\r");
  await terminal.shows("alice: 322 people come #");
  await terminal.type(`/edit ${id} people come\r`);
  await bob.next("edit", (event) => event.id !== id && event.content === `${id} people come`);
  await terminal.shows(`/edit #${id} TEXT changes message #${id}`);
});

Deno.test("`chatterbox chat` sends typing and read positions", async () => {
  await using server = await startProgram();
  await using bob = await join(server, "bob");
  await using terminal = await alicesTerminal(server);
  await terminal.type("/users");
  await terminal.type("\x15He");
  assert.equal((await bob.next("typing")).username, "alice");
  const id = await bob.say("Look");
  assert.equal((await bob.next("seen", (event) => event.id === id)).username, "alice");
});

Deno.test("`chatterbox chat` prints no escape sequence from a message", async () => {
  await using server = await startProgram();
  await using bob = await join(server, "bob");
  await using terminal = await alicesTerminal(server);
  await bob.say("C1 \u009b2J and bidi \u202etxt.exe\nbob: two");
  await terminal.shows("C1 \ufffd2J and bidi txt.exe");
  await terminal.shows(/^ {6}\| bob: two #\d+$/m);
  assert.doesNotMatch(terminal.raw, /[\u0080-\u009f\u202e]/);
});

Deno.test("`chatterbox chat` colours names unless NO_COLOR is set", async () => {
  await using server = await startProgram();
  await using bob = await join(server, "bob");
  await bob.say("Hello");
  const [colours, noColours] = ["", "1"].map((NO_COLOR) => alicesTerminal(server, { NO_COLOR }));
  await using plain = await noColours!;
  await using coloured = await colours!;
  // deno-lint-ignore no-control-regex -- what colours are made of
  const style = /\x1b\[[0-9;]+m/;
  assert.doesNotMatch(plain.raw, style);
  assert.match(coloured.raw, style);
  assert.match(coloured.screen.text, /^\d\d:\d\d bob: Hello #\d+$/m);
});

Deno.test("`chatterbox chat` reconnects after a restart, shows missed messages and sends pending ones", async () => {
  await using data = await tempDir();
  const first = await startProgram({ dataDir: data.path });
  const { port } = first;
  await using terminal = await alicesTerminal(first);
  await terminal.type("before\r");
  await terminal.shows("alice: before #");
  await first.stop();
  await terminal.shows("* The server is restarting");
  await terminal.type("meanwhile\r");
  await terminal.shows("* Not connected, will be sent later: meanwhile");
  await using second = await startProgram({ dataDir: data.path, port });
  await using bob = await join(second, "bob");
  await bob.say("from bob");
  await terminal.shows("* Reconnected", 20_000);
  await terminal.shows("bob: from bob #");
  await terminal.shows("alice: meanwhile #");
  assert.equal(terminal.screen.text.match(/alice: before #/g)?.length, 1);
  assert.equal(terminal.screen.text.match(/alice: meanwhile #/g)?.length, 1);
});

Deno.test("`chatterbox chat` reports why it was disconnected, and restores the terminal", async () => {
  await using server = await startProgram();
  const token = await tokenOf(server, "alice");
  await using terminal = await alicesTerminal(server, { CHATTERBOX_TOKEN: token });
  await terminal.type("half a lin");
  await terminal.shows("> half a lin");
  await api(server, "/logout", { token, method: "POST" });
  assert.equal(await terminal.ended(), 1);
  assert.deepEqual(terminal.screen.cursor, { line: "", column: 0 });
  assert.match(terminal.screen.text.trimEnd(), /\nLogged out: log in again.*$/);
  assert.doesNotMatch(terminal.screen.text, /half a lin/);
});

Deno.test("`chatterbox chat > log` still prompts, and sends what is typed", async () => {
  await using server = await startProgram();
  await tokenOf(server, "alice");
  await using dir = await tempDir();
  const into = `${dir.path}/log`;
  await using terminal = new PseudoTerminal([server.url], {}, { into });
  await terminal.shows("Username");
  await terminal.type(`alice\r`);
  await terminal.shows("Password:");
  await terminal.type(`${PASSWORD}\r`);
  await terminal.shows("* alice joined");
  await terminal.type("one\rtwo\r");
  const log = () => Deno.readTextFile(into);
  await eventually(async () => /^\d\d:\d\d alice: one\n\d\d:\d\d alice: two\n$/.test(await log()));
  await terminal.type("\x04");
  assert.equal(await terminal.ended(), 0);
  assert.doesNotMatch(terminal.raw, new RegExp(PASSWORD));
});

Deno.test("`chatterbox chat` ends when its window is closed", async () => {
  await using server = await startProgram();
  await using terminal = await alicesTerminal(server);
  await terminal.hangUp();
  assert.notEqual(await terminal.ended(), 137);
});
