import { setTimeout as sleep } from "node:timers/promises";
import { type Dial, dialer } from "./link.ts";

/** Time, randomness and the network. */
export interface Environment {
  readonly dial: Dial;
  readonly fetch: typeof fetch;
  /** Milliseconds since an arbitrary moment. */
  now(): number;
  /** A random number in [0, 1). */
  random(): number;
  /** Resolves after `ms`, or when `signal` is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The environment of the operating system. */
export const systemEnvironment: Environment = {
  dial: dialer(),
  fetch: (input, init) => fetch(input, init),
  now: () => performance.now(),
  random: () => Math.random(),
  wait: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
};
