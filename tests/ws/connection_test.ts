import assert from "node:assert/strict";
import { ChatError } from "../../db/errors.ts";
import { Meters } from "../../db/meters.ts";
import type { MessageId } from "../../db/model.ts";
import { Connection, type ConnectionHost } from "../../ws/connection.ts";
import type { Request } from "../../ws/commands/mod.ts";
import { htmlDialect } from "../../ws/dialect/html.tsx";
import { jsonDialect } from "../../ws/dialect/json.ts";
import { frame } from "../../ws/wire.ts";
import { FakeWire } from "../support/fake_wire.ts";
import { turn } from "../support/manual_clock.ts";
import { alice, messageOf, sessionOf } from "../support/people.ts";

function open(host: Partial<ConnectionHost> = {}, dialect = jsonDialect) {
  const ran: Request[] = [];
  const closed: Connection[] = [];
  const logged: unknown[] = [];
  const meters = new Meters();
  const connection = new Connection({
    actor: alice,
    session: sessionOf(alice),
    dialect,
    host: {
      run: (_connection, request) => {
        ran.push(request);
        return Promise.resolve({ id: ran.length as MessageId });
      },
      allow: () => true,
      bears: () => true,
      closed: (connection) => void closed.push(connection),
      log: (...line) => void logged.push(line),
      meters,
      ...host,
    },
  });
  const wire = new FakeWire();
  connection.attach(wire);
  return { connection, wire, ran, closed, logged, meters };
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
  const { connection, wire, ran } = open();
  connection.receive(send("n1"));
  connection.receive('{"type":"typing"}');
  await turn();
  assert.deepEqual(ran.map(({ type, nonce }) => [type, nonce]), [["send", "n1"], ["typing", undefined]]);
  assert.deepEqual(wire.events, [{ type: "ack", nonce: "n1", id: 1 }]);
});

Deno.test("`Connection` runs commands one after the other, in the order in which they came", async () => {
  const host = held();
  const { connection, wire } = open(host);
  for (const nonce of ["1", "2", "3"]) connection.receive(send(nonce));
  await turn();
  assert.deepEqual(host.order, ["1"]);
  await host.next();
  assert.deepEqual(host.order, ["1", "2"]);
  await host.next();
  await host.next();
  assert.deepEqual(wire.all("ack").map(({ nonce }) => nonce), ["1", "2", "3"]);
});

Deno.test("`Connection` refuses more commands than it can have waiting, by their nonces, and works off the rest", async () => {
  const host = held();
  const { connection, wire } = open(host);
  for (let n = 0; n < 262; n++) connection.receive(send(`n${n}`));
  await turn();
  const refused = wire.all("error");
  assert.deepEqual(
    refused.map(({ nonce }) => nonce),
    ["n257", "n258", "n259", "n260", "n261"],
    "one at work, 256 waiting",
  );
  assert.deepEqual(new Set(refused.map(({ code }) => code)), new Set(["rate_limited"]));
  for (let n = 0; n < 257; n++) await host.next();
  assert.equal(wire.all("ack").length, 257);
  assert.equal(wire.closed, undefined);
});

Deno.test("`Connection` says what went wrong, and no more than is the asker's to know", async () => {
  const errors = [new ChatError("forbidden", "You cannot post here"), new Error("disk I/O error at page 7")];
  const { connection, wire, logged } = open({ run: () => Promise.reject(errors.shift()) });
  connection.receive(send("n1"));
  connection.receive(send("n2"));
  await turn();
  assert.deepEqual(wire.events, [
    { type: "error", detail: "You cannot post here", code: "forbidden", nonce: "n1" },
    { type: "error", detail: "This could not be stored, try again later", code: "unavailable", nonce: "n2" },
  ]);
  assert.equal(logged.length, 1, "a fault is logged, a refusal is not");
});

Deno.test("`Connection` answers what cannot be read, and closes with 1008 when it is borne no longer", () => {
  let borne = 500;
  const { connection, wire, closed, ran } = open({ bears: () => borne-- > 0 });
  for (let n = 0; n < 500; n++) connection.receive(n % 2 === 0 ? "nonsense" : null);
  assert.equal(wire.all("error").length, 500);
  assert.equal(connection.isClosed, false);
  connection.receive("nonsense");
  assert.equal(wire.closed?.code, 1008);
  assert.equal(closed.length, 1);
  connection.receive(send("n1"));
  assert.deepEqual(ran, [], "what comes after that is not read");
  assert.equal(wire.all("error").length, 500);
});

Deno.test("`Connection` asks whether to bear what is of no use, by its bytes, and for nothing else", () => {
  const borne: number[] = [];
  const { connection } = open({ bears: (_connection, bytes) => borne.push(bytes) > 0 });
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
  const { connection, wire, ran, meters } = open({ allow: () => false });
  connection.receive(send("n1"));
  assert.deepEqual(wire.events, [
    { type: "error", detail: "Too many messages, wait a moment", code: "rate_limited", nonce: "n1" },
  ]);
  assert.deepEqual(ran, []);
  assert.equal(meters.commandsLimited, 1);
});

Deno.test("`Connection.deliver()` leaves ephemeral frames out above 256 KiB, and cuts off above 1 MiB", () => {
  const { connection, wire, closed, meters } = open();
  const data = frame('{"type":"reload"}');
  wire.buffered = 256 * 1024;
  connection.deliver(data, true);
  assert.equal(wire.frames.length, 1);
  wire.buffered = 256 * 1024 + 1;
  connection.deliver(data, true);
  assert.equal(wire.frames.length, 1);
  wire.buffered = 1024 * 1024;
  connection.deliver(data, false);
  assert.equal(wire.frames.length, 2);
  assert.equal(connection.isClosed, false);
  wire.buffered = 1024 * 1024 + 1;
  connection.deliver(data, true);
  assert.deepEqual(wire.closed, { code: 1013, reason: "Too slow" });
  assert.equal(wire.terminated, true);
  assert.deepEqual(closed, [connection]);
  assert.equal(meters.slowReaders, 1);
  wire.buffered = 0;
  connection.deliver(data, false);
  assert.equal(wire.frames.length, 2, "what is cut off gets nothing more");
});

Deno.test("`Connection` gives a client the time to read its history, however large, and no more than that", () => {
  const { connection, wire } = open();
  const large = Array.from({ length: 200 }, (_, n) => messageOf(alice, n + 1, { content: "x".repeat(10_000) }));
  connection.welcome(
    frame(jsonDialect.encode({ type: "history", room: "general", messages: large, head: 200, seen: [] })),
  );
  const size = wire.frames[0]!.length;
  assert(size > 1024 * 1024);
  // It has taken nothing yet.
  wire.buffered = size;
  connection.reply({ type: "users", users: [alice], count: 1 });
  assert.equal(wire.frames.length, 2);
  wire.buffered = size + 1024 * 1024;
  connection.deliver(frame("{}"), false);
  assert.equal(wire.frames.length, 3);
  // It has taken its history, and what comes after that is bounded as for everybody.
  wire.buffered = 0;
  connection.deliver(frame("{}"), false);
  wire.buffered = 1024 * 1024 + 1;
  connection.deliver(frame("{}"), false);
  assert.equal(wire.closed?.code, 1013);
});

Deno.test("`Connection` cuts off a client that takes neither its history nor what comes after it", () => {
  const { connection, wire } = open();
  connection.reply({
    type: "history",
    room: "general",
    messages: [messageOf(alice, 1, { content: "x".repeat(10_000) })],
    head: 1,
    seen: [],
  });
  const size = wire.frames[0]!.length + 4;
  wire.buffered = size + 1024 * 1024 + 1;
  connection.deliver(frame("{}"), false);
  assert.equal(wire.closed?.code, 1013);
});

Deno.test("`Connection.beat()` ends a connection that has not answered the last two", () => {
  const { connection, wire, closed } = open();
  connection.beat(undefined);
  connection.beat(undefined);
  connection.alive();
  connection.beat(undefined);
  connection.beat(undefined);
  assert.equal(wire.pings, 4);
  assert.equal(connection.isClosed, false);
  connection.beat(undefined);
  assert.equal(wire.terminated, true);
  assert.deepEqual(closed, [connection]);
  connection.lost();
  connection.beat(undefined);
  assert.equal(closed.length, 1, "its end is told once");
});

Deno.test("`Connection.beat()` counts anything a client says as a sign of life", () => {
  const { connection, wire } = open();
  for (let n = 0; n < 10; n++) {
    connection.beat(undefined);
    connection.receive(n % 2 === 0 ? '{"type":"typing"}' : "nonsense");
  }
  assert.equal(wire.terminated, false);
});

Deno.test("`Connection.beat()` lets a client live that is still reading, and not one that has stopped or only trickles", () => {
  const { connection, wire } = open();
  for (wire.buffered = 200_000; wire.buffered >= 20_000; wire.buffered -= 20_000) connection.beat(undefined);
  assert.equal(wire.terminated, false);
  for (let n = 0; n < 3; n++) {
    wire.buffered -= 1;
    connection.beat(undefined);
  }
  assert.equal(wire.terminated, true);
});

Deno.test("`Connection.beat()` ends one that takes nothing of its history, whatever it says", async () => {
  const { connection, wire } = open();
  wire.holds = true;
  wire.buffered = 100_000;
  const taken = connection.taken();
  for (let n = 0; n < 10 && !wire.terminated; n++) {
    wire.buffered -= n < 3 ? 1 : 0;
    connection.alive();
    connection.beat(undefined);
    assert.equal(wire.terminated, n >= 5, `at beat ${n}`);
  }
  await taken;
  assert.equal(connection.isClosed, true);
});

Deno.test("`Connection.beat()` sends a heartbeat to see to those who cannot see a ping", () => {
  const { connection, wire } = open({}, htmlDialect);
  connection.beat(frame(htmlDialect.heartbeat!));
  assert.deepEqual(wire.frames, [htmlDialect.heartbeat]);
});

Deno.test("`Connection.close()` leaves at once, and says goodbye once", async () => {
  const host = held();
  const { connection, wire, closed } = open(host);
  connection.receive(send("n1"));
  connection.receive(send("n2"));
  connection.close(4401, "Logged out");
  connection.close(1012, "Server is restarting");
  connection.lost();
  assert.deepEqual(wire.closed, { code: 4401, reason: "Logged out" });
  assert.equal(closed.length, 1);
  await turn();
  await host.next();
  assert.deepEqual(wire.frames, [], "nothing is said after the goodbye");
});

Deno.test("`Connection.idle()` resolves when every command that was given is answered", async () => {
  const host = held();
  const { connection, wire } = open(host);
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
  assert.equal(wire.all("ack").length, 2);
});
