import { join } from "node:path";
// @ts-types="@types/ws"
import { WebSocketServer } from "ws";
import type { Log } from "../../db/log.ts";
import type { InstanceSettings } from "../../db/instance.ts";
import { Metrics } from "../../db/metrics.ts";
import { backup } from "../../jobs/backup.ts";
import { cleanup } from "../../jobs/cleanup.ts";
import type { JobKind } from "../../jobs/job_kind.ts";
import { removeMessages } from "../../jobs/remove_messages.ts";
import { JobRunner } from "../../jobs/runner.ts";
import { createApp } from "../../routes/app.tsx";
import { loadAssets } from "../../routes/assets.ts";
import { acceptSockets } from "../../routes/upgrade.ts";
import { memoryBus } from "../../ws/bus/memory.ts";
import { atMost, systemClock } from "../../ws/clock.ts";
import { CLOSE_TIMEOUT } from "../../ws/transport/hang_up.ts";
import { watchExternalChanges } from "../../ws/people/external_changes.ts";
import { type Config, databaseFile } from "../settings/config.ts";
import { closeToOthers, openDatabase, prepareDataDirectory, readKey } from "./data_directory.ts";
import { watchEventLoop } from "./event_loop.ts";
import { Listener } from "./listener.ts";
import { ownNames } from "./own_names.ts";
import { createServices, type Services } from "./services.ts";
import { warmUp } from "./warm_up.ts";

/** Maximum size of a client's frame, in bytes. A larger one closes the connection (1009). */
const FRAME_MAX = 64 * 1024;

/** Time to finish commands when stopping, in ms: the contract's 10 s less a margin. */
const DRAIN = 7000;

/**
 * Limit on the fragments of a message, and on the chunks in which a frame may arrive. Far more than any client needs
 * for 64 KiB: each fragment costs work before the message is complete, and each chunk may hold a whole buffer of the
 * runtime.
 */
const PARTS_MAX = 256;

const DAY = 24 * 60 * 60 * 1000;

/** Whether this runs inside the executable. */
const IS_BUNDLED = import.meta.url.endsWith(".js");

/** Delay after the start before the remaining modules are loaded, in ms: after the first page, but soon. */
const WARM_UP = 100;

/** How often failed logins are flushed to the database, in ms. */
const NOTING = 30_000;

/** How long to wait for a running job when stopping, in ms. */
const JOBS_STOP = 3000;

export interface Running {
  readonly url: string;
  /** Whether there are no users yet. */
  readonly isNew: boolean;
  /** Finishes pending work and closes everything. */
  stop(): Promise<void>;
}

/** Starts the server. Throws `StartError` for problems that the operator can fix. */
export async function serve(config: Config, { version, log }: { version: string; log: Log }): Promise<Running> {
  prepareDataDirectory(config.dataDir);
  const key = readKey(config);
  const metrics = new Metrics();
  const store = await openDatabase(config, log, metrics);
  closeToOthers(config, log);
  const services = await createServices({
    store,
    bus: memoryBus(log),
    clock: systemClock,
    log,
    metrics,
    settings: { limits: config.limits, bcryptCost: config.bcryptCost, signingKey: key, fixed: fixedSettings(config) },
  });
  const { passwords, moderator, logins, hub } = services;
  await hub.start();
  const stopWatching = await watchExternalChanges(services);
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
  // Starts the writer thread before listening.
  await store.changedExternally();
  const warm = () => warmUp({ passwords, moderator, log });
  // From source, Deno transpiles modules as it loads them, and exits when no file descriptor is left for that.
  if (!IS_BUNDLED) await warm();
  const listener = await Listener.open({
    host: config.host,
    port: config.port,
    fetch: app.fetch,
    upgrades: (server, accepted) => acceptSockets(server, { app, sockets, log, accepted }),
    log,
    limits: config.limits,
    trustProxy: config.trustProxy,
  }).catch(async (error) => {
    stopWatching();
    passwords.close();
    await store.close();
    throw error;
  });
  const jobs = new JobRunner({ ...services, kinds: kindsOfJobs(services, config) });
  const warmingUp = IS_BUNDLED ? setTimeout(() => void warm(), WARM_UP) : undefined;
  const noting = setInterval(() => void logins.noteFailures(), NOTING);
  const unwatch = watchEventLoop(metrics.loopDelay);
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;

  return {
    url: `http://${host}:${listener.port}`,
    isNew: !await store.users.any(),
    async stop() {
      clearTimeout(warmingUp);
      clearInterval(noting);
      unwatch();
      const jobsEnded = jobs.stop(JOBS_STOP);
      stopWatching();
      const closed = listener.close();
      await hub.drain(DRAIN);
      const goodbyes = [...sockets.clients].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
      await atMost(systemClock, CLOSE_TIMEOUT, Promise.all([closed, ...goodbyes]));
      for (const socket of sockets.clients) socket.terminate();
      listener.closeAllConnections();
      passwords.close();
      await jobsEnded;
      await logins.noteFailures(true);
      await store.close();
    },
  };
}

/** Settings fixed by the environment, which administrators cannot change. */
function fixedSettings({ registration, sessionTtl }: Config): Partial<InstanceSettings> {
  return {
    ...(registration === undefined ? {} : { registration }),
    ...(sessionTtl === undefined ? {} : { sessionDays: sessionTtl / DAY }),
  };
}

function kindsOfJobs({ store, bus, instance, hub, log }: Services, config: Config): JobKind[] {
  const { backupEvery: every, backupKeep: keep, dataDir } = config;
  return [
    cleanup({ store, instance, forget: () => hub.forget() }),
    removeMessages({ store, bus }),
    ...(every === undefined
      ? []
      : [backup({ file: databaseFile(config), folder: join(dataDir, "backups"), every, keep }, log)]),
  ];
}
