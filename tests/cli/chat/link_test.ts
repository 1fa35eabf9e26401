import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
// @ts-types="@types/ws"
import { type WebSocket, WebSocketServer } from "ws";
import { dialer } from "../../../cli/chat/link.ts";
import type { LinkEnd } from "../../../cli/chat/reconnect_policy.ts";

interface Playground extends AsyncDisposable {
  readonly address: URL;
  readonly requests: IncomingMessage[];
}

/** A server whose sockets the test controls, and which never pings by itself. */
async function serving(play: (socket: WebSocket) => void): Promise<Playground> {
  const requests: IncomingMessage[] = [];
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    requests.push(request);
    play(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws?room=general`),
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}

/** Dials and resolves to everything received until the end. */
async function listen(address: URL, silenceMs: number, onOpen: (close: () => void) => void = () => {}) {
  const frames: string[] = [];
  const { promise, resolve } = Promise.withResolvers<LinkEnd>();
  const link = dialer({ silenceMs })(address, "secret", {
    onOpen: () => onOpen(() => link.close()),
    onFrame: (frame) => frames.push(frame),
    onEnd: resolve,
  });
  return { end: await promise, frames };
}

Deno.test("`dialer()` sends the token to the server, outside the URL", async () => {
  await using server = await serving((socket) => {
    socket.send("hello");
    socket.close(1012, "restart");
  });
  const { end, frames } = await listen(server.address, 5_000);
  assert.equal(server.requests[0]?.headers.authorization, "Bearer secret");
  assert.doesNotMatch(server.requests[0]?.url ?? "", /secret/);
  assert.deepEqual(frames, ["hello"]);
  assert.deepEqual(end, { kind: "closed", code: 1012, reason: "restart" });
});

Deno.test("`dialer()` closes a silent connection", async () => {
  await using server = await serving(() => {});
  const { end } = await listen(server.address, 50);
  assert.deepEqual(end, { kind: "closed", code: 1006, reason: "" });
});

Deno.test("`dialer()` takes a ping as a sign of life", async () => {
  let pings = 0;
  await using server = await serving((socket) => {
    const timer = setInterval(() => {
      socket.ping();
      if (++pings === 8) socket.close(1001);
    }, 50);
    socket.on("close", () => clearInterval(timer));
  });
  const { end } = await listen(server.address, 250);
  assert.equal(pings, 8);
  assert.equal(end.kind === "closed" && end.code, 1001);
});

Deno.test("`dialer()` sends a close frame", async () => {
  const { promise: code, resolve } = Promise.withResolvers<number>();
  await using server = await serving((socket) => void socket.on("close", resolve));
  await listen(server.address, 5_000, (close) => close());
  assert.equal(await code, 1000);
});

Deno.test("`dialer()` distinguishes a refusal from an unreachable server", async () => {
  const server = createServer((_request, response) => {
    response.writeHead(403, { "content-type": "application/json" }).end(`{"detail":"User is blocked"}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`);
  assert.deepEqual((await listen(address, 5_000)).end, { kind: "refused", status: 403, detail: "User is blocked" });
  const closed = once(server, "close");
  server.close();
  await closed;
  assert.equal((await listen(address, 5_000)).end.kind, "unreachable");
});
