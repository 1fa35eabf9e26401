import { mkdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { backupDatabase, namesIn } from "./copy.ts";
import { checkIsOurs } from "./database_age.ts";
import { freeName, timeOf } from "./database_file.ts";
import { queryNumber } from "../sqlite/file.ts";
import { inspectSqlite, type SqliteInspection } from "../sqlite/inspection.ts";
import type { Log } from "../log.ts";
import { ageOf, MADE_BY_NEWER, nextMigration } from "../schema/migrations/mod.ts";

/** A copy of a database from before a migration. */
export interface Snapshot {
  readonly file: string;
  /** Ms. */
  readonly time: number;
}

/**
 * If the database needs a migration, copies it to the directory `backups` beside it. Throws without changing anything
 * if the database cannot be migrated by this program, or cannot be copied. `failed` removes the copy after a failed
 * migration.
 */
export async function prepareMigration(path: string, log?: Log): Promise<{ failed(): void }> {
  const inspection = inspectSqlite(path);
  try {
    if (inspection === undefined || !mustMigrate(inspection)) return { failed() {} };
    const file = snapshotName(path, nextMigration(inspection.migrations)!, Date.now());
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      await backupDatabase({ from: path, to: file });
    } catch (error) {
      throw new Error(`cannot copy it before migrating: ${(error as Error).message}`, { cause: error });
    }
    log?.("info", "Copied the database before migrating it", { file });
    return { failed: () => rmSync(file, { force: true }) };
  } finally {
    inspection?.close();
  }
}

function mustMigrate({ migrations, hasTables }: SqliteInspection): boolean {
  const age = ageOf(migrations);
  if (age === "newer") throw new Error(MADE_BY_NEWER);
  if (age === "none" && hasTables) throw new Error("it belongs to another program");
  return age === "older";
}

/** The newest copy from before a migration that this program can open. */
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

/** Number of messages since `time`; undefined if the database cannot be read. */
export function messagesSince(path: string, time: number): number | undefined {
  try {
    return queryNumber(path, `select count(*) from messages where created_at > ${Number(time)}`);
  } catch {
    return undefined;
  }
}

/** Directory of copies from before migrations. */
export function snapshotFolder(path: string): string {
  return join(dirname(path), "backups");
}

/** `backups/chatterbox-before-0002-2026-11-21T03-00-00Z.db`, distinct from the names of scheduled backups. */
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
