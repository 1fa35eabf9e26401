import type { Instance } from "../db/instance.ts";
import type { Store } from "../db/store.ts";
import type { JobKind } from "./job_kind.ts";

/** Interval of the cleanup, in ms. */
const EVERY = 10 * 60 * 1000;

/** Delay of the first run after startup, in ms. */
const FIRST = 2000;

/** Messages processed per transaction. */
const AT_ONCE = 500;

/** Retention of failed jobs, in ms. */
export const FAILED_KEPT = 30 * 24 * 60 * 60 * 1000;

/**
 * Removes expired sessions, old nonces, messages past their retention and old failed jobs. Idempotent: a second run
 * finds nothing to remove.
 */
export function cleanup({ store, instance, forget }: {
  store: Store;
  instance: Instance;
  /** Drops messages from caches. */
  forget: () => void;
}): JobKind {
  return {
    kind: "cleanup",
    tries: 3,
    retry: { first: 60_000, most: EVERY },
    schedule: { first: FIRST },
    failure: { level: "warn", event: "Cannot remove what has expired" },
    async run(_, { now, signal }) {
      const start = now();
      await store.sessions.removeExpired(start);
      await store.jobs.removeFailed(start - FAILED_KEPT);
      // In small steps, so that other writes can run in between.
      while (await store.messages.forgetNonces(start, AT_ONCE) > 0) signal.throwIfAborted();
      while (await store.rooms.purgeRemoved(AT_ONCE) > 0) signal.throwIfAborted();
      const { retention } = instance;
      if (retention !== undefined) {
        while (await store.messages.removeOlderThan(start - retention, AT_ONCE) > 0) {
          forget();
          signal.throwIfAborted();
        }
      }
      return now() + EVERY;
    },
  };
}
