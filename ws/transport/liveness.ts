/** Bytes that a client on the slowest line reads between two beats; fewer are no sign of life. */
const READ_MIN = 16 * 1024;

/** Unanswered beats after which a client is gone, whatever TCP believes. */
const MISSED_MAX = 2;

/** Beats in a row in which a client that is sent its history has read nothing before it is given up. */
const STUCK_MAX = 3;

/** Whether a client is still there, judged once a beat by its pongs, its frames and what it reads. */
export class Liveness {
  #missed = 0;
  #stuck = 0;
  /** Unsent bytes at the last beat. */
  #backlog = 0;

  /** Whether a ping waits for its answer. */
  get isAsked(): boolean {
    return this.#missed > 0;
  }

  /** The client has sent something. */
  heard(): void {
    this.#missed = 0;
  }

  /** One beat, with the bytes that are unsent now; false when the client is gone, and else a ping is due. */
  beat(backlog: number, isCatchingUp: boolean): boolean {
    // Its pong stands behind what it is still reading: as long as it reads, it lives.
    if (backlog <= this.#backlog - READ_MIN) this.#missed = 0;
    // Signs of life are no reason to wait for ever for a client that reads nothing.
    this.#stuck = isCatchingUp && backlog > 0 && backlog >= this.#backlog ? this.#stuck + 1 : 0;
    this.#backlog = backlog;
    if (this.#missed >= MISSED_MAX || this.#stuck >= STUCK_MAX) return false;
    this.#missed += 1;
    return true;
  }
}
