import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";

/** What a Worker needs for itself, and some to spare. */
const NEEDED = 32;

/**
 * Whether there are file descriptors left to start a Worker with. Deno ends the whole process when it starts one and there
 * are none.
 */
export function hasDescriptors(): boolean {
  return freeDescriptors(NEEDED) === NEEDED;
}

/** How many file descriptors are free, of so many. Asked by doing: it takes some 10 µs each. */
export function freeDescriptors(most: number): number {
  const opened: number[] = [];
  try {
    while (opened.length < most) opened.push(openSync(devNull, "r"));
  } catch {
    // That was the last.
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
  return opened.length;
}
