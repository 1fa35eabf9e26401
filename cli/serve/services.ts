import { BrowserKeys } from "../../db/auth/browser_keys.ts";
import { LoginLimits } from "../../db/auth/login_limits.ts";
import { Logins } from "../../db/auth/logins.ts";
import { Passwords } from "../../db/auth/password.ts";
import { tokens } from "../../db/auth/tokens.ts";
import { Instance, type InstanceSettings } from "../../db/instance.ts";
import type { Log } from "../../db/log.ts";
import { Metrics } from "../../db/metrics.ts";
import type { Store } from "../../db/store.ts";
import type { Bus } from "../../ws/bus/bus.ts";
import type { Clock } from "../../ws/clock.ts";
import { createDispatch, type Dispatch } from "../../ws/commands/dispatch.ts";
import { Hub } from "../../ws/hub.ts";
import { RateLimit } from "../../ws/people/rate_limit.ts";
import { SeenMarks } from "../../ws/rooms/seen_marks.ts";
import { Moderator } from "../../ws/words/moderator.ts";

/** What the services need to know of the settings. */
export interface ServiceSettings {
  /** Whether users and addresses are limited. */
  readonly limits: boolean;
  readonly bcryptCost: number;
  /** Signs the logins. */
  readonly signingKey: Uint8Array;
  /** What the environment sets and no administrator can change. */
  readonly fixed?: Partial<InstanceSettings>;
}

export interface Services {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits: boolean;
  readonly instance: Instance;
  readonly passwords: Passwords;
  readonly moderator: Moderator;
  readonly logins: Logins;
  readonly browserKeys: BrowserKeys;
  /** The one way to change something. */
  readonly dispatch: Dispatch;
  readonly hub: Hub;
}

/**
 * Builds the application without its doors: the server, the tests and the command line open different ones. Nothing runs
 * yet: whoever accepts sockets calls `hub.start()`. Whoever opened the store closes it, after `passwords.close()`.
 */
export async function createServices(
  { store, bus, clock, log, metrics = new Metrics(), settings }: {
    store: Store;
    bus: Bus;
    clock: Clock;
    log: Log;
    /** Those that the store was opened with. */
    metrics?: Metrics;
    settings: ServiceSettings;
  },
): Promise<Services> {
  const { limits } = settings;
  const instance = await Instance.load(store, settings.fixed ?? {});
  const browserKeys = await BrowserKeys.load(store);
  const passwords = new Passwords(settings.bcryptCost);
  const moderator = new Moderator({ store, bus, clock, instance });
  const logins = new Logins({
    store,
    passwords,
    tokens: tokens(settings.signingKey),
    log,
    instance,
    limits: limits ? new LoginLimits() : undefined,
    forbidsName: (name) => moderator.forbidsName(name),
    now: () => clock.now(),
  });
  const rateLimit = new RateLimit({ clock, metrics, limits });
  const seen = new SeenMarks({ store, bus, clock, log });
  const base = { store, bus, clock, log, metrics, limits, instance, moderator };
  const dispatch = createDispatch({ ...base, seen, rateLimit });
  const hub = new Hub({ ...base, logins, dispatch, rateLimit, seen });
  return { ...base, passwords, logins, browserKeys, dispatch, hub };
}
