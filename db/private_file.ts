import { chmodSync, closeSync, openSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { COMPANIONS } from "./sqlite/companions.ts";

/**
 * Whether others than the owner have access to a file or directory. Always false on Windows, which has no such modes.
 */
export function isOpenToOthers({ mode }: { mode: number }): boolean {
  return Deno.build.os !== "windows" && (mode & 0o077) !== 0;
}

/** `644` */
export function octal({ mode }: { mode: number }): string {
  return (mode & 0o777).toString(8).padStart(3, "0");
}

/** Removes all access for others than the owner. Files that are not ours stay as they are. */
export function makePrivate(file: string): void {
  try {
    const found = statSync(file);
    if (isOpenToOthers(found)) chmodSync(file, found.mode & 0o700);
  } catch {
    // The file is missing or belongs to another user; `doctor` reports that.
  }
}

/**
 * Creates a database file before SQLite does, which would make it readable by everyone. SQLite's companion files
 * inherit the mode.
 */
export function makePrivateDatabase(file: string): void {
  try {
    closeSync(openSync(file, "ax", 0o600));
  } catch {
    // The file exists, or cannot be created, in which case SQLite reports the error.
  }
  for (const suffix of ["", ...COMPANIONS]) makePrivate(file + suffix);
}

/** All existing files that hold messages or the key, by our naming scheme. */
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
