import { ChatError } from "../db/errors.ts";
import type { Clock } from "../ws/clock.ts";

interface Queue {
  taken: number;
  readonly waiting: Set<() => void>;
}

/**
 * How many may be under way at once for one key, and how many more may wait for one of those to end, at most `patience` ms.
 * Nothing is kept for a key that has none.
 */
export class Slots {
  readonly #atOnce: number;
  readonly #waiting: number;
  readonly #patience: number;
  readonly #clock: Clock;
  readonly #queues = new Map<unknown, Queue>();

  constructor(
    { atOnce, waiting, patience, clock }: { atOnce: number; waiting: number; patience: number; clock: Clock },
  ) {
    this.#atOnce = atOnce;
    this.#waiting = waiting;
    this.#patience = patience;
    this.#clock = clock;
  }

  /** Resolves, in the order of asking, to what gives the slot back (once). Throws `rate_limited` when too many wait, or one has waited too long. */
  async take(key: unknown): Promise<() => void> {
    let queue = this.#queues.get(key);
    if (!queue) this.#queues.set(key, queue = { taken: 0, waiting: new Set() });
    if (queue.taken < this.#atOnce) queue.taken += 1;
    else await this.#wait(queue);
    const given = queue;
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      const [next] = given.waiting;
      if (next) return next();
      given.taken -= 1;
      if (given.taken === 0) this.#queues.delete(key);
    };
  }

  /** Keys that have a slot now. */
  get size(): number {
    return this.#queues.size;
  }

  /** Waits for a slot, which passes from hand to hand. */
  #wait({ waiting }: Queue): Promise<void> {
    if (waiting.size >= this.#waiting) throw tooMany();
    return new Promise((resolve, reject) => {
      const go = () => {
        waiting.delete(go);
        cancel();
        resolve();
      };
      const cancel = this.#clock.after(this.#patience, () => {
        waiting.delete(go);
        reject(tooMany());
      });
      waiting.add(go);
    });
  }
}

function tooMany(): ChatError {
  return new ChatError("rate_limited", "Too many requests at once, wait a moment", { retryAfter: 1 });
}
