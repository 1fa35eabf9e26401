import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join, joinAsBrowser, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { descriptorsAtMost, usageOf } from "../support/process.ts";
import { type Program, startProgram } from "../support/program.ts";
import { dialRaw, type RawSocket, seesConnections, upgradeRequest } from "../support/raw_socket.ts";
import { onLinux } from "./on_linux.ts";
import { size } from "./size.ts";

/** The program's descriptor limit. */
const LIMIT = size(256, 1024);
const LIMITED = ["bash", "-c", `ulimit -n ${LIMIT}; exec "$0" "$@"`];

/** More connections than it can have. */
const CROWD = size(400, 1500);

/** A refused connection ends after one second; the rest is for a busy machine, in ms. */
const GONE_WITHIN = 3000;

interface Kind {
  readonly name: string;
  /** What each of them sends. */
  readonly data: (server: Program, token: string) => string;
  /** Whether the server must end it soon. */
  readonly isRefused?: boolean;
}

const handshake = (key: string, version: string) =>
  `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: ${version}\r\nSec-WebSocket-Key: ${key}\r\n`;

const KINDS: Kind[] = [
  { name: "no data", data: () => "" },
  { name: "half a request", data: () => "GET / HTTP/1.1\r\nHost: localhost\r\nX-Half" },
  { name: "half a body", data: () => "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{" },
  {
    name: "one request, kept alive",
    data: () => "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
  },
  {
    name: "another upgrade",
    data: () => "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
  },
  { name: "a socket without a login", data: (server) => upgradeRequest(server, {}), isRefused: true },
  {
    name: "a socket with an invalid key",
    data: (server, token) =>
      `GET /ws?token=${token} HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\n${handshake("short", "13")}\r\n`,
    isRefused: true,
  },
  {
    name: "a socket of another version",
    data: (server, token) =>
      `GET /ws?token=${token} HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\n${
        handshake(randomBytes(16).toString("base64"), "7")
      }\r\n`,
    isRefused: true,
  },
  {
    name: "a socket with an invalid host",
    data: () => `GET /ws HTTP/1.1\r\nHost: a b\r\n${handshake(randomBytes(16).toString("base64"), "13")}\r\n`,
    isRefused: true,
  },
  {
    name: "CONNECT",
    data: () => "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n",
    isRefused: true,
  },
  { name: "no valid request", data: () => "nonsense\r\n\r\n", isRefused: true },
];

/** Opens a connection that never closes its half. */
async function stay(server: Program, data: string): Promise<RawSocket | undefined> {
  const raw = await dialRaw(server, { allowHalfOpen: true }).catch(() => undefined);
  raw?.write(data);
  return raw;
}

for (const { name, data, isRefused } of KINDS) {
  onLinux(`a crowd of connections with ${name} keeps nobody out`, async (t) => {
    await using server = await startProgram({
      through: LIMITED,
      env: { LOG_LEVEL: "warn", RATE_LIMITS: "on", BCRYPT_COST: "10" },
    });
    await using alice = await join(server, "alice");
    await using bob = await joinAsBrowser(server, "bob");
    const token = await tokenOf(server, "carol");
    await alice.say("before");
    if (!await seesConnections(server)) {
      await t.step({
        name: "(ignored: this runtime hides connections before their first request)",
        ignore: true,
        fn: () => {},
      });
      return;
    }
    const { descriptors } = await usageOf(server.pid);
    const crowd: RawSocket[] = [];
    for (let n = 0; n < CROWD; n++) {
      const raw = await stay(server, data(server, token));
      if (raw) crowd.push(raw);
      // While the crowd grows, users get in one after the other.
      if (n % 100 === 99) {
        const start = performance.now();
        await using carol = await join(server, "carol");
        await carol.say(`among ${n + 1}`);
        await alice.next("message", ({ content }) => content === `among ${n + 1}`);
        const took = performance.now() - start;
        assert(took < 5000, `it took ${Math.round(took)} ms among ${n + 1}`);
      }
    }
    if (isRefused) await descriptorsAtMost(server.pid, descriptors, GONE_WITHIN);
    // Connected users stay connected.
    await alice.say("after");
    await bob.frame(`<p dir="auto">after</p>`);
    assert.equal(alice.socket.readyState, alice.socket.OPEN);
    for (const { socket } of crowd) socket.destroy();
    await eventually(
      async () => (await usageOf(server.pid)).descriptors <= descriptors,
      15_000,
      () => "they have left",
    );
  });
}

onLinux("a school behind one address connects, and reconnects at once", async () => {
  const pupils = size(150, 800);
  await using server = await startProgram({
    through: LIMITED,
    env: { LOG_LEVEL: "warn", RATE_LIMITS: "on", BCRYPT_COST: "10" },
  });
  await using alice = await join(server, "alice");
  // Sixty sockets are fewer than one user may have.
  const tokens: string[] = [];
  for (let n = 0; n < Math.ceil(pupils / 60); n++) tokens.push(await tokenOf(server, `class${n}`));
  for (let round = 0; round < 2; round++) {
    const open = new Map<number, RawSocket>();
    await eventually(
      async () => {
        for (let n = 0; n < pupils; n++) {
          const raw = open.get(n);
          if (raw && !raw.isGone) continue;
          const again = await dialRaw(server).catch(() => undefined);
          if (!again) continue;
          again.write(upgradeRequest(server, { Authorization: `Bearer ${tokens[Math.floor(n / 60)]}` }));
          open.set(n, again);
        }
        return [...open.values()].filter((raw) => !raw.isGone && raw.text.includes(" 101 ")).length === pupils;
      },
      20_000,
      () => `${[...open.values()].filter((raw) => raw.text.includes(" 101 ")).length} of ${pupils} are in`,
    );
    await alice.say(`round ${round}`);
    for (const { socket } of open.values()) socket.destroy();
  }
});
