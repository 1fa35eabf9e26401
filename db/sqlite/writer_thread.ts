let waiting: Worker | undefined;

/**
 * Starts the writer thread early, so that it loads while the program does. A server cannot start it on the first write:
 * Deno terminates the process if no file descriptor is left when a thread starts.
 */
export function startWriterThread(): void {
  waiting = start();
}

/** The thread started early, or a new one. */
export function takeWriterThread(): Worker {
  const thread = waiting ?? start();
  waiting = undefined;
  return thread;
}

function start(): Worker {
  return new Worker(new URL("./writer_worker.ts", import.meta.url), { type: "module" });
}
