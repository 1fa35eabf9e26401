import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { ageOfDatabase } from "./database_age.ts";
import {
  isPartOf,
  isTaken,
  partialOf,
  putInPlace,
  removePartial,
  settle,
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

/** The backups in a folder by their names' time, oldest first; none where there is no folder. */
export function backupsIn(folder: string): { file: string; time: number }[] {
  return namesIn(folder).flatMap((name) => {
    const stamp = NAME.exec(name)?.[1];
    return stamp === undefined ? [] : [{ file: join(folder, name), time: timeOf(stamp) }];
  }).sort((a, b) => a.time - b.time);
}

/** Keeps the newest `keep` of the backups in a folder. Touches nothing else there. */
export function removeOldBackups(folder: string, keep: number): void {
  for (const { file } of backupsIn(folder).slice(0, -keep)) rmSync(file);
}

/**
 * Makes `to` a copy of the database `from`, as it is at this moment, while others go on using it. The copy is checked,
 * and on disk, before it has its name. Resolves to its size in bytes. Throws "is there already" unless `force`, and
 * what SQLite and the disk say. Holds the calling thread.
 */
export async function backupDatabase(
  { from, to, force = false, partial = partialOf(to) }: {
    from: string;
    to: string;
    force?: boolean;
    /** What it is called meanwhile. */
    partial?: string;
  },
): Promise<number> {
  if (isPartOf(from, to)) throw new Error("that is the database itself");
  if (isTaken(to) && !force) throw new Error(`"${to}" is there already`);
  settle(to);
  await copyDatabase({ from, partial, check: "quick_check" }, () => putInPlace(partial, to));
  return statSync(to).size;
}

/** Copies into `partial`, runs `statements` there, checks it and lets `use` it; what is left of it then is removed. */
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
    // Had somebody taken the file away meanwhile, SQLite would have made an empty one in its place.
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
