import { DatabaseSync } from "node:sqlite";

type Value = string | number | null;

/** Queries a database file directly; rows as plain objects. */
export function ask(file: string, query: string, ...values: Value[]): Record<string, unknown>[] {
  const database = new DatabaseSync(file);
  try {
    return database.prepare(query).all(...values).map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

export function change(file: string, statements: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec(statements);
  } finally {
    database.close();
  }
}

/** Every row of every table, without Kysely's own tables. */
export function everyRow(file: string): Record<string, unknown[]> {
  const tables = ask(file, "select name from sqlite_master where type = 'table' and name <> 'kysely_migration_lock'");
  return Object.fromEntries(tables.map(({ name }) => [name, ask(file, `select * from "${name}"`)]));
}
