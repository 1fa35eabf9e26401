/** The source of time, passed in so that tests control it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `call` once after `ms`. Returns a function that cancels. A pending call does not keep the process alive. */
  after(ms: number, call: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    Deno.unrefTimer(timer);
    return () => clearTimeout(timer);
  },
};

/** Calls `call` every `ms`. Returns a function that stops it. */
export function every(clock: Clock, ms: number, call: () => void): () => void {
  let cancel = clock.after(ms, tick);
  function tick() {
    cancel = clock.after(ms, tick);
    call();
  }
  return () => cancel();
}

/** Resolves when `promise` settles, or after `ms`. Rejects when it rejects in time. */
export async function atMost(clock: Clock, ms: number, promise: Promise<unknown>): Promise<void> {
  let cancel = () => {};
  const late = new Promise<void>((resolve) => cancel = clock.after(ms, resolve));
  try {
    await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}
