import { closeSync, fsyncSync, openSync } from "node:fs";

/** Returns when what was written to a file is on disk. */
export function syncFile(path: string): void {
  const descriptor = openSync(path, "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the names in a folder outlive a power cut. Where the system does not allow that, it does so in its own time. */
export function syncFolder(path: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    fsyncSync(descriptor);
  } catch {
    // Windows opens no folder, and not every file system syncs one.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
