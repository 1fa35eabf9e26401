import assert from "node:assert/strict";
import { join } from "node:path";
import { openStore } from "../../db/open_store.ts";
import { castOf } from "../support/cast.ts";
import { api, cookieOf, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { usageOf } from "../support/process.ts";
import { type Program, startProgram } from "../support/program.ts";
import { dialRaw, type RawSocket, upgradeRequest } from "../support/raw_socket.ts";
import { tempDir } from "../support/temp_dir.ts";
import { onLinux } from "./on_linux.ts";
import { size } from "./size.ts";

const MB = 1024 * 1024;

/** The longest messages, of the character that grows most when rendered: six times. */
const MESSAGES = size(300, 1000);
const TEXT = '"'.repeat(10_000);

async function full(dataDir: string): Promise<Program> {
  const store = await openStore(`sqlite:${join(dataDir, "chatterbox.db")}`);
  const { carol, say } = await castOf(store);
  await Promise.all(Array.from({ length: MESSAGES }, () => say(carol, TEXT)));
  await store.close();
  return await startProgram({ dataDir, env: { LOG_LEVEL: "warn" } });
}

/** Tracks the peak memory of a program above its current use. */
async function watchMemory(server: Program) {
  const { memory } = await usageOf(server.pid);
  let most = memory;
  // The program may be gone at the last sample.
  const sample = () => usageOf(server.pid).then(({ memory }) => most = Math.max(most, memory), () => {});
  const timer = setInterval(sample, 20);
  return {
    get most() {
      return Math.round((most - memory) / MB);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** A browser's socket that resumes and reads nothing yet. */
async function resume(server: Program, cookie: string): Promise<RawSocket> {
  const raw = await dialRaw(server);
  raw.keeps = false;
  raw.socket.pause();
  raw.write(upgradeRequest(server, { Cookie: cookie, Origin: server.url }, "?after=0"));
  return raw;
}

onLinux(
  `ten clients that resume ${MESSAGES} of the longest messages cost little memory, read or unread, and get each once`,
  async () => {
    await using dir = await tempDir();
    await using server = await full(dir.path);
    const cookie = await cookieOf(server, "mallory");
    const token = await tokenOf(server, "watcher");
    using memory = await watchMemory(server);
    const sockets: RawSocket[] = [];
    for (let n = 0; n < 10; n++) sockets.push(await resume(server, cookie));
    try {
      // Others are served meanwhile.
      for (let n = 0; n < 20; n++) {
        assert.equal((await api(server, "/rooms/general/messages?limit=1", { token })).status, 200);
      }
      const unread = memory.most;
      assert(unread < 150, `unread they cost ${unread} MB`);
      const ids = sockets.map(({ socket }) => {
        const found: number[] = [];
        let rest = "";
        socket.on("data", (data) => {
          const text = rest + data.toString("latin1");
          for (const [, id] of text.matchAll(/<li id="message-(\d+)" /g)) found.push(Number(id));
          // A partial message.
          const start = text.lastIndexOf("<li");
          rest = start >= text.length - 40 ? text.slice(start) : text.slice(-2);
          if (/^<li id="message-\d+" /.test(rest)) rest = rest.slice(4);
        });
        socket.resume();
        return found;
      });
      await eventually(
        () => ids.every((found) => found.length >= MESSAGES),
        60_000,
        () => String(ids.map((f) => f.length)),
      );
      const expected = Array.from({ length: MESSAGES }, (_, n) => n + 1);
      for (const found of ids) assert.deepEqual(found, expected);
      assert(memory.most < 300, `read they cost ${memory.most} MB`);
    } finally {
      for (const { socket } of sockets) socket.destroy();
    }
  },
);

onLinux("three hundred unread pages cost little memory, affect nobody else, and leave nothing behind", async () => {
  await using dir = await tempDir();
  await using server = await full(dir.path);
  const cookie = await cookieOf(server, "mallory");
  const other = await cookieOf(server, "watcher");
  const page = async (cookie: string) => {
    const response = await fetch(`${server.url}/?limit=200`, { headers: { Cookie: cookie, Accept: "text/html" } });
    return { status: response.status, length: (await response.text()).length };
  };
  assert((await page(cookie)).length < MB, "a page has its own bound");
  for (const path of ["/?limit=200", "/rooms/general/messages?limit=200"]) {
    using memory = await watchMemory(server);
    const request = `GET ${path} HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nCookie: ${cookie}\r\n` +
      "Accept: text/html\r\n\r\n";
    const sockets: RawSocket[] = [];
    for (let n = 0; n < 100; n++) {
      const raw = await dialRaw(server);
      raw.socket.pause();
      // Pipelined, three on each connection.
      raw.write(request.repeat(3));
      sockets.push(raw);
    }
    assert.equal((await page(other)).status, 200, "another member is served");
    assert(memory.most < 250, `${path} cost ${memory.most} MB`);
    for (const { socket } of sockets) socket.destroy();
    await eventually(async () => (await page(cookie)).status === 200, 15_000);
    assert.deepEqual(
      new Set(await Promise.all(Array.from({ length: 8 }, async () => (await page(cookie)).status))),
      new Set([200]),
      "all slots are free again",
    );
  }
});

onLinux("requests aborted at any moment keep no slot", async () => {
  await using dir = await tempDir();
  await using server = await full(dir.path);
  const cookie = await cookieOf(server, "mallory");
  const request = `GET /?limit=200 HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nCookie: ${cookie}\r\n` +
    "Accept: text/html\r\n\r\n";
  for (let n = 0; n < 60; n++) {
    const raw = await dialRaw(server);
    raw.write(request.repeat(1 + n % 3));
    await new Promise((resolve) => setTimeout(resolve, n % 12));
    raw.socket.destroy();
  }
  const again = async () => {
    const response = await fetch(`${server.url}/`, { headers: { Cookie: cookie, Accept: "text/html" } });
    await response.text();
    return response.status;
  };
  await eventually(async () => await again() === 200, 15_000);
  // More than there are slots.
  for (let n = 0; n < 20; n++) assert.equal(await again(), 200);
  const together = await Promise.all(Array.from({ length: 8 }, again));
  assert.deepEqual(new Set(together), new Set([200]));
});
