import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type AddressInfo, connect, isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createAdaptorServer } from "@hono/node-server";
import type { Log } from "../../db/log.ts";
import { shouldUpgrade, upgradeOnlySockets } from "../../routes/upgrade.ts";
import { StartError } from "../settings/config.ts";
import { Newcomers } from "./newcomers.ts";

/**
 * Timeouts of a client, in ms: for a request's head, for a whole request, between two requests, and while it reads
 * nothing of a response. With the interval at which they are checked, a silent client is disconnected within a minute.
 * (Before Deno 2.7 `node:http` has no such timeouts and reports no connection before its first request.)
 */
const TIMES = { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 10_000 };
const STUCK_MAX = 30_000;
const CHECK_INTERVAL = 5000;

/** The accept backlog: thousands reconnect at once, and a connection that does not fit waits for seconds. */
const BACKLOG = 4096;

/** Pipelined requests of one connection that may await their answers. */
const PIPELINED_MAX = 32;

/** How often the listener connects to itself, in ms, and how long that may take. */
const WATCH = 5000;
const ANSWER_MAX = 3000;

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly fetch: (request: Request, env: never) => Response | Promise<Response>;
  /** Handles a server's upgrades and reports the accepted sockets. */
  readonly upgrades: (server: Server, accepted: (socket: Duplex) => void) => void;
  readonly log: Log;
  /** Whether limits per network apply. */
  readonly limits: boolean;
  /** Whether our own proxy sets `X-Forwarded-For`. */
  readonly trustProxy: boolean;
}

/**
 * Accepts connections. A process that runs out of file descriptors stops accepting for good (Deno's servers give up at
 * the first EMFILE), so this connects to itself at intervals and listens again when there is no response. Open
 * connections stay open.
 */
export class Listener {
  readonly port: number;
  readonly #options: ListenerOptions;
  readonly #newcomers: Newcomers;
  readonly #servers = new Set<Server>();
  #server: Server;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #closing = false;

  /** Throws `StartError`. */
  static async open(options: ListenerOptions): Promise<Listener> {
    upgradeOnlySockets();
    const newcomers = new Newcomers(options);
    const server = create(options, newcomers);
    const { port } = await listening(server, options);
    return new Listener(options, newcomers, server, port);
  }

  private constructor(options: ListenerOptions, newcomers: Newcomers, server: Server, port: number) {
    this.#options = options;
    this.#newcomers = newcomers;
    this.#server = server;
    this.#servers.add(server);
    this.port = port;
    globalThis.addEventListener("unhandledrejection", this.#outOfDescriptors);
    this.#watch(WATCH);
  }

  /** Stops accepting connections. Resolves when the requests in progress are answered. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    await Promise.all([...this.#servers].map((server) => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      return closed;
    }));
  }

  /** Disconnects every client. */
  closeAllConnections(): void {
    for (const server of this.#servers) server.closeAllConnections();
  }

  /** Before Deno 2.7 the accept loop does not swallow EMFILE, but ends the process with an unhandled rejection. */
  readonly #outOfDescriptors = (event: PromiseRejectionEvent) => {
    if (!(event.reason instanceof Error) || !/os error 24|EMFILE/.test(event.reason.message)) return;
    event.preventDefault();
    if (this.#closing) return;
    this.#options.log("error", "Out of file descriptors, new connections have to wait: raise the limit (ulimit -n)");
    this.#failures = 1;
    this.#watch(1000);
  };

  #watch(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      const heard = await this.#isAccepting();
      if (this.#closing) return;
      if (heard) this.#failures = 0;
      else if (heard === false) this.#failures += 1;
      if (this.#failures >= 2) await this.#listenAgain();
      if (!this.#closing) this.#watch(this.#failures > 0 ? 1000 : WATCH);
    }, delay);
  }

  /** Whether a connection to ourselves gets a response; undefined when no descriptor is left to try. */
  #isAccepting(): Promise<boolean | undefined> {
    const { host } = this.#options;
    const { comings } = this.#newcomers;
    // A refusal is a response too.
    const wasRefused = () => this.#newcomers.comings > comings;
    return new Promise((resolve) => {
      const socket = connect({ port: this.port, host: reachable(host) });
      const done = (heard: boolean | undefined) => {
        socket.destroy();
        resolve(heard);
      };
      socket.setTimeout(ANSWER_MAX, () => done(false));
      socket.once(
        "connect",
        () => socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
      );
      socket.once("data", () => done(true));
      socket.once("end", () => done(wasRefused()));
      socket.once("error", (error: Error & { code?: string }) => {
        done(error.code === "EMFILE" || /os error 24/.test(error.message) ? undefined : wasRefused());
      });
    });
  }

  async #listenAgain(): Promise<void> {
    const server = create({ ...this.#options, port: this.port }, this.#newcomers);
    try {
      await listening(server, this.#options);
      this.#server = server;
      this.#servers.add(server);
      this.#failures = 0;
      this.#options.log("warn", "No longer accepting connections: listening again");
    } catch {
      server.close();
      // The old listener still holds the port; the next attempt finds it free.
      this.#server.close();
    }
  }
}

function create({ fetch, host, port, upgrades }: ListenerOptions, newcomers: Newcomers): Server {
  const server = createAdaptorServer({
    fetch: fetch as Parameters<typeof createAdaptorServer>[0]["fetch"],
    hostname: host,
    serverOptions: {
      ...TIMES,
      connectionsCheckingInterval: CHECK_INTERVAL,
      shouldUpgradeCallback: shouldUpgrade,
    } as object,
  }) as Server;
  newcomers.watch(server);
  server.once("listening", () => cutStuck(server));
  boundUnanswered(server);
  upgrades(server, (socket) => newcomers.accepted(socket));
  server.listen({ port, host, backlog: BACKLOG });
  return server;
}

/**
 * Ends connections that send requests without reading the responses, which would fill memory. Browsers do not pipeline.
 */
function boundUnanswered(server: Server): void {
  const unanswered = new WeakMap<Socket, number>();
  server.prependListener("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    const count = (unanswered.get(socket) ?? 0) + 1;
    if (count > PIPELINED_MAX) return void socket.destroy();
    unanswered.set(socket, count);
    response.once("close", () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
  });
}

/** Ends connections whose buffered response makes no progress: no timeout of `node:http` covers those. */
function cutStuck(server: Server): void {
  const waiting = new Map<Socket, { bytes: number; since: number }>();
  server.on("connection", (socket: Socket) => {
    waiting.set(socket, { bytes: 0, since: 0 });
    socket.once("close", () => waiting.delete(socket));
  });
  // A WebSocket has limits of its own.
  server.on("upgrade", ({ socket }) => waiting.delete(socket));
  const timer = setInterval(() => {
    const now = performance.now();
    for (const [socket, last] of waiting) {
      if (socket.writableLength === 0 || socket.writableLength !== last.bytes) {
        waiting.set(socket, { bytes: socket.writableLength, since: now });
      } else if (now - last.since > STUCK_MAX) socket.destroy();
    }
  }, CHECK_INTERVAL);
  server.once("close", () => clearInterval(timer));
}

function listening(server: Server, { host, port }: ListenerOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("listening", () => resolve(server.address() as AddressInfo));
    server.once("error", (error: Error & { code?: string }) => {
      const advice = error.code === "EADDRINUSE"
        ? "the port is in use; stop the other program, or choose another port with --port"
        : error.code === "EACCES"
        ? "the port is reserved; choose one above 1023 with --port"
        : `${error.message.split("\n")[0]}; choose another address with --host or --port`;
      reject(new StartError(`Cannot listen on ${host}:${port}: ${advice}`));
    });
  });
}

/** An address that reaches `host`: for the wildcard address, the loopback. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return isIP(host) === 6 && /^[0:]+$/.test(host) ? "::1" : host;
}
