/**
 * Delay after this many failures, in ms: doubles from `first` to `most`, minus up to half at random, so that jobs that
 * failed together do not retry together.
 */
export function retryDelay(
  attempts: number,
  { first, most }: { first: number; most: number },
  random: () => number,
): number {
  const whole = Math.min(most, first * 2 ** Math.min(attempts - 1, 30));
  return Math.max(1, Math.round(whole * (1 - random() / 2)));
}
