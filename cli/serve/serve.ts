import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
// @ts-types="@types/ws"
import { WebSocketServer } from "ws";
import type { Log } from "../../db/log.ts";
import type { Instance, InstanceSettings } from "../../db/instance.ts";
import { prepareCommonPasswords } from "../../db/auth/common_passwords.ts";
import type { Passwords } from "../../db/auth/password.ts";
import { Metrics } from "../../db/metrics.ts";
import { openStore } from "../../db/open_store.ts";
import { isOpenToOthers, makePrivate, privateFiles } from "../../db/private_file.ts";
import { ScheduledBackups } from "../../db/backup/schedule.ts";
import type { Store } from "../../db/store.ts";
import { KEY_MIN_BYTES, signingKey } from "../../db/auth/tokens.ts";
import { createApp } from "../../routes/app.tsx";
import { loadAssets } from "../../routes/assets.ts";
import { acceptSockets } from "../../routes/upgrade.ts";
import { memoryBus } from "../../ws/bus/memory.ts";
import { systemClock } from "../../ws/clock.ts";
import { GOODBYE } from "../../ws/transport/hang_up.ts";
import type { Hub } from "../../ws/hub.ts";
import type { Moderator } from "../../ws/words/moderator.ts";
import { watchExternalChanges } from "../../ws/people/external_changes.ts";
import { type Config, databaseFile, StartError } from "../settings/config.ts";
import { unusable } from "../data/database.ts";
import { watchEventLoop } from "./event_loop.ts";
import { Listener } from "./listener.ts";
import { ownNames } from "./own_names.ts";
import { createServices } from "./services.ts";
import { reason } from "../terminal/reason.ts";

/** The largest frame a client may send, in bytes; a larger one costs it its connection (1009). */
const FRAME_MAX = 64 * 1024;

/** What must be done within this time, in ms, when the program is told to stop; the contract's 10 s less a margin. */
const DRAIN = 7000;

/**
 * Parts of a message, and pieces in which a frame may come. Far more than any client makes of 64 KiB: each part costs work
 * although nothing is to be had of it yet, and each piece may hold a whole buffer of the runtime.
 */
const PARTS_MAX = 256;

const DAY = 24 * 60 * 60 * 1000;

/** Messages past their retention, or with a nonce past its life, that are seen to in one transaction. */
const REMOVED_AT_ONCE = 500;

/** Whether this runs as a part of the executable. */
const IS_BUNDLED = import.meta.url.endsWith(".js");

/** How long after the start everything else is loaded, in ms: not before the first page, but soon. */
const WARM_UP = 100;

/** The first of them after the start, in ms. */
const FIRST_CLEANING = 2000;

/** How often failed logins that are due are written down, in ms. */
const NOTING = 30_000;

/** Between two rounds of forgetting what has expired, in ms. */
const CLEANING = 10 * 60 * 1000;

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
  const key = readKey(config);
  const metrics = new Metrics();
  const store = await open(config, log, metrics);
  closeToOthers(config, log);
  const services = await createServices({
    store,
    bus: memoryBus(log),
    clock: systemClock,
    log,
    metrics,
    settings: { limits: config.limits, bcryptCost: config.bcryptCost, signingKey: key, fixed: fixedSettings(config) },
  });
  const { instance, passwords, moderator, logins, hub } = services;
  await hub.start();
  const stopNoticing = await watchExternalChanges(services);
  const app = createApp({
    ...services,
    version,
    assets: loadAssets(),
    metricsToken: config.metricsToken,
    publicUrl: config.publicUrl,
    ownNames: () => ownNames(config.host),
    trustProxy: config.trustProxy,
  });
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: FRAME_MAX,
    maxFragments: PARTS_MAX,
    maxBufferedChunks: PARTS_MAX,
  });
  // Whoever is let in can write: the writing thread is there when it answers.
  await store.changedExternally();
  const warmUp = () => warmUpWith({ passwords, moderator, log });
  // From source, Deno translates what it loads, and ends the whole process when no file descriptor is left for that.
  if (!IS_BUNDLED) await warmUp();
  const listener = await Listener.open({
    host: config.host,
    port: config.port,
    fetch: app.fetch,
    upgrades: (server, accepted) => acceptSockets(server, { app, sockets, log, accepted }),
    log,
    limits: config.limits,
    trustProxy: config.trustProxy,
  }).catch(async (error) => {
    stopNoticing();
    passwords.close();
    await store.close();
    throw error;
  });
  const cleaning = setInterval(() => void clean(store, instance, hub, log), CLEANING);
  const warmingUp = IS_BUNDLED ? setTimeout(() => void warmUp(), WARM_UP) : undefined;
  const firstCleaning = setTimeout(() => void clean(store, instance, hub, log), FIRST_CLEANING);
  const noting = setInterval(() => void logins.noteFailures(), NOTING);
  const backups = scheduleBackups(config, log);
  const unwatch = watchEventLoop(metrics.loopDelay);
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;

  return {
    url: `http://${host}:${listener.port}`,
    isNew: !await store.users.any(),
    async stop() {
      clearInterval(cleaning);
      clearTimeout(warmingUp);
      clearTimeout(firstCleaning);
      clearInterval(noting);
      unwatch();
      const backedUp = backups?.stop();
      stopNoticing();
      const closed = listener.close();
      await hub.drain(DRAIN);
      const goodbyes = [...sockets.clients].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
      await atMost(GOODBYE, Promise.all([closed, ...goodbyes]));
      for (const socket of sockets.clients) socket.terminate();
      listener.closeAllConnections();
      passwords.close();
      await backedUp;
      await logins.noteFailures(true);
      await store.close();
    },
  };
}

/** What the environment says, no page can change. */
function fixedSettings({ registration, sessionTtl }: Config): Partial<InstanceSettings> {
  return {
    ...(registration === undefined ? {} : { registration }),
    ...(sessionTtl === undefined ? {} : { sessionDays: sessionTtl / DAY }),
  };
}

/**
 * Starts and loads what the first page does not need. Soon, since Deno ends the whole process when it is to load something while no
 * file descriptor is left.
 */
async function warmUpWith(
  { passwords, moderator, log }: { passwords: Passwords; moderator: Moderator; log: Log },
): Promise<void> {
  passwords.start();
  try {
    await moderator.prepare();
    await prepareCommonPasswords();
    await import("../../routes/openapi/document.ts");
    await import("../../routes/openapi/pages.ts");
  } catch (error) {
    log("warn", "Cannot load all of the program", { error });
  }
}

function scheduleBackups(config: Config, log: Log): ScheduledBackups | undefined {
  const { backupEvery: every, backupKeep: keep } = config;
  if (every === undefined) return undefined;
  const plan = { file: databaseFile(config), folder: join(config.dataDir, "backups"), every, keep };
  return new ScheduledBackups(plan, { log, now: () => Date.now() });
}

async function clean(store: Store, instance: Instance, hub: Hub, log: Log): Promise<void> {
  try {
    const now = Date.now();
    await store.sessions.removeExpired(now);
    // In small steps: the chat goes on between them.
    while (await store.messages.forgetNonces(now, REMOVED_AT_ONCE) > 0);
    if (instance.retention !== undefined) {
      while (await store.messages.removeOlderThan(now - instance.retention, REMOVED_AT_ONCE) > 0) hub.forget();
    }
  } catch (error) {
    log("warn", "Cannot remove what has expired", { error });
  }
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

/** Only whoever runs the server has to do with its files. The folder may hold others', so that is only told. */
function closeToOthers(config: Config, log: Log): void {
  const { dataDir } = config;
  const files = privateFiles(dataDir, databaseFile(config));
  for (const file of files) makePrivate(file);
  const open = [dataDir, ...files].filter((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found !== undefined && isOpenToOthers(found);
  });
  for (const path of open) {
    log("warn", "Other users of this machine can get at the data: see chatterbox doctor", { path });
  }
}

function readKey({ signingKey: given, dataDir }: Config): Uint8Array {
  if (given !== undefined) return new TextEncoder().encode(given);
  try {
    const key = signingKey(dataDir);
    if (key.length < KEY_MIN_BYTES) throw new Error(`it has ${key.length} bytes, needs ${KEY_MIN_BYTES}`);
    return key;
  } catch (error) {
    throw new StartError(
      `Cannot read the signing key ${join(dataDir, "signing.key")} (${
        reason(error)
      }): restore it, or move it away, which logs everybody out`,
    );
  }
}

async function open(config: Config, log: Log, metrics: Metrics): Promise<Store> {
  const file = databaseFile(config);
  try {
    return await openStore(`sqlite:${file}`, log, metrics);
  } catch (error) {
    throw unusable(file, error);
  }
}

async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([promise, new Promise((resolve) => timer = setTimeout(resolve, ms))]);
  clearTimeout(timer);
}
