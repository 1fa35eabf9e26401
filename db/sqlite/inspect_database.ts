import type { Database } from "./driver.ts";
import { damageOf, openToLook } from "./inspection.ts";
import { migrationNames } from "../schema/migrations/mod.ts";

/** What a database looks like from outside, whatever version made it. */
export interface Inspection {
  /** The engine and its version. */
  readonly engine: string;
  /** The first thing that is wrong with its pages; undefined when nothing is. */
  readonly damage: string | undefined;
  /** How long it took to look at all pages, in ms. */
  readonly checkedIn: number;
  /** Whether there are any tables, whoever made them. */
  readonly hasTables: boolean;
  /** The last migration it has seen. */
  readonly migration: string | undefined;
  /** Of this program's migrations, those it has not seen; and those it has seen that this program does not know. */
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
  /** Rows, by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Bytes, without the WAL. */
  readonly size: number;
  /** When the newest record was made, in ms; undefined when there is none. */
  readonly newest: number | undefined;
}

/** The columns that say when something was written. */
const TIMES: readonly [table: string, column: string][] = [
  ["messages", "created_at"],
  ["audit", "at"],
  ["sessions", "last_seen_at"],
  ["users", "created_at"],
];

/**
 * Inspects a database and changes nothing, whether or not a server uses it. Throws what the engine throws for a file that
 * is none, cannot be read, or is locked.
 */
export function inspectDatabase(path: string): Inspection {
  using database = openToLook(path);
  const tables = all(database, "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
    .map(({ name }) => String(name));
  const start = performance.now();
  const damage = damageOf(database, "quick_check");
  const checkedIn = performance.now() - start;
  // In a damaged file a count may be wrong, or fail.
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
