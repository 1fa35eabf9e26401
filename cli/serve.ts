import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serve as listen, type WebSocketServerLike } from "@hono/node-server";
// @ts-types="@types/ws"
import { WebSocketServer } from "ws";
import type { Log } from "../db/log.ts";
import { Logins } from "../db/logins.ts";
import { Passwords } from "../db/password.ts";
import { openStore } from "../db/open_store.ts";
import type { Store } from "../db/store.ts";
import { signingKey, tokens } from "../db/tokens.ts";
import { createApp } from "../routes/app.tsx";
import { loadAssets } from "../routes/assets.ts";
import { memoryBus } from "../ws/bus/memory.ts";
import { systemClock } from "../ws/clock.ts";
import { Hub } from "../ws/hub.ts";
import { type Config, StartError } from "./config.ts";

/** The largest frame a client may send, in bytes; a larger one costs it its connection (1009). */
const FRAME_MAX = 64 * 1024;

/** What must be done within this time, in ms, when the program is told to stop; the contract's 10 s less a margin. */
const DRAIN = 7000;

/** Between two rounds of forgetting what has expired, in ms. */
const CLEANING = 60 * 60 * 1000;

export interface Running {
  readonly url: string;
  /** Whether there are no accounts yet. */
  readonly isNew: boolean;
  /** Finishes the work in hand and closes everything. */
  stop(): Promise<void>;
}

/** Starts the server. Throws `StartError` for what the person who starts it can mend. */
export async function serve(config: Config, { version, log }: { version: string; log: Log }): Promise<Running> {
  prepareFolder(config.dataDir);
  const store = await open(config);
  const clock = systemClock;
  const passwords = new Passwords(config.bcryptCost);
  const key = config.signingKey === undefined
    ? signingKey(config.dataDir)
    : new TextEncoder().encode(config.signingKey);
  const logins = new Logins({
    store,
    passwords,
    tokens: tokens(key),
    log,
    sessionTtl: config.sessionTtl,
    registrationOpen: config.registration === "open",
    now: () => clock.now(),
  });
  const bus = memoryBus(log);
  const hub = new Hub({ store, bus, logins, clock, log, limits: config.limits });
  await hub.start();
  const app = createApp({
    version,
    store,
    logins,
    bus,
    hub,
    assets: loadAssets(join(import.meta.dirname!, "..", "static")),
    log,
    publicUrl: config.publicUrl,
    limits: config.limits,
    trustProxy: config.trustProxy,
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: FRAME_MAX });
  const server = listen({
    fetch: app.fetch,
    port: config.port,
    hostname: config.host,
    // With exactOptionalPropertyTypes the two libraries' types differ by an `undefined`.
    websocket: { server: sockets as unknown as WebSocketServerLike },
  }) as Server;
  const { port } = await listening(server, config).catch(async (error) => {
    passwords.close();
    await store.close();
    throw error;
  });
  const cleaning = setInterval(() => clean(store, log), CLEANING);
  clean(store, log);
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;

  return {
    url: `http://${host}:${port}`,
    isNew: !await store.users.any(),
    async stop() {
      clearInterval(cleaning);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await hub.drain(DRAIN);
      await atMost(1000, closed);
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      passwords.close();
      await store.close();
    },
  };
}

function clean(store: Store, log: Log): void {
  const now = Date.now();
  Promise.all([store.sessions.removeExpired(now), store.messages.forgetNonces(now)])
    .catch((error) => log("warn", "Cannot remove what has expired", { error }));
}

function prepareFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Asked by doing: access() would need the permission to see who we are.
    const probe = join(folder, `.probe-${randomUUID()}`);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    throw new StartError(
      `Cannot write to the data directory "${folder}" (${
        reason(error)
      }): mend its permissions, or choose another with --data`,
    );
  }
}

async function open({ databaseUrl, dataDir }: Config): Promise<Store> {
  const url = databaseUrl ?? `sqlite:${join(dataDir, "chatterbox.db")}`;
  try {
    return await openStore(url);
  } catch (error) {
    const said = reason(error);
    const advice = /not a database/.test(said)
      ? "move that file away, or choose another folder with --data"
      : /malformed/.test(said)
      ? "it is damaged; restore a backup"
      : /newer version/.test(said)
      ? "run that version, or restore a backup"
      : "check its permissions and the disk";
    throw new StartError(`Cannot open the database ${url.replace(/^sqlite:/, "")} (${said}): ${advice}`);
  }
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}

function listening(server: Server, { host, port }: Config): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("listening", () => resolve(server.address() as AddressInfo));
    server.once("error", (error: Error & { code?: string }) => {
      const advice = error.code === "EADDRINUSE"
        ? "the port is in use; stop the other program, or choose another port with --port"
        : error.code === "EACCES"
        ? "the port is reserved; choose one above 1023 with --port"
        : `${reason(error)}; choose another address with --host or --port`;
      reject(new StartError(`Cannot listen on ${host}:${port}: ${advice}`));
    });
  });
}

async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([promise, new Promise((resolve) => timer = setTimeout(resolve, ms))]);
  clearTimeout(timer);
}
