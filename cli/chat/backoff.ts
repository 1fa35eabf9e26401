/** Never sooner than this, in ms: a server that starts again needs that long anyway. */
const SHORTEST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * How long to wait, in ms, before connecting again after `attempt` attempts that failed (0 for the first): from 0.5 s to
 * a bound that doubles from 1 s to 30 s. Evenly spread by `random` (in [0, 1)), or everybody a restart threw out would be
 * back in the same moment.
 */
export function backoff(attempt: number, random: number): number {
  const bound = Math.min(LONGEST_MS, 2 * SHORTEST_MS * 2 ** Math.min(attempt, 16));
  return SHORTEST_MS + random * (bound - SHORTEST_MS);
}
