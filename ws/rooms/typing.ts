import type { UserId } from "../../db/model.ts";
import type { Clock } from "../clock.ts";

/** How often one user's typing is told at most, in ms. */
const PACE = 2000;

/** Typing told to a room per second; in a crowd the rest is noise. */
const TOLD_PER_SECOND = 5;

/** Users remembered at once. */
const USERS_MAX = 1000;

/** Decides which typing is told to a room. */
export class Typing {
  readonly #clock: Clock;
  readonly #toldAt = new Map<UserId, number>();
  #second = { start: 0, told: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether to tell now that this user is typing. */
  isDue(user: UserId): boolean {
    const now = this.#clock.now();
    const toldAt = this.#toldAt.get(user);
    if (toldAt !== undefined && Math.abs(now - toldAt) < PACE) return false;
    if (Math.abs(now - this.#second.start) >= 1000) this.#second = { start: now, told: 0 };
    if (++this.#second.told > TOLD_PER_SECOND) return false;
    if (this.#toldAt.size > USERS_MAX) this.#toldAt.clear();
    this.#toldAt.set(user, now);
    return true;
  }

  /** The user has sent the message; the next typing is told at once. */
  stop(user: UserId): void {
    this.#toldAt.delete(user);
  }
}
