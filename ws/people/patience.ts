import type { UserId } from "../../db/model.ts";

/** Points of what is refused that one person may send: at once, and a second after that. */
const BURST = 500;
const PER_SECOND = 20;

/** Each frame costs a point, and one more for so many bytes. */
const BYTES_A_POINT = 2048;

/** How long nobody is let in who has used up what we bear, in ms. */
const PAUSE = 10_000;

/**
 * What is borne of one person: frames that are refused, pings, pongs that nobody asked for. Something good in between does
 * not make it undone, nor does a new connection; only time does.
 */
export class Patience {
  readonly #people = new Map<UserId, { points: number; at: number; lostUntil: number }>();

  /** Whether this much more is borne, at `now` in ms. */
  bears(user: UserId, bytes: number, now: number): boolean {
    let entry = this.#people.get(user);
    if (!entry) this.#people.set(user, entry = { points: BURST, at: now, lostUntil: 0 });
    entry.points = left(entry, now);
    entry.at = now;
    const cost = 1 + Math.floor(bytes / BYTES_A_POINT);
    if (entry.points >= cost) {
      entry.points -= cost;
      return true;
    }
    entry.lostUntil = now + PAUSE;
    return false;
  }

  /** For how long still this person is not let in, in ms. */
  pause(user: UserId, now: number): number {
    const { lostUntil } = this.#people.get(user) ?? { lostUntil: 0 };
    // A clock that is set back keeps nobody out for longer.
    return Math.min(PAUSE, Math.max(0, lostUntil - now));
  }

  /** Forgets those of whom nothing is to be borne any more. */
  sweep(now: number): void {
    for (const [user, entry] of this.#people) {
      if (left(entry, now) >= BURST) this.#people.delete(user);
    }
  }
}

/** What time has brought back by now. */
function left({ points, at }: { points: number; at: number }, now: number): number {
  return Math.min(BURST, points + Math.max(0, now - at) / 1000 * PER_SECOND);
}
