import { Buffer } from "node:buffer";
import { IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Hono } from "hono";
// @ts-types="@types/ws"
import type { WebSocket, WebSocketServer } from "ws";
import type { Log } from "../db/log.ts";
import { hangUp } from "../ws/transport/hang_up.ts";
import type { Env } from "./env.ts";

/**
 * Deno before 2.7.14 can only answer 101 to an upgrade request; a refused client would wait forever. There, refused
 * sockets are accepted and closed with a corresponding code.
 */
export const canRefuse = isAtLeast(Deno.version.deno, [2, 7, 14]);

/** Whether `node:http` calls `shouldUpgradeCallback`. */
const asksUs = isAtLeast(Deno.version.deno, [2, 8, 0]);

/**
 * Whether a request is a WebSocket upgrade. Other upgrades are ignored and answered as ordinary requests (RFC 9110,
 * 7.8): some clients offer `h2c` with every request.
 */
export function shouldUpgrade({ method, url, headers }: IncomingMessage): boolean {
  return method === "GET" && /^\/ws(\?|$)/.test(url ?? "") && headers.upgrade?.toLowerCase() === "websocket";
}

/**
 * Before Deno 2.8, a server that handles upgrades receives all of them without their bodies, because `upgrade` is true
 * for each. This makes it true for WebSockets only.
 */
export function upgradeOnlySockets(): void {
  if (asksUs) return;
  const given = new WeakMap<IncomingMessage, unknown>();
  Object.defineProperty(IncomingMessage.prototype, "upgrade", {
    configurable: true,
    get(this: IncomingMessage) {
      const value = given.get(this);
      return value && shouldUpgrade(this) ? value : false;
    },
    set(this: IncomingMessage, value: unknown) {
      if (value) given.set(this, value);
    },
  });
}

export interface UpgradeOptions {
  readonly app: Hono<Env>;
  readonly sockets: WebSocketServer;
  readonly log: Log;
  /** Called for every accepted socket. */
  readonly accepted: (socket: Duplex) => void;
}

/**
 * Routes upgrade requests through the app. A route accepts one by setting `c.env.accept`; otherwise its response is the
 * refusal. Nothing of the request outlives the handshake, so a connection costs only its socket.
 */
export function acceptSockets(server: Server, { app, sockets, log, accepted }: UpgradeOptions): void {
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Uint8Array) => {
    // Without a listener an error would terminate the process.
    socket.on("error", ignore);
    if (!asksUs) writeOneBuffer(socket);
    handle(request, socket, head).catch((error) => {
      log("error", "Cannot handle upgrade request", { error });
      socket.destroy();
    });
  });

  async function handle(request: IncomingMessage, socket: Duplex, head: Uint8Array): Promise<void> {
    const url = addressOf(request);
    const env: Env["Bindings"] = { incoming: request, isUpgrade: true };
    const answer = url === undefined
      ? new Response(null, { status: 400 })
      : await app.fetch(new Request(url, { headers: headersOf(request) }), env);
    if (socket.destroyed) return;
    const { accept } = env;
    if (!accept) return await refuse(socket, answer);
    let isOpen = false;
    sockets.handleUpgrade(request, socket, head as never, (opened) => {
      isOpen = true;
      socket.off("error", ignore);
      accepted(socket);
      accept(opened);
    });
    // `ws` has answered an invalid handshake itself.
    if (!isOpen) hangUp(socket);
  }
}

/**
 * Joins buffered chunks and writes them as one. Before Deno 2.8, an upgraded socket that writes exactly two buffers at
 * once does not catch the error when its peer has gone, and the unhandled rejection terminates the process, which any
 * client could cause.
 */
function writeOneBuffer(socket: Duplex): void {
  const joined = (chunks: { chunk: Uint8Array | string; encoding: BufferEncoding }[]) =>
    Buffer.concat(
      chunks.map(({ chunk, encoding }) => typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk),
    );
  socket._writev = (chunks, done) => socket._write(joined(chunks), "buffer" as BufferEncoding, done);
}

/** Takes an accepted socket; set by the route. */
export type Accept = (socket: WebSocket) => void;

function addressOf({ url = "/", headers: { host } }: IncomingMessage): string | undefined {
  const address = `http://${host ?? "localhost"}${url}`;
  return url.startsWith("/") && URL.canParse(address) ? address : undefined;
}

function headersOf({ headers }: IncomingMessage): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return result;
}

async function refuse(socket: Duplex, answer: Response): Promise<void> {
  if (!canRefuse) return void socket.destroy();
  const body = new Uint8Array(await answer.arrayBuffer());
  const headers = new Headers(answer.headers);
  headers.set("Connection", "close");
  // RFC 6455, 4.2.2. It also shows that the proxy passed the upgrade on.
  headers.set("Sec-WebSocket-Version", "13");
  headers.set("Content-Length", String(body.length));
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.write(`HTTP/1.1 ${answer.status} ${answer.statusText || "Refused"}\r\n${lines}\r\n`);
  socket.write(body);
  hangUp(socket);
}

function ignore(): void {}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split(/[.+-]/).map(Number);
  const at = least.findIndex((part, index) => parts[index] !== part);
  return at === -1 || (parts[at] ?? 0) > least[at]!;
}
