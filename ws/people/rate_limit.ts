import { ChatError } from "../../db/errors.ts";
import { Budgets } from "../../db/limits/budgets.ts";
import type { Metrics } from "../../db/metrics.ts";
import type { User } from "../../db/model.ts";
import type { Clock } from "../clock.ts";

/** Commands per user, over all entry points together: sixty at once, then fifteen a second. */
const COMMANDS = { atOnce: 60, every: 1000 / 15 };

/** Limits commands per user. Reconnecting, or switching between socket and HTTP, does not refill the budget. */
export class RateLimit {
  readonly #options: { clock: Clock; metrics: Metrics; limits: boolean };
  readonly #budgets = new Budgets(COMMANDS);

  /** Allows everything when `limits` is false. */
  constructor(options: { clock: Clock; metrics: Metrics; limits: boolean }) {
    this.#options = options;
  }

  /** Counts a command. Returns 0 when it is within the limit, otherwise how long to wait, in ms. */
  wait(user: User): number {
    return this.#options.limits ? this.#budgets.take(user.id, this.#options.clock.now()) : 0;
  }

  /** Counts a command. Throws `rate_limited` when it exceeds the limit. */
  take(user: User): void {
    const wait = this.wait(user);
    if (wait === 0) return;
    this.#options.metrics.commandsLimited += 1;
    throw new ChatError("rate_limited", "Too many messages, wait a moment", { retryAfter: Math.ceil(wait / 1000) });
  }
}
