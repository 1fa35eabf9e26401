import assert from "node:assert/strict";
import { connect, join, joinAsBrowser, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { descriptorsSettled, usageOf } from "../support/process.ts";
import { type Program, startProgram } from "../support/program.ts";
import { dialRaw, type RawSocket, upgradeRequest } from "../support/raw_socket.ts";
import { onLinux } from "./on_linux.ts";
import { size } from "./size.ts";

/** The program's descriptor limit: it needs some thirty itself. */
const LIMIT = 256;

const LIMITED = ["bash", "-c", `ulimit -n ${LIMIT}; exec "$0" "$@"`];

/** Connections dialled: more than it can have. */
const DIALLED = 400;

/** How long the program may take to accept again, in ms: it retries only now and then. */
const RECOVERY = 40_000;

/** How often they connect and disconnect. */
const ROUNDS = size(1, 5);

for (const request of size(["a socket"] as const, ["no request", "a socket"] as const)) {
  onLinux(
    `without a free descriptor open sockets keep working, and once the others (with ${request}) leave, new ones connect`,
    async () => {
      await using server = await startProgram({
        through: LIMITED,
        env: { LOG_LEVEL: "warn" },
      });
      await using alice = await join(server, "alice");
      await using bob = await joinAsBrowser(server, "bob");
      const token = await tokenOf(server, "mallory");
      const { descriptors } = await usageOf(server.pid);
      for (let round = 0; round < ROUNDS; round++) {
        const crowd = await dialMany(server);
        if (request === "a socket") {
          for (const raw of crowd) raw.write(upgradeRequest(server, { Authorization: `Bearer ${token}` }));
        }
        await descriptorsSettled(server.pid);

        // Open sockets keep working: the database has all it needs.
        for (let n = 0; n < 20; n++) await alice.say(`round ${round}, message ${n}`, `${round}-${n}`);
        alice.send({ type: "edit", id: alice.all("message").at(-1).id, content: `round ${round}, edited` });
        await bob.frame(`round ${round}, edited`);

        // Nothing spins while idle.
        const before = await usageOf(server.pid);
        await new Promise((resolve) => setTimeout(resolve, 2000));
        const after = await usageOf(server.pid);
        assert(after.processor - before.processor < 600, `${after.processor - before.processor} ms of 2000`);

        for (const raw of crowd) raw.socket.destroy();
        await eventually(
          async () => (await usageOf(server.pid)).descriptors <= descriptors + 10,
          15_000,
          () => "the crowd has left",
        );
        await eventually(() => acceptsLogin(server), RECOVERY, () => "logins work again");
        await using carol = await join(server, `carol-${round}`);
        await carol.say(`round ${round}: back`);
        await alice.next("message", ({ content }) => content === `round ${round}: back`);
        await using again = await connect(server, { token, after: 0 });
        assert.equal((await again.next("history")).messages.length, (round + 1) * 21);
      }
      assert.equal(await server.stop(), 0);
    },
  );
}

onLinux("a login without a free descriptor is refused or accepted, and works afterwards", async () => {
  await using server = await startProgram({
    through: LIMITED,
    env: { LOG_LEVEL: "warn" },
  });
  // A connection kept open from before. Nobody has logged in yet: a password worker that starts now finds no
  // descriptor.
  await using kept = await dialRaw(server);
  const crowd = await dialMany(server);
  await descriptorsSettled(server.pid);
  const body = JSON.stringify({ username: "alice", password: "correct horse" });
  const ask = (way: RawSocket) =>
    way.write(
      `POST /register HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nAccept: application/json\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  // Connections idle for longest give way to new ones: this one too, before or after its request.
  let way = kept;
  ask(way);
  const status = await eventually(
    async () => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(way.text)?.[1];
      if (status !== undefined || !way.isGone) return status;
      way = await dialRaw(server).catch(() => way);
      if (!way.isGone) ask(way);
    },
    15_000,
    () => "a response to the registration",
  );
  if (way !== kept) crowd.push(way);
  // 409: the request was served and its connection closed.
  assert(["200", "409", "503"].includes(status), way.text.slice(0, 1000));
  for (const raw of crowd) raw.socket.destroy();
  await eventually(() => acceptsLogin(server), RECOVERY, () => "logins work again");
  const token = await tokenOf(server, "alice");
  await using alice = await connect(server, { token });
  await alice.say("I am in");
});

async function dialMany(server: Program): Promise<RawSocket[]> {
  const crowd: RawSocket[] = [];
  for (let n = 0; n < DIALLED; n++) {
    // A refusal counts as no answer.
    const raw = await dialRaw(server).catch(() => undefined);
    if (raw) crowd.push(raw);
  }
  return crowd;
}

/** Whether a new connection, not a kept-alive one, is accepted and served. */
async function acceptsLogin(server: Program): Promise<boolean> {
  const raw = await dialRaw(server).catch(() => undefined);
  if (!raw) return false;
  await using _closed = raw;
  raw.write(`GET /readyz HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nConnection: close\r\n\r\n`);
  return await eventually(() => raw.text.startsWith("HTTP/1.1 200"), 1000).catch(() => false);
}
