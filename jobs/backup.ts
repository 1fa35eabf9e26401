import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { backupInWorker } from "../db/backup/backup_in_worker.ts";
import { backupName, backupsIn, removeOldBackups } from "../db/backup/copy.ts";
import type { Log } from "../db/log.ts";
import type { JobKind } from "./job_kind.ts";

/** Maximum interval between checks for a due backup, in ms: backups may have been deleted by hand. */
const CHECK = 10 * 60 * 1000;

/** Delay of an overdue backup after startup, when all users reconnect, in ms. */
const AFTER_START = 5 * 1000;

export interface BackupPlan {
  /** The database file. */
  readonly file: string;
  /** Directory of the backups; created if missing. */
  readonly folder: string;
  /** Ms. */
  readonly every: number;
  /** Number of backups to keep. */
  readonly keep: number;
}

/**
 * Makes a backup in a Worker when the newest one in the directory is older than `every`. Backups made by hand count.
 * Idempotent: a second run finds the first one's backup.
 */
export function backup({ file, folder, every, keep }: BackupPlan, log: Log): JobKind {
  /** When the next backup is due. */
  function dueAt(now: number): number {
    // Ignore backups from the future, made with a wrong clock.
    const newest = backupsIn(folder).findLast(({ time }) => time <= now);
    return newest === undefined ? now : newest.time + every;
  }

  return {
    kind: "backup",
    tries: 3,
    retry: { first: Math.min(every, 60_000), most: Math.min(every, CHECK) },
    schedule: { first: Math.min(every, AFTER_START) },
    failure: {
      level: "error",
      event: "Cannot make a backup",
      facts: ({ message }) => ({ folder, reason: message }),
    },
    async run(_, { now, signal }) {
      const start = now();
      if (dueAt(start) <= start) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const to = join(folder, backupName(start));
        const bytes = await backupInWorker({ from: file, to }, signal);
        log("info", "backup", { file: to, bytes, ms: now() - start });
        removeOldBackups(folder, keep);
      }
      return Math.min(dueAt(now()), now() + CHECK);
    },
  };
}
