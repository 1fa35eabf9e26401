import { mkdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { backupDatabase, namesIn } from "./copy.ts";
import { checkIsOurs } from "./database_age.ts";
import { freeName, timeOf } from "./database_file.ts";
import { askSqlite } from "../sqlite/file.ts";
import { type Look, lookAtSqlite } from "../sqlite/inspection.ts";
import type { Log } from "../log.ts";
import { ageOf, MADE_BY_NEWER, nextMigration } from "../schema/migrations/mod.ts";

/** A database as it was before a migration. */
export interface Snapshot {
  readonly file: string;
  /** Ms. */
  readonly time: number;
}

/**
 * Looks whether the database is to be migrated, and if so keeps a copy of it in the folder `backups` beside it. Throws,
 * and has changed nothing, when it is not this program's to migrate, and when there can be no copy. `failed` takes back
 * a copy that nothing came of.
 */
export async function prepareMigration(path: string, log?: Log): Promise<{ failed(): void }> {
  const look = lookAtSqlite(path);
  try {
    if (look === undefined || !mustMigrate(look)) return { failed() {} };
    const file = snapshotName(path, nextMigration(look.migrations)!, Date.now());
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      await backupDatabase({ from: path, to: file });
    } catch (error) {
      throw new Error(`no copy of it could be kept before migrating: ${(error as Error).message}`, { cause: error });
    }
    log?.("info", "Kept a copy of the database before migrating it", { file });
    return { failed: () => rmSync(file, { force: true }) };
  } finally {
    look?.close();
  }
}

function mustMigrate({ migrations, hasTables }: Look): boolean {
  const age = ageOf(migrations);
  if (age === "newer") throw new Error(MADE_BY_NEWER);
  if (age === "none" && hasTables) throw new Error("it is the database of another program");
  return age === "older";
}

/** The newest copy kept before a migration of this database that this program can open. */
export function newestSnapshot(path: string): Snapshot | undefined {
  return snapshotsOf(path).findLast(({ file }) => {
    try {
      checkIsOurs(file);
      return true;
    } catch {
      return false;
    }
  });
}

/** How many messages have been sent since `time`; undefined when the database cannot say. */
export function messagesSince(path: string, time: number): number | undefined {
  try {
    return askSqlite(path, `select count(*) from messages where created_at > ${Number(time)}`);
  } catch {
    return undefined;
  }
}

/** The folder of the copies kept before migrations. */
export function snapshotFolder(path: string): string {
  return join(dirname(path), "backups");
}

/** `backups/chatterbox-before-0002-2026-11-21T03-00-00Z.db`: no scheduled backup is called so. */
function snapshotName(path: string, migration: string, now: number): string {
  return freeName(join(snapshotFolder(path), `${stemOf(path)}-before-${migration.slice(0, 4)}-`), now, ".db");
}

/** Oldest first. */
function snapshotsOf(path: string): Snapshot[] {
  const prefix = `${stemOf(path)}-before-`;
  return namesIn(snapshotFolder(path)).flatMap((name) => {
    const stamp = name.startsWith(prefix)
      ? /^\d{4}-(.+?Z)(-\d+)?\.db$/.exec(name.slice(prefix.length))?.[1]
      : undefined;
    const time = timeOf(stamp ?? "");
    return Number.isNaN(time) ? [] : [{ file: join(snapshotFolder(path), name), time }];
  }).sort((a, b) => a.time - b.time);
}

function stemOf(path: string): string {
  return basename(path).replace(/\.db$/, "");
}
