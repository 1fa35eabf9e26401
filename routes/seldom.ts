import type { Clock } from "../ws/clock.ts";

const MINUTE = 60_000;

/** Distinct events per minute; further ones are dropped. */
const KINDS_MAX = 20;

/** Limits the logging of an event to once a minute, since clients control how often it happens. */
export class Seldom {
  readonly #clock: Pick<Clock, "now">;
  readonly #said = new Set<string>();
  #since = -Infinity;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  allows(kind: string): boolean {
    const now = this.#clock.now();
    if (Math.abs(now - this.#since) >= MINUTE) {
      this.#said.clear();
      this.#since = now;
    }
    if (this.#said.size >= KINDS_MAX || this.#said.has(kind)) return false;
    this.#said.add(kind);
    return true;
  }
}
