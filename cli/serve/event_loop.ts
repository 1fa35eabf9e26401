import type { Distribution } from "../../db/metrics.ts";

/** Between two looks, in ms: a stall of this length is always noticed, a shorter one sometimes. */
const LOOK = 100;

/** Measures how late timers are, which is how long everybody waits; returns what ends it. */
export function watchEventLoop(delay: Distribution): () => void {
  let due = performance.now() + LOOK;
  let timer = setTimeout(look, LOOK);
  function look() {
    const now = performance.now();
    delay.add(Math.max(0, now - due) / 1000);
    due = now + LOOK;
    timer = setTimeout(look, LOOK);
  }
  return () => clearTimeout(timer);
}
