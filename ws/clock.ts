/** Time, given by argument so that tests own it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once after `ms`; the result cancels. Never keeps the process alive by itself. */
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

/** Calls again and again, `ms` apart; the result ends it. */
export function every(clock: Clock, ms: number, call: () => void): () => void {
  let cancel = clock.after(ms, tick);
  function tick() {
    cancel = clock.after(ms, tick);
    call();
  }
  return () => cancel();
}

/** Resolves when `promise` does, and after `ms` at the latest. */
export async function atMost(clock: Clock, ms: number, promise: Promise<unknown>): Promise<void> {
  let cancel = () => {};
  const late = new Promise<void>((resolve) => cancel = clock.after(ms, resolve));
  try {
    await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}
