import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { api, join, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { descriptorsAtMost, usageOf } from "../support/process.ts";
import { type Program, startProgram } from "../support/program.ts";
import { clientFrame, closeCodeIn, opcode, openRaw, type RawSocket } from "../support/raw_socket.ts";
import { onLinux } from "./on_linux.ts";

const MB = 1024 * 1024;

/** A descriptor is free one second after the end; the rest is for a machine busy with other tests, in ms. */
const CUT_WITHIN = 3000;

/** What the network buffers of both ends may hold of unread data. */
const ACCEPTED_MAX = 24 * MB;

interface Ending {
  readonly name: string;
  readonly code: number;
  /** Makes the server close the connection. */
  readonly end: (server: Program, raw: RawSocket, token: string) => unknown;
}

const sending = (...frames: Uint8Array[]) => (_server: Program, raw: RawSocket) => raw.write(Buffer.concat(frames));

const ENDINGS: Ending[] = [
  { name: "it violates the protocol", code: 1002, end: sending(clientFrame(opcode.text, "x", { reserved: 2 })) },
  { name: "its text is not UTF-8", code: 1007, end: sending(clientFrame(opcode.text, new Uint8Array([0xff]))) },
  { name: "its frame is too large", code: 1009, end: sending(clientFrame(opcode.text, "", { length: 2 ** 20 })) },
  {
    name: "its message has too many parts",
    code: 1008,
    end: sending(
      clientFrame(opcode.text, "", { final: false }),
      ...Array.from({ length: 300 }, () => clientFrame(opcode.continuation, "", { final: false })),
    ),
  },
  {
    name: "it sends only garbage",
    code: 1008,
    end: sending(...Array.from({ length: 1200 }, () => clientFrame(opcode.text, "nonsense"))),
  },
  { name: "it closes first", code: 1000, end: sending(clientFrame(opcode.close, new Uint8Array([0x03, 0xe8]))) },
  { name: "its session ends", code: 4401, end: (server, _raw, token) => api(server, "/logout", { token, body: {} }) },
  {
    name: "its user is blocked",
    code: 4403,
    // Alice registered first, so she may.
    end: async (server) => api(server, "/admin/users/2/block", { token: await tokenOf(server, "alice"), body: {} }),
  },
];

for (const { name, code, end } of ENDINGS) {
  onLinux(
    `a client that keeps sending after ${code} because ${name} is disconnected, and its data is not read`,
    async () => {
      await using server = await startProgram();
      await using alice = await join(server, "alice");
      const token = await tokenOf(server, "mallory");
      await alice.say("before");
      const { descriptors } = await usageOf(server.pid);
      await using raw = await openRaw(server, token, "", { allowHalfOpen: true });
      await end(server, raw, token);
      await eventually(() => closeCodeIn(raw.received), 5000, () => `a close code in ${raw.text.slice(-200)}`);
      assert.equal(closeCodeIn(raw.received), code);
      const start = performance.now();
      const late = clientFrame(opcode.text, JSON.stringify({ content: "after the end" }));
      const garbage = Buffer.concat([late, clientFrame(opcode.text, "x".repeat(64_000))]);
      let accepted = 0;
      while ((await usageOf(server.pid)).descriptors > descriptors) {
        assert(performance.now() - start < CUT_WITHIN, `it is connected after ${CUT_WITHIN} ms`);
        for (let n = 0; n < 50 && raw.socket.writableLength < MB && !raw.socket.destroyed; n++) {
          raw.socket.write(garbage);
        }
        accepted = raw.socket.bytesWritten - raw.socket.writableLength;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      assert(accepted < ACCEPTED_MAX, `${Math.round(accepted / MB)} MB were accepted`);
      await alice.say("after");
      await alice.next("message", ({ content }) => content === "after");
      assert.deepEqual(alice.all("message").map(({ content }) => content), ["before", "after"]);
    },
  );
}

onLinux("a client that only closes its own half of the connection and reads nothing is disconnected", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  const token = await tokenOf(server, "mallory");
  const { descriptors } = await usageOf(server.pid);
  await using raw = await openRaw(server, token, "", { allowHalfOpen: true });
  raw.socket.pause();
  raw.socket.end();
  await descriptorsAtMost(server.pid, descriptors, CUT_WITHIN);
  await alice.say("after");
});

onLinux("neither valid frames in between nor a new connection make up for garbage", async () => {
  await using server = await startProgram({ env: { RATE_LIMITS: "on", BCRYPT_COST: "10" } });
  const token = await tokenOf(server, "mallory");
  const garbage = Array.from({ length: 100 }, () => clientFrame(opcode.text, "nonsense"));
  const good = clientFrame(opcode.text, JSON.stringify({ type: "typing" }));
  const open = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => openRaw(server, token)));
  for (const raw of open) raw.write(Buffer.concat([...garbage, good, ...garbage, good]));
  await eventually(
    () => open.filter((raw) => closeCodeIn(raw.received) === 1008).length >= 5,
    5000,
    () => "most are disconnected",
  );
  const refused = await api(server, "/ws", { token });
  assert.deepEqual([refused.status, refused.body.code], [429, "rate_limited"]);
  assert.match(refused.headers.get("Retry-After")!, /^([1-9]|10)$/);
  for (const raw of open) raw.socket.destroy();
});

onLinux("clients that reset a connection while the server closes it do not crash the server", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  const token = await tokenOf(server, "mallory");
  const broken = clientFrame(opcode.text, "x", { reserved: 2 });
  for (let n = 0; n < 200; n++) {
    await using raw = await openRaw(server, token);
    raw.write(broken);
    raw.socket.resetAndDestroy();
  }
  await alice.say("still here");
  await alice.next("message", ({ content }) => content === "still here");
});
