import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";

/** File descriptors that a Worker needs, with some margin. */
const NEEDED = 32;

/** Whether enough file descriptors are left to start a Worker. Without any, Deno terminates the process. */
export function hasDescriptors(): boolean {
  return freeDescriptors(NEEDED) === NEEDED;
}

/** Number of free file descriptors, up to `most`. Determined by opening them, about 10 µs each. */
export function freeDescriptors(most: number): number {
  const opened: number[] = [];
  try {
    while (opened.length < most) opened.push(openSync(devNull, "r"));
  } catch {
    // None left.
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
  return opened.length;
}
