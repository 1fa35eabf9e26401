import type { Kysely } from "kysely";
import type { Schema } from "../schema/tables.ts";

/** What a noun's queries close over: `read` never sees what is not committed, `write` returns after the commit. */
export interface Connections {
  readonly read: Kysely<Schema>;
  write<Result>(run: (db: Kysely<Schema>) => Promise<Result>): Promise<Result>;
}
