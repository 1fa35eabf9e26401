import type { UserId } from "../../db/model.ts";
import type { Clock } from "../clock.ts";

/** Minimum interval between two typing events of one user, in ms. */
const INTERVAL = 2000;

/** Typing events sent to a room per second. More would be noise in a crowded room. */
const PER_SECOND_MAX = 5;

/** Users tracked at once. */
const USERS_MAX = 1000;

/** Throttles typing events in a room. */
export class Typing {
  readonly #clock: Clock;
  readonly #sentAt = new Map<UserId, number>();
  #second = { start: 0, sent: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether to send this user's typing event now. */
  isDue(user: UserId): boolean {
    const now = this.#clock.now();
    const sentAt = this.#sentAt.get(user);
    if (sentAt !== undefined && Math.abs(now - sentAt) < INTERVAL) return false;
    if (Math.abs(now - this.#second.start) >= 1000) this.#second = { start: now, sent: 0 };
    if (++this.#second.sent > PER_SECOND_MAX) return false;
    if (this.#sentAt.size > USERS_MAX) this.#sentAt.clear();
    this.#sentAt.set(user, now);
    return true;
  }

  /** Resets the user's interval, after a message from them. */
  stop(user: UserId): void {
    this.#sentAt.delete(user);
  }
}
