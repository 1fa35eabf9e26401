import assert from "node:assert/strict";
import { ChatError } from "../../../db/errors.ts";
import { Metrics } from "../../../db/metrics.ts";
import type { MessageId } from "../../../db/model.ts";
import { Connection, type ConnectionHost } from "../../../ws/transport/connection.ts";
import type { Request } from "../../../ws/commands/request.ts";
import { htmlEncoding } from "../../../ws/encoding/html.tsx";
import { jsonEncoding } from "../../../ws/encoding/json.ts";
import { frame } from "../../../ws/transport/transport.ts";
import { FakeTransport } from "../../support/fake_transport.ts";
import { turn } from "../../support/manual_clock.ts";
import { alice, messageOf, sessionOf } from "../../support/models.ts";

function open(host: Partial<ConnectionHost> = {}, encoding = jsonEncoding) {
  const ran: Request[] = [];
  const closed: Connection[] = [];
  const logged: unknown[] = [];
  const metrics = new Metrics();
  const connection = new Connection({
    actor: alice,
    session: sessionOf(alice),
    encoding,
    host: {
      run: (_connection, request) => {
        ran.push(request);
        return Promise.resolve({ id: ran.length as MessageId });
      },
      allow: () => true,
      tolerates: () => true,
      closed: (connection) => void closed.push(connection),
      log: (...line) => void logged.push(line),
      metrics,
      ...host,
    },
  });
  const transport = new FakeTransport();
  connection.attach(transport);
  return { connection, transport, ran, closed, logged, metrics };
}

/** A command that waits until it is released. */
function blockingCommand() {
  const waiting: (() => void)[] = [];
  const order: unknown[] = [];
  return {
    order,
    run(_connection: Connection, request: Request) {
      order.push(request.nonce);
      return new Promise<{ id: MessageId }>((resolve) => waiting.push(() => resolve({ id: 1 as MessageId })));
    },
    async next() {
      waiting.shift()!();
      await turn();
    },
  };
}

const send = (nonce: string) => JSON.stringify({ content: "Hello", nonce });

Deno.test("`Connection.receive()` runs a command and acknowledges its nonce", async () => {
  const { connection, transport, ran } = open();
  connection.receive(send("n1"));
  connection.receive('{"type":"typing"}');
  await turn();
  assert.deepEqual(ran.map(({ type, nonce }) => [type, nonce]), [["send", "n1"], ["typing", undefined]]);
  assert.deepEqual(transport.events, [{ type: "ack", nonce: "n1", id: 1 }]);
});

Deno.test("`Connection` runs commands one at a time, in order", async () => {
  const host = blockingCommand();
  const { connection, transport } = open(host);
  for (const nonce of ["1", "2", "3"]) connection.receive(send(nonce));
  await turn();
  assert.deepEqual(host.order, ["1"]);
  await host.next();
  assert.deepEqual(host.order, ["1", "2"]);
  await host.next();
  await host.next();
  assert.deepEqual(transport.all("ack").map(({ nonce }) => nonce), ["1", "2", "3"]);
});

Deno.test("`Connection` refuses commands beyond its queue with their nonces, and completes the rest", async () => {
  const host = blockingCommand();
  const { connection, transport } = open(host);
  for (let n = 0; n < 262; n++) connection.receive(send(`n${n}`));
  await turn();
  const refused = transport.all("error");
  assert.deepEqual(
    refused.map(({ nonce }) => nonce),
    ["n257", "n258", "n259", "n260", "n261"],
    "one running, 256 queued",
  );
  assert.deepEqual(new Set(refused.map(({ code }) => code)), new Set(["rate_limited"]));
  for (let n = 0; n < 257; n++) await host.next();
  assert.equal(transport.all("ack").length, 257);
  assert.equal(transport.closed, undefined);
});

Deno.test("`Connection` reports an error without internal details", async () => {
  const errors = [new ChatError("forbidden", "You cannot post here"), new Error("disk I/O error at page 7")];
  const { connection, transport, logged } = open({ run: () => Promise.reject(errors.shift()) });
  connection.receive(send("n1"));
  connection.receive(send("n2"));
  await turn();
  assert.deepEqual(transport.events, [
    { type: "error", detail: "You cannot post here", code: "forbidden", nonce: "n1" },
    { type: "error", detail: "This could not be stored, try again later", code: "unavailable", nonce: "n2" },
  ]);
  assert.equal(logged.length, 1, "a fault is logged, a refusal is not");
});

Deno.test("`Connection` answers unreadable frames, and closes with 1008 when the budget is exhausted", () => {
  let borne = 500;
  const { connection, transport, closed, ran } = open({ tolerates: () => borne-- > 0 });
  for (let n = 0; n < 500; n++) connection.receive(n % 2 === 0 ? "nonsense" : null);
  assert.equal(transport.all("error").length, 500);
  assert.equal(connection.isClosed, false);
  connection.receive("nonsense");
  assert.equal(transport.closed?.code, 1008);
  assert.equal(closed.length, 1);
  connection.receive(send("n1"));
  assert.deepEqual(ran, [], "later frames are not read");
  assert.equal(transport.all("error").length, 500);
});

Deno.test("`Connection` charges the abuse budget for useless frames by their bytes, and for nothing else", () => {
  const borne: number[] = [];
  const { connection } = open({ tolerates: (_connection, bytes) => borne.push(bytes) > 0 });
  connection.receive(send("n1"));
  assert.deepEqual(borne, []);
  connection.receive("nonsense");
  connection.receive(null, 64_000);
  connection.pinged();
  assert.deepEqual(borne, [8, 64_000, 0]);
  connection.beat(undefined);
  connection.alive();
  assert.equal(borne.length, 3, "a pong is expected");
  connection.alive();
  assert.equal(borne.length, 4);
});

Deno.test("`Connection` refuses a command that its host forbids, with its nonce", () => {
  const { connection, transport, ran, metrics } = open({ allow: () => false });
  connection.receive(send("n1"));
  assert.deepEqual(transport.events, [
    { type: "error", detail: "Too many messages, wait a moment", code: "rate_limited", nonce: "n1" },
  ]);
  assert.deepEqual(ran, []);
  assert.equal(metrics.commandsLimited, 1);
});

Deno.test("`Connection.deliver()` skips ephemeral frames above 256 KiB and disconnects above 1 MiB", () => {
  const { connection, transport, closed, metrics } = open();
  const data = frame('{"type":"reload"}');
  transport.buffered = 256 * 1024;
  connection.deliver(data, true);
  assert.equal(transport.frames.length, 1);
  transport.buffered = 256 * 1024 + 1;
  connection.deliver(data, true);
  assert.equal(transport.frames.length, 1);
  transport.buffered = 1024 * 1024;
  connection.deliver(data, false);
  assert.equal(transport.frames.length, 2);
  assert.equal(connection.isClosed, false);
  transport.buffered = 1024 * 1024 + 1;
  connection.deliver(data, true);
  assert.deepEqual(transport.closed, { code: 1013, reason: "Too slow" });
  assert.equal(transport.terminated, true);
  assert.deepEqual(closed, [connection]);
  assert.equal(metrics.slowReaders, 1);
  transport.buffered = 0;
  connection.deliver(data, false);
  assert.equal(transport.frames.length, 2, "a disconnected client receives nothing more");
});

Deno.test("`Connection` gives a client time to read its history of any size, and no longer", () => {
  const { connection, transport } = open();
  const large = Array.from({ length: 200 }, (_, n) => messageOf(alice, n + 1, { content: "x".repeat(10_000) }));
  connection.welcome(
    frame(jsonEncoding.encode({ type: "history", room: "general", messages: large, head: 200, seen: [] })),
  );
  const size = transport.frames[0]!.length;
  assert(size > 1024 * 1024);
  // It has taken nothing yet.
  transport.buffered = size;
  connection.reply({ type: "users", room: "general", users: [alice], count: 1 });
  assert.equal(transport.frames.length, 2);
  transport.buffered = size + 1024 * 1024;
  connection.deliver(frame("{}"), false);
  assert.equal(transport.frames.length, 3);
  // It has taken its history; later frames are bounded as for everybody.
  transport.buffered = 0;
  connection.deliver(frame("{}"), false);
  transport.buffered = 1024 * 1024 + 1;
  connection.deliver(frame("{}"), false);
  assert.equal(transport.closed?.code, 1013);
});

Deno.test("`Connection` disconnects a client that reads neither its history nor later frames", () => {
  const { connection, transport } = open();
  connection.reply({
    type: "history",
    room: "general",
    messages: [messageOf(alice, 1, { content: "x".repeat(10_000) })],
    head: 1,
    seen: [],
  });
  const size = transport.frames[0]!.length + 4;
  transport.buffered = size + 1024 * 1024 + 1;
  connection.deliver(frame("{}"), false);
  assert.equal(transport.closed?.code, 1013);
});

Deno.test("`Connection.beat()` disconnects after two missed pongs", () => {
  const { connection, transport, closed } = open();
  connection.beat(undefined);
  connection.beat(undefined);
  connection.alive();
  connection.beat(undefined);
  connection.beat(undefined);
  assert.equal(transport.pings, 4);
  assert.equal(connection.isClosed, false);
  connection.beat(undefined);
  assert.equal(transport.terminated, true);
  assert.deepEqual(closed, [connection]);
  connection.lost();
  connection.beat(undefined);
  assert.equal(closed.length, 1, "its end is reported once");
});

Deno.test("`Connection.beat()` takes any frame from the client as a sign of life", () => {
  const { connection, transport } = open();
  for (let n = 0; n < 10; n++) {
    connection.beat(undefined);
    connection.receive(n % 2 === 0 ? '{"type":"typing"}' : "nonsense");
  }
  assert.equal(transport.terminated, false);
});

Deno.test("`Connection.beat()` keeps a client that is still reading, and disconnects one that has stopped or only trickles", () => {
  const { connection, transport } = open();
  for (transport.buffered = 200_000; transport.buffered >= 20_000; transport.buffered -= 20_000) {
    connection.beat(undefined);
  }
  assert.equal(transport.terminated, false);
  for (let n = 0; n < 3; n++) {
    transport.buffered -= 1;
    connection.beat(undefined);
  }
  assert.equal(transport.terminated, true);
});

Deno.test("`Connection.beat()` disconnects a client that reads none of its history, whatever it sends", async () => {
  const { connection, transport } = open();
  transport.holds = true;
  transport.buffered = 100_000;
  const taken = connection.taken();
  for (let n = 0; n < 10 && !transport.terminated; n++) {
    transport.buffered -= n < 3 ? 1 : 0;
    connection.alive();
    connection.beat(undefined);
    assert.equal(transport.terminated, n >= 5, `at beat ${n}`);
  }
  await taken;
  assert.equal(connection.isClosed, true);
});

Deno.test("`Connection.beat()` sends a visible heartbeat to clients that cannot see pings", () => {
  const { connection, transport } = open({}, htmlEncoding);
  connection.beat(frame(htmlEncoding.heartbeat!));
  assert.deepEqual(transport.frames, [htmlEncoding.heartbeat]);
});

Deno.test("`Connection.close()` ends the connection at once and sends one close frame", async () => {
  const host = blockingCommand();
  const { connection, transport, closed } = open(host);
  connection.receive(send("n1"));
  connection.receive(send("n2"));
  connection.close(4401, "Logged out");
  connection.close(1012, "Server is restarting");
  connection.lost();
  assert.deepEqual(transport.closed, { code: 4401, reason: "Logged out" });
  assert.equal(closed.length, 1);
  await turn();
  await host.next();
  assert.deepEqual(transport.frames, [], "nothing is sent after the close frame");
});

Deno.test("`Connection.idle()` resolves when every received command is answered", async () => {
  const host = blockingCommand();
  const { connection, transport } = open(host);
  await connection.idle();
  connection.receive(send("n1"));
  connection.receive(send("n2"));
  let idle = false;
  const waiting = connection.idle().then(() => idle = true);
  await turn();
  await host.next();
  assert.equal(idle, false);
  await host.next();
  await waiting;
  assert.equal(transport.all("ack").length, 2);
});
