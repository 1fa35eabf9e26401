import { statSync } from "node:fs";
import { inspectSqlite } from "../sqlite/inspection.ts";
import { ageOf, MADE_BY_NEWER } from "../schema/migrations/mod.ts";

/** Compares a database's version with this program's. Throws if it is not a Chatterbox database. */
export function ageOfDatabase(file: string): "older" | "current" | "newer" {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new Error(`"${file}" does not exist`);
  if (!found.isFile()) throw new Error(`"${file}" is not a file`);
  const inspection = inspectSqlite(file);
  inspection?.close();
  const age = ageOf(inspection?.migrations ?? []);
  if (age === "none") throw new Error(`"${file}" is not a Chatterbox database`);
  return age;
}

/** Throws unless this program can open the database. */
export function checkIsOurs(file: string): void {
  if (ageOfDatabase(file) === "newer") throw new Error(MADE_BY_NEWER);
}
