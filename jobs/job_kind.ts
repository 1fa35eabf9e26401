import type { LogLevel } from "../db/log.ts";

/** Context of a running job. */
export interface Running {
  now(): number;
  /** Aborted on shutdown, and when the claim was lost to another process. Check it between steps. */
  readonly signal: AbortSignal;
}

/** A kind of job. A job runs at least once, so each kind must be idempotent and document why it is. */
export interface JobKind {
  readonly kind: string;
  /** Failures before administrators see the job. Unless it is scheduled, it is not retried then. */
  readonly tries: number;
  /** Retry delay after a failure, in ms: `first`, doubling up to `most`. */
  readonly retry: { readonly first: number; readonly most: number };
  /** Makes it a schedule: one row that runs repeatedly. `first` is the delay after startup, in ms. */
  readonly schedule?: { readonly first: number };
  /** How a failure is logged. */
  readonly failure: {
    readonly level: LogLevel;
    readonly event: string;
    readonly facts?: (error: Error) => Record<string, unknown>;
  };
  /** For a schedule, resolves to the time of the next run. */
  run(payload: unknown, running: Running): Promise<number | void>;
}
