/// <reference lib="deno.worker" />
import { backupDatabase } from "./copy.ts";

/** One backup, beside the event loop, which it would hold for some 3 ms a megabyte. */
export interface BackupJob {
  readonly from: string;
  readonly to: string;
  readonly partial: string;
}

/** Its size in bytes, or what went wrong. */
export type BackupAnswer = { bytes: number } | { error: string };

self.onmessage = async ({ data }: MessageEvent<BackupJob>) => {
  self.postMessage(await answer(data));
};

async function answer(job: BackupJob): Promise<BackupAnswer> {
  try {
    return { bytes: await backupDatabase(job) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
