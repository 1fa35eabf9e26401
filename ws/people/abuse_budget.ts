import type { UserId } from "../../db/model.ts";

/** Points of useless traffic that one user may send: at once, and regained per second. */
const BURST = 500;
const PER_SECOND = 20;

/** Each frame costs one point, and one more for every so many bytes. */
const BYTES_PER_POINT = 2048;

/** How long a user who has spent the budget is refused, in ms. */
const PAUSE = 10_000;

/**
 * How much useless traffic is tolerated from one user: refused frames, pings, unsolicited pongs. Valid commands do not
 * refill the budget, nor does a new connection; only time does.
 */
export class AbuseBudget {
  readonly #users = new Map<UserId, { points: number; at: number; pausedUntil: number }>();

  /** Spends what a frame of `bytes` costs, at `now` in ms; false when the budget does not cover it. */
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

  /** How long this user is still refused, in ms. */
  pause(user: UserId, now: number): number {
    const { pausedUntil } = this.#users.get(user) ?? { pausedUntil: 0 };
    // A clock that was set back must not prolong the pause.
    return Math.min(PAUSE, Math.max(0, pausedUntil - now));
  }

  /** Forgets users whose budget is full again. */
  sweep(now: number): void {
    for (const [user, entry] of this.#users) {
      if (pointsAt(entry, now) >= BURST) this.#users.delete(user);
    }
  }
}

function pointsAt({ points, at }: { points: number; at: number }, now: number): number {
  return Math.min(BURST, points + Math.max(0, now - at) / 1000 * PER_SECOND);
}
