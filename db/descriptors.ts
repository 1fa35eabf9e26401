import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";

/** What a Worker needs for itself, and some to spare. */
const NEEDED = 32;

/**
 * Whether there are file descriptors left to start a Worker with. Deno ends the whole process when it starts one and there
 * are none.
 */
export function hasDescriptors(): boolean {
  const opened: number[] = [];
  try {
    while (opened.length < NEEDED) opened.push(openSync(devNull, "r"));
    return true;
  } catch {
    return false;
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}
