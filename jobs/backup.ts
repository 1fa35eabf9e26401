import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { backupInWorker } from "../db/backup/backup_in_worker.ts";
import { backupName, backupsIn, removeOldBackups } from "../db/backup/copy.ts";
import type { Log } from "../db/log.ts";
import type { JobKind } from "./job_kind.ts";

/** How often the folder is checked for whether a backup is due, at most, in ms: somebody may have emptied it. */
const CHECK = 10 * 60 * 1000;

/** After a start users come back all at once; what was missed can wait so long, in ms. */
const AFTER_START = 5 * 1000;

export interface BackupPlan {
  /** The database. */
  readonly file: string;
  /** Where the backups go; it is made when needed. */
  readonly folder: string;
  /** Ms. */
  readonly every: number;
  /** How many are kept. */
  readonly keep: number;
}

/**
 * Makes a backup whenever the newest in the folder is old enough, in a Worker of its own. What is in the folder decides,
 * so that one made by hand counts. Idempotent by that: a second run finds the backup of the first, and none is due.
 */
export function backup({ file, folder, every, keep }: BackupPlan, log: Log): JobKind {
  /** When the next one is due. */
  function dueAt(now: number): number {
    // A backup from the future is a clock's mistake, not a reason to wait for it.
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
