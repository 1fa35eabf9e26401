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
import { settleSqlite } from "../sqlite/file.ts";
import { makePrivate } from "../private_file.ts";

/** What is being written; the name says that it is nothing yet. */
const PARTIAL = new RegExp(`\\.[0-9a-f]{8}\\.partial(${COMPANIONS.join("|")})?$`);

/** After this time, in ms, nobody is writing it any more. */
const PARTIAL_LIFE = 60 * 60 * 1000;

/** A moment as it stands in a file's name: `2026-11-21T03-00-00Z`. */
export function stampOf(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z").replaceAll(":", "-");
}

/** The moment of a stamp, in ms. */
export function timeOf(stamp: string): number {
  return Date.parse(stamp.replace(/T(\d\d)-(\d\d)-(\d\d)Z$/, "T$1:$2:$3Z"));
}

/** A name beside `file` for what is to become it. */
export function partialOf(file: string): string {
  return `${file}.${randomUUID().slice(0, 8)}.partial`;
}

/** Makes an empty file that only its owner may read, and takes away what others, killed long ago, have left there. */
export function startPartial(partial: string): void {
  const folder = dirname(partial);
  for (const name of readdirSync(folder)) {
    if (!PARTIAL.test(name)) continue;
    const { mtimeMs } = statSync(join(folder, name), { throwIfNoEntry: false }) ?? { mtimeMs: Infinity };
    if (Date.now() - mtimeMs > PARTIAL_LIFE) rmSync(join(folder, name), { force: true });
  }
  // Not `writeFileSync`, which narrows the mode only after it has created the file.
  closeSync(openSync(partial, "wx", 0o600));
}

export function removePartial(partial: string): void {
  for (const suffix of ["", ...COMPANIONS]) rmSync(partial + suffix, { force: true });
}

/** Whether anything stands there that a new database of this name would replace or suffer from. */
export function isTaken(file: string): boolean {
  return ["", ...COMPANIONS].some((suffix) => existsSync(file + suffix));
}

/** Whether `file` is the database or stands in for a part of it. */
export function isPartOf(database: string, file: string): boolean {
  const whole = real(database);
  return ["", ...COMPANIONS].some((suffix) => real(file) === whole + suffix);
}

/** The path without symbolic links: what SQLite keeps beside a database is beside the real one. */
export function real(file: string): string {
  return existsSync(file) ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file));
}

/**
 * Throws "is in use" while anybody has it open. Otherwise what a killed server has left in the WAL is part of the file,
 * unless that is damaged.
 */
export function settle(file: string): void {
  if (!existsSync(file)) return;
  try {
    settleSqlite(file);
  } catch (error) {
    const said = String(error);
    if (/is locked/.test(said)) throw new Error(`"${file}" is in use`, { cause: error });
    if (!/not a database|malformed/.test(said)) throw error;
  }
}

/**
 * Gives `partial` the name `file`, at once and for good. What was there is called `keep` from now on, if it is given,
 * else it is gone. Throws "is in use" while anybody has it open.
 */
export function putInPlace(partial: string, file: string, keep?: string): void {
  settle(file);
  syncFile(partial);
  if (keep !== undefined) {
    // Something stands beside it only when it could not be folded in.
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

/** What root makes for a server that runs as somebody else is that somebody's, as far as the system lets us. */
export function giveToOwner(file: string, folder: string): void {
  const { uid, gid } = statSync(folder);
  if (statSync(file).uid === uid) return;
  try {
    chownSync(file, uid, gid);
  } catch {
    // Only root may.
  }
}

/** `PREFIX2026-11-21T03-00-00ZSUFFIX`, or with `-2` and so on behind the time: a name that is free. */
export function freeName(prefix: string, now: number, suffix = ""): string {
  for (let n = 1;; n++) {
    const name = `${prefix}${stampOf(now)}${n === 1 ? "" : `-${n}`}${suffix}`;
    if (!isTaken(name)) return name;
  }
}

/** By a second name where the file system has such: then there is a database at every moment. */
function keepAs(file: string, name: string): void {
  try {
    linkSync(file, name);
  } catch {
    renameSync(file, name);
  }
}
