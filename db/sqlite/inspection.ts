import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** An inspected file; it stays open until closed. */
export interface SqliteInspection {
  /** Names of its migrations. */
  readonly migrations: readonly string[];
  /** Whether it has tables, of this program or another. */
  readonly hasTables: boolean;
  close(): void;
}

/** Inspects a SQLite file without changing it. Undefined if it does not exist. Throws SQLite's errors. */
export function inspectSqlite(path: string): SqliteInspection | undefined {
  // Unlike existsSync, this distinguishes a missing file from one without access.
  if (!statSync(path, { throwIfNoEntry: false })) return undefined;
  const database = openForInspection(path);
  try {
    const tables = database.prepare("select name from sqlite_master where type = 'table'").all().map(({ name }) =>
      name
    );
    const rows = tables.includes("kysely_migration") ? database.prepare("select name from kysely_migration").all() : [];
    return {
      migrations: rows.map(({ name }) => String(name)),
      hasTables: tables.some((name) => !String(name).startsWith("kysely_")),
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens a connection that leaves the file and its companions unchanged.
 *
 * The last connection to close removes the WAL, by which the next start detects an unclean shutdown. A read-only
 * connection keeps it, so where a WAL exists, this one must be closed last. Where none exists, a read-only connection
 * would leave an empty one.
 */
export function openForInspection(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: existsSync(`${path}-wal`) });
  database.exec("pragma busy_timeout = 5000; pragma trusted_schema = off");
  return database;
}

/** The first defect found in the pages of a database; undefined if there is none. */
export function damageOf(database: DatabaseSync, how: "quick_check" | "integrity_check"): string | undefined {
  const [row] = database.prepare(`pragma ${how}(1)`).all();
  const verdict = row ? String(Object.values(row)[0]) : "no answer";
  return verdict === "ok" ? undefined : verdict;
}
