import assert from "node:assert/strict";
import { api, type Client, connect, join, type Received, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { descriptorsAtMost, usageOf } from "../support/process.ts";
import { startProgram } from "../support/program.ts";
import { clientFrame, opcode, openRaw, type RawSocket } from "../support/raw_socket.ts";
import { onLinux } from "./on_linux.ts";
import { size } from "./size.ts";

const MB = 1024 * 1024;

/** Readers of whom one is slow. */
const READERS = size(100, 1000);

/** Readers of whom all are stuck. */
const STUCK = size(50, 1000);

/** Those whose order and delay are checked; the rest only read. */
const WATCHED = 10;

/** A pong; the server need not ping. */
const PONG = clientFrame(opcode.pong);

const TEXT = "x".repeat(9000);

/** When a message arrived, by the time in it: in ms. */
function delays(client: Client): number[] {
  const found: number[] = [];
  client.socket.on("message", (data: { toString(): string }) => {
    const now = performance.now();
    for (const [, sent] of data.toString().matchAll(/"content":"at ([\d.]+) /g)) found.push(now - Number(sent));
  });
  return found;
}

function percentile(numbers: number[], part: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)]!;
}

onLinux(
  `one slow reader among ${READERS} is disconnected alone: the others are not delayed, and it resumes without gaps`,
  async () => {
    await using server = await startProgram({ env: { LOG_LEVEL: "warn" } });
    await using writer = await join(server, "writer");
    const token = await tokenOf(server, "reader");
    const slowToken = await tokenOf(server, "slow");
    const watched: Client[] = [];
    const crowd: RawSocket[] = [];
    const signs = setInterval(() => crowd.forEach((raw) => raw.write(PONG)), 5000);
    try {
      const sayMany = async (count: number): Promise<void> => {
        for (let n = 0; n < count; n++) writer.send({ content: `at ${performance.now()} ${TEXT}` });
        sent += count;
        // The crowd shares this process with the test: its own delay must not count.
        await eventually(
          () =>
            watched.every((client) => client.all("message").length === sent) &&
            crowd.every((raw) => raw.isGone || raw.bytes > sent * TEXT.length),
          30_000,
        );
      };

      const isOnline = async (): Promise<boolean> => {
        const { body } = await api(server, "/users", { token });
        return body.find(({ username }: Received) => username === "slow").online;
      };

      for (let n = 0; n < WATCHED; n++) watched.push(await connect(server, { token }));
      for (let n = WATCHED; n < READERS; n++) {
        const raw = await openRaw(server, token);
        raw.keeps = false;
        crowd.push(raw);
      }
      await using slow = await connect(server, { token: slowToken });
      const measured = watched.map(delays);
      let sent = 0;

      // The baseline: everybody reads, so that the machine is compared with itself.
      for (let n = 0; n < 10; n++) await sayMany(20);
      const calm = measured.flatMap((each) => each.splice(0));
      // Called once before, so that its own connection is counted, too.
      await isOnline();
      const before = await usageOf(server.pid);

      slow.socket.pause();
      let most = 0;
      while (await isOnline()) {
        await sayMany(20);
        most = Math.max(most, (await usageOf(server.pid)).memory);
        assert(sent < 2000, "a client that reads nothing is disconnected eventually");
      }
      const busy = measured.flatMap((each) => each.splice(0));
      for (const part of [0.5, 0.95]) {
        const [then, now] = [percentile(calm, part), percentile(busy, part)];
        assert(now < 2 * then + 100, `at ${part} a message takes ${Math.round(now)} ms, and took ${Math.round(then)}`);
      }
      assert(most - before.memory < 100 * MB, `it costs ${Math.round((most - before.memory) / MB)} MB`);
      await descriptorsAtMost(server.pid, before.descriptors - 1, 20_000);

      for (const client of watched) {
        assert.deepEqual(client.all("message").map(({ seq }) => seq), Array.from({ length: sent }, (_, n) => n + 1));
      }
      await eventually(() => {
        const bytes = crowd.map((raw) => raw.bytes);
        return crowd.every((raw) => !raw.isGone) && Math.max(...bytes) - Math.min(...bytes) < TEXT.length;
      }, 30_000);

      slow.socket.resume();
      assert([1013, 1006].includes(await slow.closed));
      const had = slow.all("message").map(({ seq }) => seq);
      await using again = await connect(server, { token: slowToken, after: had.at(-1) ?? 0 });
      await eventually(() => again.all("history").at(-1)?.head === sent, 10_000);
      const rest = again.all("history").flatMap(({ messages }) => messages);
      assert.deepEqual(
        [...had, ...rest.map(({ seq }: Received) => seq)],
        Array.from({ length: sent }, (_, n) => n + 1),
      );
      await eventually(async () => (await usageOf(server.pid)).memory < before.memory + 80 * MB, 30_000);
    } finally {
      clearInterval(signs);
      for (const { socket } of [...watched, ...crowd] as { socket: { destroy?(): void; terminate?(): void } }[]) {
        socket.destroy?.();
        socket.terminate?.();
      }
    }
  },
);

onLinux(
  `${STUCK} readers that send pongs and read next to nothing are disconnected within 60 s and cost little memory`,
  async () => {
    await using server = await startProgram({ env: { LOG_LEVEL: "warn" } });
    await using alice = await join(server, "alice");
    await using bob = await join(server, "bob");
    const token = await tokenOf(server, "mallory");
    const before = await usageOf(server.pid);
    const stuck: RawSocket[] = [];
    for (let n = 0; n < STUCK; n++) {
      const raw = await openRaw(server, token);
      raw.keeps = false;
      raw.socket.pause();
      stuck.push(raw);
    }
    const signs = setInterval(() => {
      for (const [at, raw] of stuck.entries()) {
        raw.write(PONG);
        // Every other one reads a little now and then.
        if (at % 2 === 0) raw.socket.once("data", () => raw.socket.pause()).resume();
      }
    }, 3000);
    try {
      const start = performance.now();
      let most = 0;
      let sent = 0;
      let left = Infinity;
      while (left > before.descriptors) {
        const at = performance.now();
        await alice.say(TEXT);
        sent += 1;
        assert(performance.now() - at < 2000, `a message takes ${Math.round(performance.now() - at)} ms`);
        const usage = await usageOf(server.pid);
        most = Math.max(most, usage.memory);
        left = usage.descriptors;
        const seconds = (performance.now() - start) / 1000;
        assert(seconds < 60, `${left - before.descriptors} are still there after 60 s and ${sent} messages`);
      }
      assert(most - before.memory < 150 * MB, `they cost ${Math.round((most - before.memory) / MB)} MB`);
      await eventually(() => bob.all("message").length === sent);
      assert.deepEqual(bob.all("message").map(({ seq }) => seq), Array.from({ length: sent }, (_, n) => n + 1));
    } finally {
      clearInterval(signs);
      for (const { socket } of stuck) socket.destroy();
    }
  },
);
