import type { Metrics } from "../../db/metrics.ts";

/** Of the stores that tests have open. */
const open = new Set<Metrics>();

/** Counts the writes of a store; the result ends that. */
export function watchWrites(metrics: Metrics): () => void {
  open.add(metrics);
  return () => void open.delete(metrics);
}

/** Whether anything has been asked of a writing thread and is not answered yet. */
export function areWritesUnderWay(): boolean {
  return [...open].some(({ writesWaiting }) => writesWaiting > 0);
}
