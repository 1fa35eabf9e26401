import { randomUUID } from "node:crypto";
import {
  chownSync,
  closeSync,
  existsSync,
  linkSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { syncFile, syncFolder } from "../durable_file.ts";
import { COMPANIONS, COMPANIONS_WITH_CONTENT } from "../sqlite/companions.ts";
import { checkpointSqlite } from "../sqlite/file.ts";
import { makePrivate } from "../private_file.ts";

/** Names of unfinished files. */
const PARTIAL = new RegExp(`\\.[0-9a-f]{8}\\.partial(${COMPANIONS.join("|")})?$`);

/** Age in ms after which an unfinished file counts as abandoned. */
const PARTIAL_LIFE = 60 * 60 * 1000;

/** A time for use in file names: `2026-11-21T03-00-00Z`. */
export function stampOf(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z").replaceAll(":", "-");
}

/** The time of a stamp, in ms. */
export function timeOf(stamp: string): number {
  return Date.parse(stamp.replace(/T(\d\d)-(\d\d)-(\d\d)Z$/, "T$1:$2:$3Z"));
}

/** A temporary name beside `file`. */
export function partialOf(file: string): string {
  return `${file}.${randomUUID().slice(0, 8)}.partial`;
}

/** Creates an empty file readable by its owner only, and removes abandoned unfinished files in its directory. */
export function startPartial(partial: string): void {
  const folder = dirname(partial);
  for (const name of readdirSync(folder)) {
    if (!PARTIAL.test(name)) continue;
    const { mtimeMs } = statSync(join(folder, name), { throwIfNoEntry: false }) ?? { mtimeMs: Infinity };
    if (Date.now() - mtimeMs > PARTIAL_LIFE) rmSync(join(folder, name), { force: true });
  }
  // Not `writeFileSync`, which restricts the mode only after creating the file.
  closeSync(openSync(partial, "wx", 0o600));
}

export function removePartial(partial: string): void {
  for (const suffix of ["", ...COMPANIONS]) rmSync(partial + suffix, { force: true });
}

/** Whether a file exists that a new database of this name would replace, or be corrupted by. */
export function isTaken(file: string): boolean {
  return ["", ...COMPANIONS].some((suffix) => existsSync(file + suffix));
}

/** Whether `file` is the database or one of its companion files. */
export function isPartOf(database: string, file: string): boolean {
  const whole = real(database);
  return ["", ...COMPANIONS].some((suffix) => real(file) === whole + suffix);
}

/** Resolves symbolic links: SQLite keeps the companion files beside the real file. */
export function real(file: string): string {
  return existsSync(file) ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file));
}

/**
 * Checkpoints the WAL left by a killed server into the file, unless it is damaged. Throws "is in use" if the database
 * is open.
 */
export function checkpoint(file: string): void {
  if (!existsSync(file)) return;
  try {
    checkpointSqlite(file);
  } catch (error) {
    const said = String(error);
    if (/is locked/.test(said)) throw new Error(`"${file}" is in use`, { cause: error });
    if (!/not a database|malformed/.test(said)) throw error;
  }
}

/**
 * Atomically and durably renames `partial` to `file`. An existing file is renamed to `keep`, or replaced if that is not
 * given. Throws "is in use" if the database is open.
 */
export function putInPlace(partial: string, file: string, keep?: string): void {
  checkpoint(file);
  syncFile(partial);
  if (keep !== undefined) {
    // Companion files remain only if the checkpoint failed.
    for (const suffix of ["", ...COMPANIONS_WITH_CONTENT]) {
      if (!existsSync(file + suffix)) continue;
      keepAs(file + suffix, keep + suffix);
      makePrivate(keep + suffix);
    }
  }
  for (const suffix of COMPANIONS) rmSync(file + suffix, { force: true });
  renameSync(partial, file);
  syncFolder(dirname(file));
}

/** Gives a file created by root to the owner of `folder`, the user the server runs as, if permitted. */
export function giveToOwner(file: string, folder: string): void {
  const { uid, gid } = statSync(folder);
  if (statSync(file).uid === uid) return;
  try {
    chownSync(file, uid, gid);
  } catch {
    // Only root may.
  }
}

/** An unused name: `PREFIX2026-11-21T03-00-00ZSUFFIX`, or with `-2` and so on after the time. */
export function freeName(prefix: string, now: number, suffix = ""): string {
  for (let n = 1;; n++) {
    const name = `${prefix}${stampOf(now)}${n === 1 ? "" : `-${n}`}${suffix}`;
    if (!isTaken(name)) return name;
  }
}

/** Hard link where supported, so that a database exists at every moment. */
function keepAs(file: string, name: string): void {
  try {
    linkSync(file, name);
  } catch {
    renameSync(file, name);
  }
}
