import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { ageOfDatabase } from "./database_age.ts";
import {
  checkpoint,
  isPartOf,
  isTaken,
  partialOf,
  putInPlace,
  removePartial,
  stampOf,
  startPartial,
  timeOf,
} from "./database_file.ts";
import { checkSqlite, copySqlite, runSqlite } from "../sqlite/file.ts";

const NAME = /^chatterbox-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)\.db$/;

/** `chatterbox-2026-11-21T03-00-00Z.db`. */
export function backupName(time: number): string {
  return `chatterbox-${stampOf(time)}.db`;
}

/** The backups in a directory, oldest first by the time in their names. Empty if the directory does not exist. */
export function backupsIn(folder: string): { file: string; time: number }[] {
  return namesIn(folder).flatMap((name) => {
    const stamp = NAME.exec(name)?.[1];
    return stamp === undefined ? [] : [{ file: join(folder, name), time: timeOf(stamp) }];
  }).sort((a, b) => a.time - b.time);
}

/** Removes all but the newest `keep` backups in a directory, and nothing else. */
export function removeOldBackups(folder: string, keep: number): void {
  for (const { file } of backupsIn(folder).slice(0, -keep)) rmSync(file);
}

/**
 * Copies the database `from` to `to` as a consistent snapshot, while others use it. The copy is checked and flushed
 * before it gets its name. Resolves to its size in bytes. Throws "already exists" unless `force`, and the errors of
 * SQLite and the disk. Blocks the calling thread.
 */
export async function backupDatabase(
  { from, to, force = false, partial = partialOf(to) }: {
    from: string;
    to: string;
    force?: boolean;
    /** Temporary name. */
    partial?: string;
  },
): Promise<number> {
  if (isPartOf(from, to)) throw new Error("that is the database itself");
  if (isTaken(to) && !force) throw new Error(`"${to}" already exists`);
  checkpoint(to);
  await copyDatabase({ from, partial, check: "quick_check" }, () => putInPlace(partial, to));
  return statSync(to).size;
}

/**
 * Copies into `partial`, runs `statements` there, checks it, and calls `use`. Removes `partial` afterwards if it still
 * exists.
 */
export async function copyDatabase(
  { from, partial, check, statements }: {
    from: string;
    partial: string;
    check: "quick_check" | "integrity_check";
    statements?: string;
  },
  use: () => void,
): Promise<void> {
  startPartial(partial);
  try {
    await copySqlite(from, partial);
    // If the file had been removed in the meantime, SQLite would have created an empty one in its place.
    ageOfDatabase(partial);
    if (statements !== undefined) runSqlite(partial, statements);
    checkSqlite(partial, check);
    use();
  } finally {
    removePartial(partial);
  }
}

export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return [];
    throw error;
  }
}
