import type { Distribution } from "../../db/metrics.ts";

/** How often the delay is sampled, in ms. A longer stall is always noticed, a shorter one sometimes. */
const SAMPLE = 100;

/** Samples how late timers fire, which is how long any work waits. Returns a function that stops it. */
export function watchEventLoop(delay: Distribution): () => void {
  let due = performance.now() + SAMPLE;
  let timer = setTimeout(sample, SAMPLE);
  function sample() {
    const now = performance.now();
    delay.add(Math.max(0, now - due) / 1000);
    due = now + SAMPLE;
    timer = setTimeout(sample, SAMPLE);
  }
  return () => clearTimeout(timer);
}
