import type { LogLevel } from "../db/log.ts";

/** What a job may use while it runs. */
export interface Running {
  now(): number;
  /** Aborted when the program stops, and when the claim has passed to another process. Check it between steps. */
  readonly signal: AbortSignal;
}

/**
 * One kind of work. It runs at least once, so a second run of the same job must do no harm: each kind says what makes it
 * so.
 */
export interface JobKind {
  readonly kind: string;
  /** After so many failures administrators see the job; unless it is scheduled, it is given up. */
  readonly tries: number;
  /** How long after a failure the job is tried again, in ms: `first`, then twice as long each time, at most `most`. */
  readonly retry: { readonly first: number; readonly most: number };
  /** Makes it a schedule: one row, which runs again and again. `first` is how long after a start it runs, in ms. */
  readonly schedule?: { readonly first: number };
  /** The line of the log that says that it failed. */
  readonly failure: {
    readonly level: LogLevel;
    readonly event: string;
    readonly facts?: (error: Error) => Record<string, unknown>;
  };
  /** Resolves, for a schedule, to when it runs next. */
  run(payload: unknown, running: Running): Promise<number | void>;
}
