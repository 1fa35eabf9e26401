/** How often a measured value fell between which bounds. */
export class Distribution {
  readonly bounds: readonly number[];
  /** One more than there are bounds: how many were at most the bound and above the one before; the last above all. */
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
  /** How many writes shared it. */
  readonly writes: number;
  /** How long it took until it was on disk; undefined when it failed. */
  readonly seconds: number | undefined;
}

/** Durations in seconds, from a fast disk's commit to a stall that everybody notices. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/**
 * What the program counts from its start on. Plain numbers, so that counting costs the fan-out nothing; `/metrics` gives
 * them names and shape when somebody asks.
 */
export class Metrics {
  /** Messages stored; a repeated nonce is no new one. */
  messages = 0;
  /** Messages, edits and deletions shown live: one for each socket. What comes with a history is none. */
  deliveries = 0;
  /** Frames that a room handed to its sockets; several events may share one. */
  frames = 0;
  connectionsOpened = 0;
  /** Connections ended because they left too many bytes unread. */
  slowReaders = 0;
  /** Commands not taken because somebody gave too many. */
  commandsLimited = 0;
  logins = 0;
  /** By why they were refused. */
  readonly loginsRefused = { unauthenticated: 0, forbidden: 0, rate_limited: 0 };
  /** How long transactions took until they were on disk, in seconds; and how many writes shared each. */
  readonly commitSeconds = new Distribution(SECONDS);
  readonly commitSize = new Distribution([1, 2, 4, 8, 16, 32, 64]);
  commitsFailed = 0;
  /** Runs of jobs, by how they ended. */
  readonly jobsRun = { done: 0, failed: 0 };
  /** Writes that have been asked for and not answered yet. */
  writesWaiting = 0;
  /** How late the event loop came to a timer, in seconds. */
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
