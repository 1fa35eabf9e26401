import { setImmediate } from "node:timers";

/**
 * Shares the event loop among those whose answers take work: one piece in a turn of the loop, and the turn goes round by
 * key (a person). Whoever asks for a hundred answers at once waits for them alone.
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
    // To the end of the line.
    this.#waiting.delete(key);
    if (pieces.length > 0) this.#waiting.set(key, pieces);
    piece?.();
    setImmediate(() => this.#next());
  }
}

/** The process has one event loop. */
export const turns = new Turns();
