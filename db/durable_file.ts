import { closeSync, fsyncSync, openSync } from "node:fs";

/** Flushes a file to disk. */
export function syncFile(path: string): void {
  const descriptor = openSync(path, "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Flushes a directory, so that its entries survive a power failure. Does nothing where the system does not support
 * that.
 */
export function syncFolder(path: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    fsyncSync(descriptor);
  } catch {
    // Windows cannot open a directory, and not every file system can sync one.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
