/** Bytes read between two beats that count as a sign of life. Even the slowest usable link reads this much. */
const READ_MIN = 16 * 1024;

/** Missed pongs after which a client is gone, whatever TCP reports. */
const MISSED_MAX = 2;

/** Consecutive beats without progress after which a client that is being sent history is given up. */
const STUCK_MAX = 3;

/** Decides once a beat whether a client is alive, from its pongs, its frames and its reading. */
export class Liveness {
  #missed = 0;
  #stuck = 0;
  /** Unsent bytes at the last beat. */
  #backlog = 0;

  /** Whether a ping is unanswered. */
  get awaitsPong(): boolean {
    return this.#missed > 0;
  }

  /** The client has sent a frame. */
  heard(): void {
    this.#missed = 0;
  }

  /**
   * Handles one beat. `backlog` is the number of unsent bytes now. Returns false when the client is gone; otherwise a
   * ping is due.
   */
  beat(backlog: number, isCatchingUp: boolean): boolean {
    // The ping is queued behind the backlog, so a client that is reading is alive.
    if (backlog <= this.#backlog - READ_MIN) this.#missed = 0;
    // A client that sends but never reads must not hold its backlog for ever.
    this.#stuck = isCatchingUp && backlog > 0 && backlog >= this.#backlog ? this.#stuck + 1 : 0;
    this.#backlog = backlog;
    if (this.#missed >= MISSED_MAX || this.#stuck >= STUCK_MAX) return false;
    this.#missed += 1;
    return true;
  }
}
