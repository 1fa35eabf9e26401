import type { Metrics } from "../../db/metrics.ts";

/** Of the stores that tests have open. */
const open = new Set<Metrics>();

/** Counts the pending writes of a store; the result stops that. */
export function watchWrites(metrics: Metrics): () => void {
  open.add(metrics);
  return () => void open.delete(metrics);
}

/** Whether a request to a writer thread is unanswered. */
export function areWritesUnderWay(): boolean {
  return [...open].some(({ writesWaiting }) => writesWaiting > 0);
}
