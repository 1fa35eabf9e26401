/**
 * The most text that is read, drawn and sent at once, in bytes: drawn as HTML or written as JSON it is six times as much at
 * worst (quotes become `&quot;`), and a few milliseconds of work. A single message always fits.
 */
export const TEXT_AT_ONCE = 128 * 1024;

/** How many of these, from the first on, hold no more than that: at least one. */
export function fitting<Item>(items: readonly Item[], bytesOf: (item: Item) => number): number {
  let total = 0;
  const beyond = items.findIndex((item, at) => (total += bytesOf(item)) > TEXT_AT_ONCE && at > 0);
  return beyond === -1 ? items.length : beyond;
}
