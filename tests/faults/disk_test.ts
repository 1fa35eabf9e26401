import assert from "node:assert/strict";
import {
  api,
  type Client,
  connect,
  cookieOf,
  join,
  joinAsBrowser,
  PASSWORD,
  type Received,
  tokenOf,
} from "../support/client.ts";
import { canMount, type Disk, journaledDisk, memoryDisk } from "../support/disk.ts";
import { eventually } from "../support/eventually.ts";
import { usageOf } from "../support/process.ts";
import { command, type Program, startProgram } from "../support/program.ts";
import { size } from "./size.ts";

const MB = 1024 * 1024;

/** How often the disk is filled and freed again. */
const ROUNDS = size(1, 10);

/** Messages tried while the disk is full. */
const TRIED = size(300, 3000);

const isPossible = await canMount();

/** Only where file systems can be mounted, and visibly ignored elsewhere. */
function diskTest(name: string, fn: () => Promise<void>): void {
  Deno.test({
    name: isPossible ? name : `${name} (ignored: needs root, to mount a small disk)`,
    ignore: !isPossible,
    fn,
  });
}

diskTest(
  "a full disk: nothing unstored is shown, everything can be read, and writing resumes when there is space",
  async () => {
    await using disk = await memoryDisk(24 * MB);
    await using server = await startProgram({ dataDir: disk.path, env: { LOG_LEVEL: "warn" } });
    await using alice = await join(server, "alice");
    await using bob = await join(server, "bob");
    await using carol = await joinAsBrowser(server, "carol");
    const token = await tokenOf(server, "alice");
    const cookie = await cookieOf(server, "alice");
    const first = await alice.say("stored");
    for (let round = 0; round < ROUNDS; round++) {
      disk.fill();
      await fillFreeSpace(alice);
      await refuses(server, { alice, others: [bob], token, cookie, known: first });
      const shown = [bob.all("message").length, alice.all("message").length];
      const before = (await usageOf(server.pid)).memory;
      await tryMany(alice, TRIED);
      const { memory } = await usageOf(server.pid);
      assert(memory - before < 60 * MB, `refusing ${TRIED} messages costs ${Math.round((memory - before) / MB)} MB`);
      assert(server.stderr.length < 200_000, `the log has ${server.stderr.length} characters about it`);
      assert.deepEqual([bob.all("message").length, alice.all("message").length], shown, "nothing was shown");

      await disk.free();
      const nonce = `round-${round}`;
      await eventually(async () => {
        alice.send({ content: `after round ${round}`, nonce });
        return await answerTo(alice, nonce) === "ack";
      }, 10_000);
      await eventually(async () => (await api(server, "/readyz")).status === 200, 10_000);
      // Sent again, it is not stored twice.
      alice.send({ content: `after round ${round}`, nonce });
      await bob.next("message", ({ content }) => content === `after round ${round}`);
      await carol.frame(`after round ${round}`);
      await bob.say(`bob after round ${round}`);
      assert.equal(bob.all("message").filter(({ content }) => content === `after round ${round}`).length, 1);
      await tokenOf(server, `dave-${round}`);
    }
    const { messages } = (await api(server, "/rooms/general/messages?limit=200", { token })).body;
    const acked = new Set(alice.all("ack").map(({ id }) => id));
    const hers = messages.filter(({ username }: Received) => username === "alice").map(({ id }: Received) => id);
    assert(hers.every((id: number) => acked.has(id)), "everything stored was acknowledged");
    assert.equal(await server.stop(), 0);
  },
);

diskTest(
  "a read-only disk: nothing unstored is shown, and after its repair everything acknowledged is there",
  async () => {
    await using disk = await journaledDisk(32 * MB);
    let token: string;
    {
      await using server = await startProgram({ dataDir: disk.path, env: { LOG_LEVEL: "warn" } });
      await using alice = await join(server, "alice");
      await using bob = await join(server, "bob");
      token = await tokenOf(server, "alice");
      const cookie = await cookieOf(server, "alice");
      const first = await alice.say("message 1");
      for (let n = 2; n <= 50; n++) await alice.say(`message ${n}`);
      await eventually(() => bob.all("message").length === 50);
      await disk.fail();
      await fillFreeSpace(alice);
      await refuses(server, { alice, others: [bob], token, cookie, known: first });
      assert.equal(bob.all("message").length, 50, "nothing was shown");
      await server.stop();
    }
    await disk.repair();
    await using server = await startProgram({ dataDir: disk.path });
    const { messages } = (await api(server, "/rooms/general/messages?limit=200", { token })).body;
    assert.deepEqual(
      messages.map(({ content }: Received) => content),
      Array.from({ length: 50 }, (_, n) => `message ${n + 1}`),
    );
    await using alice = await connect(server, { token });
    await alice.say("and on");
  },
);

diskTest(
  "a start on a full or read-only disk exits with 1 and one line that says what is wrong",
  async () => {
    await using empty = await memoryDisk(2 * MB);
    empty.fill();
    await refusesToStart(empty);
    await using used = await memoryDisk(8 * MB);
    await (await startProgram({ dataDir: used.path })).stop();
    used.fill();
    await refusesToStart(used);
    await used.free();
    await using again = await startProgram({ dataDir: used.path });
    await again.stop();
    await using broken = await journaledDisk(8 * MB);
    await broken.fail();
    await refusesToStart(broken);
  },
);

/** Sends messages until the free space in existing files is used. */
async function fillFreeSpace(client: Client): Promise<void> {
  for (let n = 0; n < 5000; n++) {
    const nonce = crypto.randomUUID();
    client.send({ content: "x".repeat(9000), nonce });
    if (await answerTo(client, nonce) === "error") return;
  }
  assert.fail("the disk does not fill up");
}

async function answerTo(client: Client, nonce: string): Promise<string> {
  const from = client.events.length;
  const { type } = await eventually(
    () => client.events.slice(from).find((event) => event.nonce === nonce && /ack|error/.test(event.type)),
    15_000,
    () => `an answer to ${nonce}`,
  );
  return type;
}

/** What the program does while nothing can be stored. */
async function refuses(
  server: Program,
  { alice, others, token, cookie, known }: {
    alice: Client;
    others: Client[];
    token: string;
    cookie: string;
    known: number;
  },
): Promise<void> {
  // One of every kind; each is refused to its sender only.
  const seen = others.map((client) => client.events.length);
  for (
    const command of [
      { content: "not stored" },
      { type: "edit", id: known, content: "not stored" },
      { type: "delete", id: known },
    ]
  ) {
    const nonce = crypto.randomUUID();
    const from = alice.events.length;
    alice.send({ ...command, nonce });
    assert.equal(await answerTo(alice, nonce), "error", JSON.stringify(command));
    const error = alice.events.slice(from).find((event) => event.nonce === nonce);
    assert.equal(error.code, "unavailable");
    assert.match(error.detail, /try again later/);
  }
  for (const [at, client] of others.entries()) {
    const received = client.events.slice(seen[at]).filter(({ type }) => /message|edit|delete/.test(type));
    assert.deepEqual(received, [], "nobody else hears of it");
  }

  await eventually(async () => (await api(server, "/readyz")).status === 503, 10_000);
  assert.equal((await api(server, "/healthz")).status, 200);

  // Reads go on.
  const history = await api(server, "/rooms/general/messages", { token });
  assert.equal(history.status, 200);
  const newcomer = await connect(server, { token });
  assert((await newcomer.next("history")).messages.length > 0);
  await newcomer.close();
  const browser = await connect(server, { cookie });
  await browser.frame("message-");
  await browser.close();
  for (const path of ["/", "/login"]) {
    const page = await fetch(server.url + path, {
      headers: { Accept: "text/html", ...(path === "/" ? { Cookie: cookie } : {}) },
    });
    await page.body?.cancel();
    assert.equal(page.status, 200, path);
  }

  // A registration, which must be stored, is refused with the reason.
  const credentials = { username: "alice", password: PASSWORD };
  for (const path of ["/login", "/register"]) {
    const { status, body } = await api(server, path, {
      body: { ...credentials, ...(path === "/register" ? { username: "eve" } : {}) },
    });
    assert.equal(status, 503, path);
    assert.match(body.detail, /try again later/);
  }
  const form = await fetch(`${server.url}/login`, {
    method: "POST",
    redirect: "manual",
    headers: { Accept: "text/html", Origin: server.url },
    body: new URLSearchParams(credentials),
  });
  assert.equal(form.status, 503);
  assert.match(await form.text(), /try again later/);
  const wrong = await api(server, "/login", { body: { ...credentials, password: "wrong horse" } });
  assert.equal(wrong.status, 401, "a wrong password is still one");
}

/** Sends this many messages that cannot be stored; resolves when all have been refused. */
async function tryMany(client: Client, count: number): Promise<void> {
  const before = client.all("error").length;
  for (let sent = 0; sent < count;) {
    client.send({ content: `not stored ${sent}`, nonce: `n${sent}` });
    sent += 1;
    // A connection may have a bounded number of queued commands.
    if (sent % 40 === 0) await eventually(() => client.all("error").length >= before + sent, 30_000);
  }
  await eventually(() => client.all("error").length >= before + count, 30_000);
}

async function refusesToStart(disk: Disk): Promise<void> {
  const { file, args } = command("serve");
  const { code, stdout, stderr } = await new Deno.Command(file, {
    args,
    env: { NO_COLOR: "1", PORT: "0", DATA_DIR: disk.path },
    stdin: "null",
    signal: AbortSignal.timeout(30_000),
  }).output();
  const output = new TextDecoder().decode(stderr);
  assert.deepEqual([code, new TextDecoder().decode(stdout)], [1, ""], output);
  assert.match(output, /^[^\n]+\n$/, "one line");
  assert(output.includes(disk.path), output);
  assert.doesNotMatch(output, /\n {4}at |Error:|file:\/\//, "no stack trace");
}
