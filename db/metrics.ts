/** A histogram. */
export class Distribution {
  readonly bounds: readonly number[];
  /** One count more than bounds: values above the previous bound and up to this one; the last holds the rest. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    let at = 0;
    while (at < this.bounds.length && value > this.bounds[at]!) at += 1;
    this.counts[at]! += 1;
    this.sum += value;
  }
}

/** One transaction of the group commit. */
export interface Committed {
  /** Writes that shared the transaction. */
  readonly writes: number;
  /** Time until it was on disk; undefined if it failed. */
  readonly seconds: number | undefined;
}

/** Durations in seconds, from a commit on a fast disk to a visible stall. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/**
 * Counters since startup. Plain numbers, so that counting costs nothing on the hot path; `/metrics` names and formats
 * them.
 */
export class Metrics {
  /** Messages stored, without repeats of a nonce. */
  messages = 0;
  /** Messages, edits and deletions delivered live, once per socket. A history does not count. */
  deliveries = 0;
  /** Frames that rooms passed to sockets. Several events may share one. */
  frames = 0;
  connectionsOpened = 0;
  /** Connections closed because the client did not read fast enough. */
  slowReaders = 0;
  /** Commands refused by the rate limit. */
  commandsLimited = 0;
  logins = 0;
  /** Refused logins by reason. */
  readonly loginsRefused = { unauthenticated: 0, forbidden: 0, rate_limited: 0 };
  /** Duration of commits in seconds, and writes per commit. */
  readonly commitSeconds = new Distribution(SECONDS);
  readonly commitSize = new Distribution([1, 2, 4, 8, 16, 32, 64]);
  commitsFailed = 0;
  /** Job runs by outcome. */
  readonly jobsRun = { done: 0, failed: 0 };
  /** Writes requested and not yet answered. */
  writesWaiting = 0;
  /** Event loop delay in seconds. */
  readonly loopDelay = new Distribution(SECONDS);

  /** Counts a transaction. */
  committed({ writes, seconds }: Committed): void {
    if (seconds === undefined) {
      this.commitsFailed += 1;
      return;
    }
    this.commitSeconds.add(seconds);
    this.commitSize.add(writes);
  }
}
