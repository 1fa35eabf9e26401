import { Budgets } from "../limits/budgets.ts";
import { ChatError } from "../errors.ts";

const MINUTE = 60_000;

/** A login attempt. */
export interface Attempt {
  /** The user's key, whichever name was typed, or the name itself if there is no such user. */
  readonly account: string;
  /** The client's network; see `networkOf`. */
  readonly network: string;
  /** The browser's device id, if the user has logged in with it before. */
  readonly device: string | undefined;
  /** Whether the user has a session that was started from this address. */
  readonly isKnownAddress: boolean;
  /** Number of passwords checked in this attempt. */
  readonly passwords: number;
}

/**
 * Throttles wrong passwords: ten for a user from one network, then one every 90 s; 100 for a user from anywhere, then
 * one every 9 s. A network with 50 failures, for any users, gets only three more per user: too few to try a password on
 * everyone, and enough for users who know theirs. Correct passwords do not count.
 *
 * Strangers cannot lock out the owner: a device the user has logged in with has its own budget of ten, and an address
 * with a session of the user is not affected by attempts from other addresses.
 */
export class LoginLimits {
  readonly #device = new Budgets({ atOnce: 10, every: 1.5 * MINUTE });
  readonly #both = new Budgets({ atOnce: 10, every: 1.5 * MINUTE });
  readonly #account = new Budgets({ atOnce: 100, every: 0.15 * MINUTE });
  readonly #network = new Budgets({ atOnce: 50, every: 0.3 * MINUTE });
  readonly #strict = new Budgets({ atOnce: 3, every: 5 * MINUTE });
  readonly #registrations = new Budgets({ atOnce: 100, every: 0.15 * MINUTE });

  /** Number of keys in memory. */
  get size(): number {
    const all = [this.#device, this.#both, this.#account, this.#network, this.#strict, this.#registrations];
    return all.reduce((sum, { size }) => sum + size, 0);
  }

  /** Counts an attempt as failed. Returns a function that undoes this. Throws `rate_limited`. */
  admit({ account, network, device, isKnownAddress, passwords }: Attempt, now: number): () => void {
    const taken: [Budgets, string][] = [];
    const undo = () => {
      for (const [budgets, key] of taken) budgets.giveBack(key, passwords);
    };
    const take = (budgets: Budgets, key: string) => {
      const wait = budgets.take(key, now, passwords);
      if (wait === 0) taken.push([budgets, key]);
      return wait;
    };
    const need = (budgets: Budgets, key: string) => {
      const wait = take(budgets, key);
      if (wait === 0) return;
      undo();
      throw tooMany(wait);
    };
    if (device !== undefined) {
      need(this.#device, device);
      return undo;
    }
    const both = `${account} ${network}`;
    need(this.#both, both);
    if (isKnownAddress) return undo;
    need(this.#account, account);
    if (take(this.#network, network) > 0) need(this.#strict, both);
    return undo;
  }

  /** Counts a registration, successful or not. Throws `rate_limited`. */
  admitRegistration(network: string, now: number): void {
    const wait = this.#registrations.take(network, now);
    if (wait > 0) throw tooMany(wait);
  }
}

function tooMany(wait: number): ChatError {
  return new ChatError("rate_limited", "Too many attempts, try again later", { retryAfter: Math.ceil(wait / 1000) });
}
