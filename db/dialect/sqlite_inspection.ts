import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** A database that is looked at and left as it is. */
export interface Inspected extends Disposable {
  /** The rows of a query. Throws what SQLite throws. */
  all(query: string): Record<string, unknown>[];
}

/**
 * Opens a SQLite file, in use or not, without changing it.
 *
 * Where there is a WAL (a server runs, or was killed), a connection that can only read leaves it in place. Where there is
 * none, such a connection would leave an empty one, and the next start believe in an unclean stop: so there it is one
 * that could write, is told not to, and takes away what it made.
 */
export function openToInspect(path: string): Inspected {
  const database = new DatabaseSync(path, { readOnly: existsSync(`${path}-wal`) });
  database.exec("pragma query_only = on; pragma busy_timeout = 5000; pragma trusted_schema = off");
  return {
    all: (query) => database.prepare(query).all(),
    [Symbol.dispose]: () => database.close(),
  };
}
