let waiting: Worker | undefined;

/**
 * Starts the writing thread, so that it loads while the program does. A server cannot wait with that until it writes: Deno
 * ends the whole process when it is to start a thread and no file descriptor is left.
 */
export function startWritingThread(): void {
  waiting = start();
}

/** The one that waits, or a new one. */
export function takeWritingThread(): Worker {
  const thread = waiting ?? start();
  waiting = undefined;
  return thread;
}

function start(): Worker {
  return new Worker(new URL("./writer_worker.ts", import.meta.url), { type: "module" });
}
