import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type Client, join, tokenOf } from "../support/client.ts";
import type { Flood } from "../support/flood_worker.ts";
import { startProgram } from "../support/program.ts";
import { clientFrame, opcode, upgradeRequest } from "../support/raw_socket.ts";
import { onLinux } from "./on_linux.ts";
import { isLong, size } from "./size.ts";

/** The length of each measurement, and the interval at which the two alternate, in ms. */
const WINDOW = size(1000, 4000);
const TURNS = size(2, 4);

/**
 * How much slower another user's message may be meanwhile. The flooding client takes one of the usual two cores; the
 * rest is for noise.
 */
const RATIO_MAX = 4;

/** Below this nobody notices, in ms; smaller ratios are noise. */
const UNNOTICED = 100;

const FLOODS: [name: string, data: Buffer][] = [
  ["64 KB of garbage per frame", clientFrame(opcode.text, "x".repeat(64_000))],
  ["64 KB of brackets per frame", clientFrame(opcode.text, "[".repeat(64_000))],
  ["64 KB of keys per frame", clientFrame(opcode.text, `{${rows((n) => `"k${n}":${n}`)},"content":1}`)],
  ["64 KB of binary data per frame", clientFrame(opcode.binary, "x".repeat(64_000))],
  ["empty frames", many(() => clientFrame(opcode.text))],
  ["small garbage frames", many(() => clientFrame(opcode.text, "nonsense"))],
  ["pings", many(() => clientFrame(opcode.ping, "x".repeat(125)))],
  ["pongs", many(() => clientFrame(opcode.pong))],
  [
    "messages in many parts",
    Buffer.concat([
      clientFrame(opcode.text, "", { final: false }),
      many(() => clientFrame(opcode.continuation, "", { final: false })),
    ]),
  ],
  [
    "commands beyond the limit",
    many((n) => clientFrame(opcode.text, JSON.stringify({ type: "typing", nonce: `${n}` }))),
  ],
];

function rows(row: (n: number) => string): string {
  return Array.from({ length: 4000 }, (_, n) => row(n)).join();
}

function many(frame: (n: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: 1000 }, (_, n) => frame(n)));
}

/** The 99th percentile is meaningful on an idle machine only; in parallel with other tests it measures those. */
const PARTS = isLong ? [0.5, 0.99] : [0.5];

onLinux("a flood does not delay other users", async (t) => {
  for (const [name, data] of FLOODS) {
    await t.step(name, async (t) => {
      // A program of its own: a flooding user is refused for a while.
      await using server = await startProgram({ env: { LOG_LEVEL: "warn", RATE_LIMITS: "on", BCRYPT_COST: "10" } });
      await using alice = await join(server, "alice");
      await using bob = await join(server, "bob");
      const request = upgradeRequest(server, { Authorization: `Bearer ${await tokenOf(server, "mallory")}` });
      await chat(alice, bob, WINDOW);
      const quiet: number[] = [];
      const flooded: number[] = [];
      let isIn = 0;
      for (let turn = 0; turn < TURNS; turn++) {
        quiet.push(...await chat(alice, bob, WINDOW));
        const worker = new Worker(new URL("../support/flood_worker.ts", import.meta.url).href, { type: "module" });
        worker.onmessage = () => isIn += 1;
        worker.postMessage({ port: server.port, request, data, pause: 20 } satisfies Flood);
        flooded.push(...await chat(alice, bob, WINDOW));
        worker.terminate();
      }
      assert(isIn > 0, "it was accepted at first");
      for (const part of PARTS) {
        const [without, during] = [quantile(quiet, part), quantile(flooded, part)];
        await t.step(`p${part * 100}: ${without.toFixed(1)} ms, flooded ${during.toFixed(1)} ms`, () => {
          assert(during <= Math.max(UNNOTICED, without * RATIO_MAX), `it is ${(during / without).toFixed(1)} times`);
        });
      }
    });
  }
});

/** Messages from one user to the other at a human pace; resolves to the latencies, in ms. */
async function chat(from: Client, to: Client, ms: number): Promise<number[]> {
  const took: number[] = [];
  const until = performance.now() + ms;
  while (performance.now() < until) {
    const content = crypto.randomUUID();
    const start = performance.now();
    from.send({ content });
    const arrived = await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() =>
        reject(
          new Error(
            `Message ${content} did not arrive within 10 s: sockets ${from.socket.readyState} and ${to.socket.readyState}, ` +
              `the sender received ${JSON.stringify([...from.all("error"), ...from.all("warning")].slice(-3))}`,
          ),
        ), 10_000);
      const listener = (data: { toString(): string }) => {
        if (!data.toString().includes(content)) return;
        to.socket.off("message", listener);
        clearTimeout(timer);
        resolve(performance.now());
      };
      to.socket.on("message", listener);
    });
    took.push(arrived - start);
    // Within the limits of one user.
    await new Promise((resolve) => setTimeout(resolve, 70));
  }
  return took;
}

function quantile(values: number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]!;
}
