import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { initial } from "./0001_initial.ts";
import { moderation } from "./0002_moderation.ts";
import { nonceTime } from "./0003_nonce_time.ts";
import { kept } from "./0004_kept.ts";
import { names } from "./0005_names.ts";
import { logins } from "./0006_logins.ts";
import { jobs } from "./0007_jobs.ts";
import { rooms } from "./0008_rooms.ts";

/** In order. A released migration is never changed; a later one corrects it. */
const migrations: Record<string, Migration> = {
  "0001_initial": initial,
  "0002_moderation": moderation,
  "0003_nonce_time": nonceTime,
  "0004_kept": kept,
  "0005_names": names,
  "0006_logins": logins,
  "0007_jobs": jobs,
  "0008_rooms": rooms,
};

export const migrationNames: readonly string[] = Object.keys(migrations);

/** Compares a database's migrations with this program's; "none" has no migrations. */
export function ageOf(seen: readonly string[]): "none" | "older" | "current" | "newer" {
  if (seen.length === 0) return "none";
  if (seen.some((name) => !Object.hasOwn(migrations, name))) return "newer";
  return seen.length < Object.keys(migrations).length ? "older" : "current";
}

/** The first missing migration. */
export function nextMigration(seen: readonly string[]): string | undefined {
  return Object.keys(migrations).find((name) => !seen.includes(name));
}

export const MADE_BY_NEWER = "the database was made by a newer version of Chatterbox";

/** Migrates the database to this program's schema. Throws if a newer version has migrated it. */
export async function migrate<Schema>(db: Kysely<Schema>): Promise<void> {
  if (await isCurrent(db)) return;
  const provider = { getMigrations: () => Promise.resolve(migrations) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error === undefined) return;
  if (error instanceof Error && error.message.startsWith("corrupted migrations")) {
    throw new Error(MADE_BY_NEWER, { cause: error });
  }
  throw error;
}

/** Kysely's migrator takes 5 ms to find nothing to do, which would delay every start. */
async function isCurrent<Schema>(db: Kysely<Schema>): Promise<boolean> {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
    return ageOf(rows.map(({ name }) => name)) === "current";
  } catch {
    // A new database does not have the table. The migrator reports any other error.
    return false;
  }
}
