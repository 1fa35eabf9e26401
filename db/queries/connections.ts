import type { Kysely } from "kysely";
import type { Schema } from "../schema/tables.ts";

/** Database access for queries: `read` sees only committed data, `write` resolves after the commit. */
export interface Connections {
  readonly read: Kysely<Schema>;
  write<Result>(run: (db: Kysely<Schema>) => Promise<Result>): Promise<Result>;
}
