import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { freeDescriptors } from "../../db/worker/descriptors.ts";
import type { Log, LogLevel } from "../../db/log.ts";
import { networkOf } from "../../db/limits/network.ts";

/** Descriptors reserved for the database, the workers and a backup. */
const RESERVE = 48;

/** Descriptors probed for at once, and the minimum interval between failed probes, in ms. */
const PROBED = 128;
const PROBE_INTERVAL = 1000;

/** Minimum and maximum of one network's unauthenticated connections. */
const SHARE_MIN = 128;
const SHARE_MAX = 4096;

/** Connections examined to find one that can be ended. */
const EXAMINED_MAX = 64;

const LOG_EVERY = 60_000;

/** An unauthenticated connection. */
interface Newcomer {
  readonly socket: Socket;
  network: string;
  /** Its last pending request. */
  request: IncomingMessage | undefined;
  isUpgrading: boolean;
}

interface Network {
  /** The number of connections it may have. */
  share: number;
  /** When raising its share last failed. */
  probedAt: number;
  /** Longest idle first. */
  readonly waiting: Set<Newcomer>;
}

export interface NewcomersOptions {
  readonly log: Log;
  /** Whether limits per network apply. */
  readonly limits: boolean;
  /** Whether our own proxy sets `X-Forwarded-For`. */
  readonly trustProxy: boolean;
  readonly now?: () => number;
  /** The number of free descriptors, up to `most`. */
  readonly free?: (most: number) => number;
}

/**
 * Keeps room for new connections. A connection counts for its network until it becomes an accepted socket, because
 * sockets are limited per user. When a network has used its share, or no descriptor is left, a new connection replaces
 * the longest idle one: of that network, or of the network with the most. So idle connections lock nobody out, and a
 * school behind one address gets in, since its connections are sockets of users. A connection with a pending response
 * is kept.
 *
 * A share grows while as much again is free. Where the runtime does not report a connection before its first request is
 * complete (Deno before 2.7.14) there is nothing to count.
 */
export class Newcomers {
  readonly #options: NewcomersOptions;
  readonly #now: () => number;
  readonly #free: (most: number) => number;
  readonly #known = new WeakMap<Duplex, Newcomer>();
  /** Networks without connections are removed. */
  readonly #networks = new Map<string, Network>();
  #comings = 0;
  #connections = 0;
  /** The number of connections for which there are descriptors. */
  #places = SHARE_MIN / 2;
  #probedAt = -Infinity;
  readonly #loggedAt = new Map<string, number>();

  constructor(options: NewcomersOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#free = options.free ?? freeDescriptors;
  }

  /** Connections so far, refused ones included. */
  get comings(): number {
    return this.#comings;
  }

  /** How many networks are tracked, for tests. */
  get networks(): number {
    return this.#networks.size;
  }

  watch(server: Server): void {
    server.on("connection", (socket: Socket) => this.#connect(socket));
    server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
      const newcomer = this.#known.get(request.socket);
      if (!newcomer) return;
      this.#request(newcomer, request);
      response.once("close", () => this.#answered(newcomer, request));
    });
    server.prependListener("upgrade", (request: IncomingMessage, socket: Duplex) => {
      const newcomer = this.#known.get(socket);
      if (!newcomer) return;
      newcomer.isUpgrading = true;
      this.#request(newcomer, request);
    });
  }

  /** Called when a connection has become a user's socket. */
  accepted(socket: Duplex): void {
    const newcomer = this.#known.get(socket);
    if (!newcomer) return;
    this.#leave(newcomer);
    // Otherwise the socket would keep it in memory.
    newcomer.request = undefined;
    this.#known.delete(socket);
  }

  #connect(socket: Socket): void {
    this.#comings += 1;
    // It may close before it is reported.
    if (socket.destroyed) return;
    const newcomer: Newcomer = {
      socket,
      network: networkOf(socket.remoteAddress ?? "unknown"),
      request: undefined,
      isUpgrading: false,
    };
    this.#connections += 1;
    socket.once("close", () => {
      this.#connections -= 1;
      this.#leave(newcomer);
    });
    if (!this.#hasPlace()) {
      this.#log(
        "error",
        "Out of file descriptors, new connections replace idle ones: raise the limit (ulimit -n)",
      );
      if (!this.#makePlace(this.#largest())) return void socket.destroy();
    }
    this.#known.set(socket, newcomer);
    this.#enter(newcomer);
  }

  #request(newcomer: Newcomer, request: IncomingMessage): void {
    if (newcomer.socket.destroyed) return;
    this.#leave(newcomer);
    newcomer.request = request;
    const forwarded = this.#forwarded(request);
    if (forwarded !== undefined) newcomer.network = networkOf(forwarded);
    this.#enter(newcomer);
  }

  #answered(newcomer: Newcomer, request: IncomingMessage): void {
    if (newcomer.request === request) newcomer.request = undefined;
  }

  #enter(newcomer: Newcomer): void {
    let network = this.#networks.get(newcomer.network);
    if (!network) {
      this.#networks.set(newcomer.network, network = { share: SHARE_MIN, probedAt: -Infinity, waiting: new Set() });
    }
    // Before its first request, the network behind our own proxy is unknown.
    const isOfProxy = this.#options.trustProxy && newcomer.request === undefined;
    if (!isOfProxy && !this.#hasShare(network)) {
      this.#log("warn", "Too many unauthenticated connections from one network, new ones replace idle ones", {
        address: newcomer.network,
        share: network.share,
      });
      if (!this.#makePlace(network.waiting)) return void newcomer.socket.destroy();
    }
    network.waiting.add(newcomer);
  }

  #leave(newcomer: Newcomer): void {
    const network = this.#networks.get(newcomer.network);
    if (network?.waiting.delete(newcomer) && network.waiting.size === 0) this.#networks.delete(newcomer.network);
  }

  /** Whether there is a descriptor for the newest connection. */
  #hasPlace(): boolean {
    if (this.#connections <= this.#places) return true;
    const now = this.#now();
    if (now - this.#probedAt < PROBE_INTERVAL) return false;
    const free = this.#free(PROBED + RESERVE);
    this.#places = Math.max(0, this.#connections + free - RESERVE);
    // After a success, a network may probe again immediately.
    if (free < PROBED + RESERVE) this.#probedAt = now;
    return this.#connections <= this.#places;
  }

  /** Whether a network may have one more connection. */
  #hasShare(network: Network): boolean {
    if (!this.#options.limits || network.waiting.size < network.share) return true;
    const now = this.#now();
    if (network.share >= SHARE_MAX || now - network.probedAt < PROBE_INTERVAL) return false;
    const wanted = network.share + RESERVE;
    if (this.#free(wanted) === wanted) network.share *= 2;
    else network.probedAt = now;
    return network.waiting.size < network.share;
  }

  #largest(): Set<Newcomer> | undefined {
    let largest: Set<Newcomer> | undefined;
    for (const { waiting } of this.#networks.values()) if (waiting.size > (largest?.size ?? 0)) largest = waiting;
    return largest;
  }

  /** Ends the longest idle connection. Returns false when none is idle. */
  #makePlace(waiting: Set<Newcomer> | undefined): boolean {
    let examined = 0;
    for (const newcomer of waiting ?? []) {
      if (isIdle(newcomer)) {
        this.#leave(newcomer);
        newcomer.socket.destroy();
        return true;
      }
      // Moved to the end, so that others are examined next time.
      waiting!.delete(newcomer);
      waiting!.add(newcomer);
      if (++examined === EXAMINED_MAX) return false;
    }
    return false;
  }

  #forwarded({ headers }: IncomingMessage): string | undefined {
    if (!this.#options.trustProxy) return undefined;
    const last = String(headers["x-forwarded-for"] ?? "").split(",").pop()!.trim();
    return isIP(last) === 0 ? undefined : last;
  }

  /** Logs an event once a minute. */
  #log(level: LogLevel, event: string, facts: Record<string, unknown> = {}): void {
    const now = this.#now();
    if (now - (this.#loggedAt.get(event) ?? -Infinity) < LOG_EVERY) return;
    this.#loggedAt.set(event, now);
    this.#options.log(level, event, { connections: this.#connections, ...facts });
  }
}

/** Whether ending a connection loses nothing: it has no request, an incomplete one, or was refused. */
function isIdle({ socket, request, isUpgrading }: Newcomer): boolean {
  if (request === undefined) return true;
  return isUpgrading ? socket.writableEnded : !request.complete;
}
