import type { RateLimiterMemory } from "rate-limiter-flexible";
// The package's front door loads limiters for a dozen databases.
import memoryLimiter from "rate-limiter-flexible/lib/RateLimiterMemory.js";
import type { Context } from "hono";
import { ChatError } from "../db/errors.ts";
import type { App, Env } from "./env.ts";

interface Limit {
  /** Counts one try; throws `rate_limited` when there have been too many. */
  take(key: string): Promise<void>;
  /** Takes a try back: it was a good one. */
  giveBack(key: string): Promise<void>;
}

function limit(points: number, seconds: number): Limit {
  const limiter = new (memoryLimiter as typeof RateLimiterMemory)({ points, duration: seconds });
  return {
    async take(key) {
      try {
        await limiter.consume(key);
      } catch (refusal) {
        const ms = (refusal as { msBeforeNext?: number }).msBeforeNext ?? 1000;
        throw new ChatError("rate_limited", "Too many attempts, try again later", { retryAfter: Math.ceil(ms / 1000) });
      }
    },
    async giveBack(key) {
      await limiter.reward(key);
    },
  };
}

const QUARTER = 15 * 60;

/**
 * Wrong passwords are limited per account and address, per address (a class behind one router still gets in), and per
 * account wherever they come from; registrations per address. Right passwords do not count.
 */
export class LoginLimits {
  readonly #both = limit(10, QUARTER);
  readonly #address = limit(50, QUARTER);
  readonly #account = limit(100, QUARTER);
  readonly #registrations = limit(100, QUARTER);

  async login<Result>(account: string, address: string, attempt: () => Promise<Result>): Promise<Result> {
    const name = account.slice(0, 254).toLowerCase();
    const tries: [Limit, string][] = [
      [this.#both, `${name} ${address}`],
      [this.#address, address],
      [this.#account, name],
    ];
    for (const [limit, key] of tries) await limit.take(key);
    const result = await attempt();
    for (const [limit, key] of tries) await limit.giveBack(key);
    return result;
  }

  async registration(address: string): Promise<void> {
    await this.#registrations.take(address);
  }
}

/** Where a request comes from. Behind our own proxy, its last word about it. */
export function addressOf(c: Context<Env>, app: App): string {
  const forwarded = app.trustProxy ? c.req.header("X-Forwarded-For")?.split(",").pop()?.trim() : undefined;
  return forwarded || (c.env?.incoming?.socket.remoteAddress ?? "unknown");
}
