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
import { alice, messageOf, sessionOf } from "../../support/people.ts";

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

/** A command that waits until it is let go on. */
function held() {
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

Deno.test("`Connection.receive()` runs a command and acknowledges it by its nonce", async () => {
  const { connection, transport, ran } = open();
  connection.receive(send("n1"));
  connection.receive('{"type":"typing"}');
  await turn();
  assert.deepEqual(ran.map(({ type, nonce }) => [type, nonce]), [["send", "n1"], ["typing", undefined]]);
  assert.deepEqual(transport.events, [{ type: "ack", nonce: "n1", id: 1 }]);
});

Deno.test("`Connection` runs commands one after the other, in the order in which they came", async () => {
  const host = held();
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

Deno.test("`Connection` refuses more commands than it can have waiting, by their nonces, and works off the rest", async () => {
  const host = held();
  const { connection, transport } = open(host);
  for (let n = 0; n < 262; n++) connection.receive(send(`n${n}`));
  await turn();
  const refused = transport.all("error");
  assert.deepEqual(
    refused.map(({ nonce }) => nonce),
    ["n257", "n258", "n259", "n260", "n261"],
    "one at work, 256 waiting",
  );
  assert.deepEqual(new Set(refused.map(({ code }) => code)), new Set(["rate_limited"]));
  for (let n = 0; n < 257; n++) await host.next();
  assert.equal(transport.all("ack").length, 257);
  assert.equal(transport.closed, undefined);
});

Deno.test("`Connection` says what went wrong, and no more than is the asker's to know", async () => {
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

Deno.test("`Connection` answers what cannot be read, and closes with 1008 when it is borne no longer", () => {
  let borne = 500;
  const { connection, transport, closed, ran } = open({ tolerates: () => borne-- > 0 });
  for (let n = 0; n < 500; n++) connection.receive(n % 2 === 0 ? "nonsense" : null);
  assert.equal(transport.all("error").length, 500);
  assert.equal(connection.isClosed, false);
  connection.receive("nonsense");
  assert.equal(transport.closed?.code, 1008);
  assert.equal(closed.length, 1);
  connection.receive(send("n1"));
  assert.deepEqual(ran, [], "what comes after that is not read");
  assert.equal(transport.all("error").length, 500);
});

Deno.test("`Connection` asks whether to bear what is of no use, by its bytes, and for nothing else", () => {
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
  assert.equal(borne.length, 3, "the answer to a ping is asked for");
  connection.alive();
  assert.equal(borne.length, 4);
});

Deno.test("`Connection` refuses with the nonce what its host does not allow", () => {
  const { connection, transport, ran, metrics } = open({ allow: () => false });
  connection.receive(send("n1"));
  assert.deepEqual(transport.events, [
    { type: "error", detail: "Too many messages, wait a moment", code: "rate_limited", nonce: "n1" },
  ]);
  assert.deepEqual(ran, []);
  assert.equal(metrics.commandsLimited, 1);
});

Deno.test("`Connection.deliver()` leaves ephemeral frames out above 256 KiB, and cuts off above 1 MiB", () => {
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
  assert.equal(transport.frames.length, 2, "what is cut off gets nothing more");
});

Deno.test("`Connection` gives a client the time to read its history, however large, and no more than that", () => {
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
  // It has taken its history, and what comes after that is bounded as for everybody.
  transport.buffered = 0;
  connection.deliver(frame("{}"), false);
  transport.buffered = 1024 * 1024 + 1;
  connection.deliver(frame("{}"), false);
  assert.equal(transport.closed?.code, 1013);
});

Deno.test("`Connection` cuts off a client that takes neither its history nor what comes after it", () => {
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

Deno.test("`Connection.beat()` ends a connection that has not answered the last two", () => {
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
  assert.equal(closed.length, 1, "its end is told once");
});

Deno.test("`Connection.beat()` counts anything a client says as a sign of life", () => {
  const { connection, transport } = open();
  for (let n = 0; n < 10; n++) {
    connection.beat(undefined);
    connection.receive(n % 2 === 0 ? '{"type":"typing"}' : "nonsense");
  }
  assert.equal(transport.terminated, false);
});

Deno.test("`Connection.beat()` lets a client live that is still reading, and not one that has stopped or only trickles", () => {
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

Deno.test("`Connection.beat()` ends one that takes nothing of its history, whatever it says", async () => {
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

Deno.test("`Connection.beat()` sends a heartbeat to see to those who cannot see a ping", () => {
  const { connection, transport } = open({}, htmlEncoding);
  connection.beat(frame(htmlEncoding.heartbeat!));
  assert.deepEqual(transport.frames, [htmlEncoding.heartbeat]);
});

Deno.test("`Connection.close()` leaves at once, and says goodbye once", async () => {
  const host = held();
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
  assert.deepEqual(transport.frames, [], "nothing is said after the goodbye");
});

Deno.test("`Connection.idle()` resolves when every command that was given is answered", async () => {
  const host = held();
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
