import { statSync } from "node:fs";
import { lookAtSqlite } from "../sqlite/inspection.ts";
import { ageOf, MADE_BY_NEWER } from "../schema/migrations/mod.ts";

/** How the database in a file stands to this program. Throws when it is no database of Chatterbox. */
export function ageOfDatabase(file: string): "older" | "current" | "newer" {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new Error(`there is no "${file}"`);
  if (!found.isFile()) throw new Error(`"${file}" is not a file`);
  const look = lookAtSqlite(file);
  look?.close();
  const age = ageOf(look?.migrations ?? []);
  if (age === "none") throw new Error(`"${file}" is not a database of Chatterbox`);
  return age;
}

/** Throws unless it is a database that this program can open. */
export function checkIsOurs(file: string): void {
  if (ageOfDatabase(file) === "newer") throw new Error(MADE_BY_NEWER);
}
