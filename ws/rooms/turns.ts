import { setImmediate } from "node:timers";

/**
 * A round-robin scheduler for work that blocks the event loop: one piece of work per turn of the loop, in turn by key
 * (a user). A user who requests a hundred pages at once delays only their own.
 */
export class Turns {
  readonly #waiting = new Map<unknown, (() => void)[]>();
  #isUnderWay = false;

  /** Runs `work` in a turn of its own. It should take a few milliseconds at most. Rejects with what `work` throws. */
  run<Result>(key: unknown, work: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      const piece = () => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      };
      const mine = this.#waiting.get(key);
      if (mine) mine.push(piece);
      else this.#waiting.set(key, [piece]);
      if (this.#isUnderWay) return;
      this.#isUnderWay = true;
      setImmediate(() => this.#next());
    });
  }

  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) {
      this.#isUnderWay = false;
      return;
    }
    const [key, pieces] = first;
    const piece = pieces.shift();
    // Move the key to the back of the queue.
    this.#waiting.delete(key);
    if (pieces.length > 0) this.#waiting.set(key, pieces);
    piece?.();
    setImmediate(() => this.#next());
  }
}

/** Shared by the whole process, which has one event loop. */
export const turns = new Turns();
