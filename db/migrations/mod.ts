import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { initial } from "./0001_initial.ts";
import { moderation } from "./0002_moderation.ts";

/** In order, for ever: a migration that has been released is never changed, a later one mends it. */
const migrations: Record<string, Migration> = {
  "0001_initial": initial,
  "0002_moderation": moderation,
};

export const migrationNames: readonly string[] = Object.keys(migrations);

/** Brings the database to this program's schema. Throws when the database has seen a newer program. */
export async function migrate<Schema>(db: Kysely<Schema>): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve(migrations) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error === undefined) return;
  if (error instanceof Error && error.message.startsWith("corrupted migrations")) {
    throw new Error("the database was made by a newer version of Chatterbox", { cause: error });
  }
  throw error;
}
