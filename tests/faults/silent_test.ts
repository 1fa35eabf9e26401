import assert from "node:assert/strict";
import { api, join, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { descriptorsAtMost, usageOf } from "../support/process.ts";
import { type Program, startProgram } from "../support/program.ts";
import { dialRaw, openRaw, type RawSocket, seesConnections, upgradeRequest } from "../support/raw_socket.ts";
import { onLinux } from "./on_linux.ts";
import { isLong, size } from "./size.ts";

/** How long a client may hold a connection without a complete request, in ms. */
const GONE_WITHIN = 60_000;

const EACH = size(10, 20);

const MB = 1024 * 1024;

interface Kind {
  readonly name: string;
  readonly open: (server: Program, token: string) => Promise<RawSocket>;
  /** Before 2.7.14 Deno reports complete requests only, so incomplete ones cannot be ended. */
  readonly isRequest?: boolean;
}

const KINDS: Kind[] = [
  { name: "no byte", open: (server) => dialRaw(server) },
  { name: "half a request line", open: (server) => sending(server, "GET /heal") },
  {
    name: "half the headers",
    open: (server) => sending(server, `GET /healthz HTTP/1.1\r\nHost: ${hostOf(server)}\r\nX-Half`),
  },
  {
    name: "endless headers, one per second",
    open: (server) => dripping(server, `GET /healthz HTTP/1.1\r\nHost: ${hostOf(server)}\r\n`, "X-More: x\r\n"),
  },
  { name: "half a body", open: (server) => sending(server, post(server, "Content-Length: 1000") + '{"userna') },
  {
    name: "a body of one byte per second",
    open: (server) => dripping(server, post(server, "Content-Length: 60000"), "x"),
  },
  {
    name: "an endless chunked body",
    open: (server) => dripping(server, post(server, "Transfer-Encoding: chunked"), "1\r\nx\r\n"),
  },
  { name: "one request, then silence", open: (server) => sending(server, get(server)) },
  {
    name: "many requests, responses unread",
    async open(server) {
      const raw = await dialRaw(server);
      raw.socket.pause();
      raw.write(get(server).repeat(300));
      return raw;
    },
  },
  { name: "a refused socket", open: (server) => sending(server, upgradeRequest(server, {})), isRequest: true },
  { name: "a socket without pongs", open: openRaw, isRequest: true },
];

function hostOf(server: Program): string {
  return new URL(server.url).host;
}

function get(server: Program, path = "/healthz"): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${hostOf(server)}\r\n\r\n`;
}

function post(server: Program, header: string): string {
  return `POST /login HTTP/1.1\r\nHost: ${hostOf(server)}\r\nContent-Type: application/json\r\n${header}\r\n\r\n`;
}

async function sending(server: Program, text: string): Promise<RawSocket> {
  const raw = await dialRaw(server);
  raw.write(text);
  return raw;
}

async function dripping(server: Program, first: string, more: string): Promise<RawSocket> {
  const raw = await sending(server, first);
  const timer = setInterval(() => raw.isGone ? clearInterval(timer) : raw.write(more), 1000);
  raw.socket.once("close", () => clearInterval(timer));
  return raw;
}

onLinux("a client that vanishes at any moment leaks no descriptor, and affects nobody else", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  const token = await tokenOf(server, "mallory");
  await alice.say("before");
  const { descriptors } = await usageOf(server.pid);
  const open: RawSocket[] = [];
  for (const kind of KINDS) {
    for (let n = 0; n < EACH; n++) open.push(await kind.open(server, token));
    await alice.say(kind.name);
  }
  assert((await usageOf(server.pid)).descriptors > descriptors + EACH, "they were connected");
  for (const { socket } of open) socket.destroy();
  await descriptorsAtMost(server.pid, descriptors, 15_000);
  await eventually(() => bob.all("message").length === KINDS.length + 1);
});

onLinux("a silent connection is closed within 60 s, with its descriptor", async (t) => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  const token = await tokenOf(server, "mallory");
  const { descriptors } = await usageOf(server.pid);
  const sees = await seesConnections(server);
  const kinds = KINDS.filter(({ isRequest }) => sees || isRequest);
  const open = await Promise.all(kinds.map(async (kind) => {
    const raws: RawSocket[] = [];
    for (let n = 0; n < EACH; n++) raws.push(await kind.open(server, token));
    return { kind, raws, goneAt: undefined as number | undefined };
  }));
  const start = performance.now();
  for (let count = 1; performance.now() - start < GONE_WITHIN; count++) {
    for (const each of open) {
      // A client that does not read sees no end: its descriptor shows it, below.
      if (each.raws.every(({ isGone }) => isGone)) each.goneAt ??= performance.now() - start;
    }
    await alice.say(`message ${count}`);
    await eventually(() => bob.all("message").length === count);
    const left = (await usageOf(server.pid)).descriptors;
    if (left <= descriptors) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  for (const { kind, raws, goneAt } of open) {
    for (const { socket } of raws) socket.resume();
    await t.step(
      `${kind.name}: ${goneAt === undefined ? "noticed when it reads" : `gone after ${Math.round(goneAt / 1000)} s`}`,
      async () => {
        await eventually(() => raws.every(({ isGone }) => isGone), 2000, () => "every one of them is gone");
      },
    );
  }
  await t.step({
    name: sees ? "all the others" : "all the others (ignored: this runtime hides them; use a newer one)",
    ignore: !sees,
    fn: () => descriptorsAtMost(server.pid, descriptors, 2000),
  });
  for (const { raws } of open) for (const { socket } of raws) socket.destroy();
}, { ignore: !isLong });

onLinux("endless requests with unread responses cost little memory", async () => {
  await using server = await startProgram({ env: { LOG_LEVEL: "warn" } });
  const token = await tokenOf(server, "alice");
  await api(server, "/docs", { token });
  const before = (await usageOf(server.pid)).memory;
  await using raw = await dialRaw(server);
  raw.socket.pause();
  const requests = get(server, "/docs").repeat(100);
  const until = performance.now() + size(4000, 20_000);
  let most = 0;
  while (performance.now() < until && !raw.isGone) {
    if (raw.socket.writableLength < 1_000_000) raw.write(requests);
    most = Math.max(most, (await usageOf(server.pid)).memory);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  // Some thousands of requests are read at once: measured 140 MB on 2.9.6 when it is disconnected immediately.
  assert(most - before < 250 * MB, `it costs ${Math.round((most - before) / MB)} MB`);
});
