import { setImmediate } from "node:timers";
import type { Clock } from "../../ws/clock.ts";
import { areWritesUnderWay } from "./pending_writes.ts";

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now: number;
  #timers: { at: number; call: () => void }[] = [];

  constructor(now = 1_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + ms, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** How many calls are pending. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Advances by `ms`; due calls run in order, each with its consequences before the next. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await turn();
    while (true) {
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > until) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
      await turn();
    }
    this.#now = until;
  }

  /** Sets the time without running calls, as when a wrong clock is corrected. */
  set(now: number): void {
    this.#now = now;
  }
}

/** Lets pending tasks and writes run. */
export async function turn(): Promise<void> {
  do {
    for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
  } while (areWritesUnderWay());
}
