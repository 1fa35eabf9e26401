/**
 * Maximum text read, rendered and sent at once, in bytes. As HTML or JSON it grows up to sixfold (quotes become
 * `&quot;`) and takes a few milliseconds. A single message always fits.
 */
export const TEXT_AT_ONCE = 128 * 1024;

/** Length of the longest prefix within the limit; at least one. */
export function fitting<Item>(items: readonly Item[], bytesOf: (item: Item) => number): number {
  let total = 0;
  const beyond = items.findIndex((item, at) => (total += bytesOf(item)) > TEXT_AT_ONCE && at > 0);
  return beyond === -1 ? items.length : beyond;
}
