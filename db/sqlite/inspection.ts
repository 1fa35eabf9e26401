import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** A file that is held open until it is closed. */
export interface Look {
  /** The names of the migrations that it has seen. */
  readonly migrations: readonly string[];
  /** Whether it holds tables, whoever made them. */
  readonly hasTables: boolean;
  close(): void;
}

/**
 * Looks at a SQLite file and changes nothing about it; undefined where there is none. Throws what SQLite throws.
 */
export function lookAtSqlite(path: string): Look | undefined {
  // Unlike existsSync, it tells what is not there from what may not be seen.
  if (!statSync(path, { throwIfNoEntry: false })) return undefined;
  const database = openToLook(path);
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
 * A connection that leaves the file and what stands beside it as they are.
 *
 * The last connection to close takes the WAL away, by which the next start knows of an unclean stop. One that only reads
 * does not; so where there is a WAL, this one is to be closed last. Where there is none, it would leave an empty one.
 */
export function openToLook(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: existsSync(`${path}-wal`) });
  database.exec("pragma busy_timeout = 5000; pragma trusted_schema = off");
  return database;
}

/** The first thing that is wrong with the pages of a database; undefined when nothing is. */
export function damageOf(database: DatabaseSync, how: "quick_check" | "integrity_check"): string | undefined {
  const [row] = database.prepare(`pragma ${how}(1)`).all();
  const verdict = row ? String(Object.values(row)[0]) : "no answer";
  return verdict === "ok" ? undefined : verdict;
}
