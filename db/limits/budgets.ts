import { createHash, randomBytes } from "node:crypto";

/** So many at once, and from then on one in every so many ms. */
export interface Allowance {
  readonly atOnce: number;
  readonly every: number;
}

/** Keys that may be kept, unless told otherwise: of the smallest budgets some 2 MB. */
const KEYS_MAX = 20_000;

/** Keys from which on it is worth looking for those that can be forgotten. */
const SWEEP_MIN = 1024;

/** What is made room for at once when the keys are all in use: a part of them. */
const ROOM = 1 / 8;

/** Sums of fractions of a millisecond are not exact. */
const ROUNDING = 0.1;

/** Keys cannot be made to collide by whoever does not know this. */
const secret = randomBytes(16);

/**
 * One budget for each key, in bounded memory. A budget is one number, the time at which it is whole again (GCRA, ITU-T
 * I.371): from then on it is as good as one that was never used, and is forgotten. Text is kept as a hash of 48 bits.
 * When there are too many keys at once, those that would be whole soonest make room: whoever floods it with new keys
 * loses their own, not those that are used up.
 */
export class Budgets {
  readonly #every: number;
  /** How long an empty budget takes to be whole, in ms. */
  readonly #span: number;
  readonly #max: number;
  readonly #wholeAt = new Map<number, number>();
  #sweepAt = SWEEP_MIN;

  constructor({ atOnce, every }: Allowance, max = KEYS_MAX) {
    this.#every = every;
    this.#span = atOnce * every;
    this.#max = max;
  }

  /** Keys that are kept. */
  get size(): number {
    return this.#wholeAt.size;
  }

  /** Takes from a key's budget. Returns 0, or in how many ms there is enough; then nothing is taken. `now` in ms. */
  take(key: string | number, now: number, count = 1): number {
    const at = numberOf(key);
    const kept = this.#wholeAt.get(at);
    // Where the clock was set back, it is no further from whole than when it is empty.
    const wholeAt = Math.min(Math.max(kept ?? 0, now), now + this.#span);
    const wait = wholeAt + count * this.#every - (now + this.#span);
    const isTaken = wait <= ROUNDING;
    if (kept === undefined) {
      if (!isTaken) return Math.ceil(wait);
      this.#makeRoom(now);
    }
    this.#wholeAt.set(at, isTaken ? wholeAt + count * this.#every : wholeAt);
    return isTaken ? 0 : Math.ceil(wait);
  }

  /** Puts back what was taken. */
  giveBack(key: string | number, count = 1): void {
    const at = numberOf(key);
    const wholeAt = this.#wholeAt.get(at);
    if (wholeAt !== undefined) this.#wholeAt.set(at, wholeAt - count * this.#every);
  }

  #makeRoom(now: number): void {
    const keys = this.#wholeAt;
    if (keys.size < Math.min(this.#sweepAt, this.#max)) return;
    for (const [key, wholeAt] of keys) if (wholeAt <= now) keys.delete(key);
    if (keys.size >= this.#max) {
      const times = Float64Array.from(keys.values()).sort();
      const last = times[Math.ceil(this.#max * ROOM) - 1]!;
      let room = Math.ceil(this.#max * ROOM);
      for (const [key, wholeAt] of keys) if (wholeAt <= last && room-- > 0) keys.delete(key);
    }
    this.#sweepAt = Math.max(SWEEP_MIN, 2 * keys.size);
  }
}

function numberOf(key: string | number): number {
  if (typeof key === "number") return key;
  return createHash("sha256").update(secret).update(key).digest().readUIntBE(0, 6);
}
