/// <reference lib="deno.worker" />
import { replyOf } from "../worker/ask.ts";
import { backupDatabase } from "./copy.ts";

/** Runs one backup off the event loop. */
export interface BackupJob {
  readonly from: string;
  readonly to: string;
  readonly partial: string;
}

self.onmessage = async ({ data }: MessageEvent<BackupJob>) => {
  self.postMessage(await replyOf(() => backupDatabase(data)));
};
