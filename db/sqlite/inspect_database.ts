import type { Database } from "./driver.ts";
import { damageOf, openForInspection } from "./inspection.ts";
import { migrationNames } from "../schema/migrations/mod.ts";

/** Facts about a database of any version. */
export interface Inspection {
  /** The engine and its version. */
  readonly engine: string;
  /** The first defect found in its pages; undefined if there is none. */
  readonly damage: string | undefined;
  /** Duration of the check, in ms. */
  readonly checkedIn: number;
  /** Whether it has any tables, of this program or another. */
  readonly hasTables: boolean;
  /** Its last migration. */
  readonly migration: string | undefined;
  /** Migrations of this program that the database lacks, and migrations it has that this program does not know. */
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
  /** Rows per table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Bytes, without the WAL. */
  readonly size: number;
  /** Time of the newest record, in ms; undefined if there is none. */
  readonly newest: number | undefined;
}

/** Columns with the time of a record. */
const TIMES: readonly [table: string, column: string][] = [
  ["messages", "created_at"],
  ["audit", "at"],
  ["sessions", "last_seen_at"],
  ["users", "created_at"],
];

/**
 * Inspects a database without changing it, whether or not a server uses it. Throws the engine's error for a file that
 * is not a database, is unreadable, or is locked.
 */
export function inspectDatabase(path: string): Inspection {
  using database = openForInspection(path);
  const tables = all(database, "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
    .map(({ name }) => String(name));
  const start = performance.now();
  const damage = damageOf(database, "quick_check");
  const checkedIn = performance.now() - start;
  // Counts are unreliable in a damaged file.
  const readable = damage === undefined ? tables : [];
  const seen = readable.includes("kysely_migration")
    ? all(database, "select name from kysely_migration order by name").map(({ name }) => String(name))
    : [];
  return {
    engine: `SQLite ${oneOf(database, "select sqlite_version()")}`,
    damage,
    checkedIn,
    hasTables: tables.length > 0,
    migration: seen.at(-1),
    missing: migrationNames.filter((name) => !seen.includes(name)),
    unknown: seen.filter((name) => !migrationNames.includes(name)),
    rows: Object.fromEntries(
      readable.filter((table) => !table.startsWith("kysely_"))
        .map((table) => [table, Number(oneOf(database, `select count(*) from ${quoted(table)}`))]),
    ),
    size: Number(oneOf(database, "select page_count * page_size from pragma_page_count(), pragma_page_size()")),
    newest: seen.length === 0 ? undefined : newestOf(database, readable),
  };
}

function newestOf(database: Database, tables: readonly string[]): number | undefined {
  const times = TIMES.filter(([table]) => tables.includes(table))
    .map(([table, column]) => oneOf(database, `select max(${column}) from ${table}`))
    .filter((time) => typeof time === "number");
  return times.length === 0 ? undefined : Math.max(...times);
}

/** The first value of the first row. */
function oneOf(database: Database, query: string): unknown {
  return Object.values(all(database, query)[0] ?? {})[0];
}

function all(database: Database, query: string): Record<string, unknown>[] {
  return database.prepare(query).all();
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
