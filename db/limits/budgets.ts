import { createHash, randomBytes } from "node:crypto";

/** `atOnce` as a burst, then one per `every` ms. */
export interface Allowance {
  readonly atOnce: number;
  readonly every: number;
}

/** Default maximum number of keys, about 2 MB for the smallest budgets. */
const KEYS_MAX = 20_000;

/** Number of keys from which a sweep is worthwhile. */
const SWEEP_MIN = 1024;

/** Fraction of the keys evicted at once when all are in use. */
const ROOM = 1 / 8;

/** Tolerance for floating-point error, in ms. */
const ROUNDING = 0.1;

/** Salts the hash of keys, so that clients cannot produce collisions. */
const secret = randomBytes(16);

/**
 * One budget per key, in bounded memory. A budget is one number: the time at which it is full again (GCRA, ITU-T
 * I.371). A full budget equals an unused one and is dropped. Text keys are stored as 48-bit hashes. When there are too
 * many keys, those closest to full are evicted first, so an attacker who floods the map with new keys evicts their own
 * and not the exhausted ones.
 */
export class Budgets {
  readonly #every: number;
  /** Time for an empty budget to refill, in ms. */
  readonly #span: number;
  readonly #max: number;
  readonly #wholeAt = new Map<number, number>();
  #sweepAt = SWEEP_MIN;

  constructor({ atOnce, every }: Allowance, max = KEYS_MAX) {
    this.#every = every;
    this.#span = atOnce * every;
    this.#max = max;
  }

  /** Number of keys in memory. */
  get size(): number {
    return this.#wholeAt.size;
  }

  /** Takes `count` from a key's budget. Returns 0, or the wait in ms, in which case nothing is taken. `now` in ms. */
  take(key: string | number, now: number, count = 1): number {
    const at = numberOf(key);
    const kept = this.#wholeAt.get(at);
    // If the clock was set back, treat the budget as empty at worst.
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

  /** Returns what was taken. */
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
