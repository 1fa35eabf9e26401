import { Budgets } from "../limits/budgets.ts";
import { ChatError } from "../errors.ts";

const MINUTE = 60_000;

/** One who tries to log in. */
export interface Attempt {
  /** Whose account it is for, by whatever name; the name itself where there is none. */
  readonly account: string;
  /** Where it comes from; see `networkOf`. */
  readonly network: string;
  /** The browser's, if its owner has logged in with it before. */
  readonly device: string | undefined;
  /** Whether the account has a session that began at this address. */
  readonly isKnownAddress: boolean;
  /** How many passwords are tried at once. */
  readonly passwords: number;
}

/**
 * How many wrong passwords there may be: ten for an account from one network, then one in a minute and a half; a hundred
 * for an account from everywhere, then one in nine seconds. A network with fifty of them, for whichever accounts, has
 * only three more for each account: that is no way to try a password on everybody, and locks nobody out who knows
 * theirs. Right passwords do not count.
 *
 * Strangers cannot use up what the owner has: a browser that they have logged in with before has ten of its own, and an
 * address where they are logged in is not touched by what comes from elsewhere.
 */
export class LoginLimits {
  readonly #device = new Budgets({ atOnce: 10, every: 1.5 * MINUTE });
  readonly #both = new Budgets({ atOnce: 10, every: 1.5 * MINUTE });
  readonly #account = new Budgets({ atOnce: 100, every: 0.15 * MINUTE });
  readonly #network = new Budgets({ atOnce: 50, every: 0.3 * MINUTE });
  readonly #strict = new Budgets({ atOnce: 3, every: 5 * MINUTE });
  readonly #registrations = new Budgets({ atOnce: 100, every: 0.15 * MINUTE });

  /** Keys that are remembered. */
  get size(): number {
    const all = [this.#device, this.#both, this.#account, this.#network, this.#strict, this.#registrations];
    return all.reduce((sum, { size }) => sum + size, 0);
  }

  /** Counts an attempt as a wrong one. Returns what takes that back; throws `rate_limited`. */
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

  /** Counts a new account, or a try to make one. Throws `rate_limited`. */
  admitRegistration(network: string, now: number): void {
    const wait = this.#registrations.take(network, now);
    if (wait > 0) throw tooMany(wait);
  }
}

function tooMany(wait: number): ChatError {
  return new ChatError("rate_limited", "Too many attempts, try again later", { retryAfter: Math.ceil(wait / 1000) });
}
