import { ChatError } from "../db/errors.ts";
import type { Clock } from "../ws/clock.ts";

interface Queue {
  taken: number;
  readonly waiting: Set<() => void>;
}

/**
 * Limits concurrency per key: `atOnce` slots, and `waiting` callers that wait up to `patience` ms for one. A key
 * without slots in use takes no memory.
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

  /**
   * Resolves in call order to a function that releases the slot (once). Throws `rate_limited` when too many are
   * waiting, or after waiting too long.
   */
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

  /** Keys with slots in use. */
  get size(): number {
    return this.#queues.size;
  }

  /** Waits for a slot, which the releasing caller hands over. */
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
  return new ChatError("rate_limited", "Too many concurrent requests, try again in a moment", { retryAfter: 1 });
}
