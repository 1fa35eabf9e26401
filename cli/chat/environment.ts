import { setTimeout as sleep } from "node:timers/promises";
import { type Dial, dialer } from "./link.ts";

/** Time, chance and the network. */
export interface Environment {
  readonly dial: Dial;
  readonly fetch: typeof fetch;
  /** Milliseconds since any moment. */
  now(): number;
  /** From 0 up to but not including 1. */
  random(): number;
  /** Resolves after `ms`, or as soon as `signal` is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The real ones. */
export const systemEnvironment: Environment = {
  dial: dialer(),
  fetch: (input, init) => fetch(input, init),
  now: () => performance.now(),
  random: () => Math.random(),
  wait: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
};
