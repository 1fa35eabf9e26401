import type { UserId } from "../../db/model.ts";

/** Points of useless traffic per user: the burst, and the points regained per second. */
const BURST = 500;
const PER_SECOND = 20;

/** A frame costs one point, plus one for each of these many bytes. */
const BYTES_PER_POINT = 2048;

/** How long a user who has exhausted the budget is refused, in ms. */
const PAUSE = 10_000;

/**
 * Limits a user's useless traffic: refused frames, pings, unsolicited pongs. Only time refills the budget; valid
 * commands and reconnecting do not.
 */
export class AbuseBudget {
  readonly #users = new Map<UserId, { points: number; at: number; pausedUntil: number }>();

  /** Spends the cost of a frame of `bytes` bytes at `now` (ms). Returns false when the budget does not cover it. */
  spend(user: UserId, bytes: number, now: number): boolean {
    let entry = this.#users.get(user);
    if (!entry) this.#users.set(user, entry = { points: BURST, at: now, pausedUntil: 0 });
    entry.points = pointsAt(entry, now);
    entry.at = now;
    const cost = 1 + Math.floor(bytes / BYTES_PER_POINT);
    if (entry.points >= cost) {
      entry.points -= cost;
      return true;
    }
    entry.pausedUntil = now + PAUSE;
    return false;
  }

  /** How long the user is still refused, in ms. */
  pause(user: UserId, now: number): number {
    const { pausedUntil } = this.#users.get(user) ?? { pausedUntil: 0 };
    // If the clock was set back, the pause must not grow.
    return Math.min(PAUSE, Math.max(0, pausedUntil - now));
  }

  /** Removes users whose budget is full again. */
  sweep(now: number): void {
    for (const [user, entry] of this.#users) {
      if (pointsAt(entry, now) >= BURST) this.#users.delete(user);
    }
  }
}

function pointsAt({ points, at }: { points: number; at: number }, now: number): number {
  return Math.min(BURST, points + Math.max(0, now - at) / 1000 * PER_SECOND);
}
