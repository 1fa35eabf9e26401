import { ChatError } from "../../db/errors.ts";
import { Budgets } from "../../db/limits/budgets.ts";
import type { Metrics } from "../../db/metrics.ts";
import type { User } from "../../db/model.ts";
import type { Clock } from "../clock.ts";

/** Commands of one user, through all doors together: sixty at once, and fifteen a second after that. */
const COMMANDS = { atOnce: 60, every: 1000 / 15 };

/** Limits the commands of a user, not of a connection or a door: reconnecting or changing the door brings no fresh budget. */
export class RateLimit {
  readonly #options: { clock: Clock; metrics: Metrics; limits: boolean };
  readonly #budgets = new Budgets(COMMANDS);

  /** Without `limits` everything is allowed. */
  constructor(options: { clock: Clock; metrics: Metrics; limits: boolean }) {
    this.#options = options;
  }

  /** Counts a command. Returns in how many ms there is room for it; 0 takes it. */
  wait(user: User): number {
    return this.#options.limits ? this.#budgets.take(user.id, this.#options.clock.now()) : 0;
  }

  /** Counts a command. Throws `rate_limited` when it is one too many. */
  take(user: User): void {
    const wait = this.wait(user);
    if (wait === 0) return;
    this.#options.metrics.commandsLimited += 1;
    throw new ChatError("rate_limited", "Too many messages, wait a moment", { retryAfter: Math.ceil(wait / 1000) });
  }
}
