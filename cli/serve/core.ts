import { Instance, type InstanceSettings } from "../../db/instance.ts";
import type { Log } from "../../db/log.ts";
import { Metrics } from "../../db/metrics.ts";
import type { Store } from "../../db/store.ts";
import type { Bus } from "../../ws/bus/bus.ts";
import type { Clock } from "../../ws/clock.ts";
import { createDispatch, type Dispatch } from "../../ws/commands/dispatch.ts";
import { RateLimit } from "../../ws/people/rate_limit.ts";
import { SeenMarks } from "../../ws/rooms/seen_marks.ts";
import { Moderator } from "../../ws/words/moderator.ts";

/**
 * What commands need to run. For the command line, which has no sessions or connections, this is the whole application.
 */
export interface Core {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits: boolean;
  readonly instance: Instance;
  readonly moderator: Moderator;
  readonly seen: SeenMarks;
  readonly rateLimit: RateLimit;
  /** The only way to change anything. */
  readonly dispatch: Dispatch;
}

export interface CoreOptions {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** The metrics that the store was opened with. */
  readonly metrics?: Metrics;
  readonly settings: {
    /** Whether limits on users and addresses apply. */
    readonly limits: boolean;
    /** Settings fixed by the environment, which administrators cannot change. */
    readonly fixed?: Partial<InstanceSettings>;
  };
}

export async function createCore({ settings, ...given }: CoreOptions): Promise<Core> {
  const { store, bus, clock, log, metrics = new Metrics() } = given;
  const { limits } = settings;
  const instance = await Instance.load(store, settings.fixed ?? {});
  const moderator = new Moderator({ store, bus, clock, instance });
  const seen = new SeenMarks({ store, bus, clock, log });
  const rateLimit = new RateLimit({ clock, metrics, limits });
  const services = { store, bus, clock, log, metrics, limits, instance, moderator, seen, rateLimit };
  return { ...services, dispatch: createDispatch(services) };
}
