import { chmodSync, closeSync, openSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { COMPANIONS } from "./sqlite/companions.ts";

/** Whether anybody but its owner may do anything with a file or folder. Windows has no such modes. */
export function isOpenToOthers({ mode }: { mode: number }): boolean {
  return Deno.build.os !== "windows" && (mode & 0o077) !== 0;
}

/** `644` */
export function octal({ mode }: { mode: number }): string {
  return (mode & 0o777).toString(8).padStart(3, "0");
}

/** Takes a file away from everybody but its owner, whatever folder it is in. What is not ours to change stays as it is. */
export function makePrivate(file: string): void {
  try {
    const found = statSync(file);
    if (isOpenToOthers(found)) chmodSync(file, found.mode & 0o700);
  } catch {
    // It is not there, or another user's: the doctor says so.
  }
}

/**
 * Makes a database's file before SQLite does, which would let everybody read it. What SQLite keeps beside a database gets
 * the mode of that.
 */
export function makePrivateDatabase(file: string): void {
  try {
    closeSync(openSync(file, "ax", 0o600));
  } catch {
    // It is there; or it cannot be, which SQLite says in its own words.
  }
  for (const suffix of ["", ...COMPANIONS]) makePrivate(file + suffix);
}

/** Everything of ours that is there and holds what people wrote, or the key: by the names that we give. */
export function privateFiles(dataDir: string, database: string): string[] {
  const name = basename(database);
  const beside = dirname(database);
  const isDatabase = (each: string) =>
    each === name || each.startsWith(`${name}-`) || each.startsWith(`${name}.before-`) ||
    each.startsWith(`${name}.`) && each.includes(".partial");
  const copies = ["chatterbox-", `${name.replace(/\.db$/, "")}-before-`];
  const isCopy = (each: string) => copies.some((start) => each.startsWith(start)) && each.includes(".db");
  return [
    ...within(dataDir, (each) => /^signing\.key(\.[0-9a-f]+)?$/.test(each)),
    ...within(beside, isDatabase),
    ...[...new Set([dataDir, beside])].flatMap((folder) => within(join(folder, "backups"), isCopy)),
  ];
}

function within(folder: string, fits: (name: string) => boolean): string[] {
  try {
    return readdirSync(folder).filter(fits).map((name) => join(folder, name));
  } catch {
    return [];
  }
}
