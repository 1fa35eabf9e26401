import { ask } from "../worker/ask.ts";
import { hasDescriptors } from "../worker/descriptors.ts";
import type { BackupJob } from "./backup_worker.ts";
import { partialOf, removePartial } from "./database_file.ts";

/**
 * Runs `backupDatabase()` in a Worker. Resolves to the backup's size in bytes. Throws what it throws, and the reason of
 * `signal` when aborted; nothing of the backup remains then.
 */
export async function backupInWorker({ from, to }: { from: string; to: string }, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  if (!hasDescriptors()) throw new Error("Too few file descriptors are left");
  const partial = partialOf(to);
  const worker = new Worker(new URL("./backup_worker.ts", import.meta.url), { type: "module" });
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([ask(worker, { from, to, partial } satisfies BackupJob), aborted.promise]) as number;
  } finally {
    signal.removeEventListener("abort", abort);
    worker.terminate();
    if (signal.aborted) removePartial(partial);
  }
}
