/** The minimum, in ms: a restarting server needs that long anyway. */
const SHORTEST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * The delay, in ms, before reconnecting after `attempt` failed attempts (0 for the first). Random between 0.5 s and a
 * bound that doubles from 1 s to 30 s, so that clients do not all return at once after a restart. `random` is in [0,
 * 1).
 */
export function backoff(attempt: number, random: number): number {
  const bound = Math.min(LONGEST_MS, 2 * SHORTEST_MS * 2 ** Math.min(attempt, 16));
  return SHORTEST_MS + random * (bound - SHORTEST_MS);
}
