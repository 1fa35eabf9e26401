import { randomUUID } from "node:crypto";
import { existsSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { reason } from "../terminal/reason.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";
import { formatBytes } from "../../views/quantity.ts";

/** Free space, in bytes, below which a busy day may fill the disk. */
const LITTLE = 1e9;

/** Free space, in bytes, that counts as none: the WAL alone grows to 64 MB. */
const NOTHING = 100e6;

/** Bytes written as a test, because the free space may be unknown or a quota may apply. */
const TRIAL = 4e6;

const MAKE_ROOM =
  "free space (logs, old files in backups/), or stop the server, move the folder to a larger disk and " +
  "start it there with --data";

/** Checks the free space on the disks that the server writes to. */
export function checkDisks(dataDir: string, databaseFile: string): Finding[] {
  const folders = [...new Set([dataDir, dirname(databaseFile)].map(nearest))];
  return folders.map(checkDisk);
}

/** The folder, or the nearest existing parent. */
function nearest(folder: string): string {
  let found = resolve(folder);
  while (!isFolder(found) && dirname(found) !== found) found = dirname(found);
  return found;
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function checkDisk(folder: string): Finding {
  const room = roomOn(folder);
  const said = room ? `${formatBytes(room.free)} of ${formatBytes(room.size)} free in ${folder}` : `${folder}`;
  const facts = { folder, ...room };
  if (room && room.free < TRIAL) return full(said, facts);
  if (room && room.free < NOTHING) return failure("disk", `nearly full: only ${said}`, MAKE_ROOM, facts);
  // There is enough space that the test cannot take the last bytes from a running server.
  const error = tryToFill(folder);
  if (error !== undefined) {
    if (!/ENOSPC|EDQUOT|no space|quota/i.test(error)) {
      return ok("disk", `${said}; not tested by writing (${error})`, facts);
    }
    return full(`${said}, but ${formatBytes(TRIAL)} could not be written (${error})`, facts);
  }
  if (!room) return ok("disk", `${formatBytes(TRIAL)} could be written in ${folder}; the free space is unknown`, facts);
  if (room.free < LITTLE || room.free < room.size / 10) {
    return warning("disk", `only ${said}`, MAKE_ROOM, facts);
  }
  return ok("disk", said, facts);
}

function full(said: string, facts: Finding["facts"]): Finding {
  const text = `full: ${said}. Acknowledged messages are safe; no more can be stored`;
  return failure("disk", text, `${MAKE_ROOM}. A running server resumes when there is space`, facts);
}

/** In bytes; undefined where the system does not report it. */
function roomOn(folder: string): { free: number; size: number } | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    return { free: bavail * bsize, size: blocks * bsize };
  } catch {
    return undefined;
  }
}

/** Writes a few MB and deletes them. Returns the error, if any. */
function tryToFill(folder: string): string | undefined {
  const file = join(folder, `.probe-${randomUUID()}`);
  try {
    writeFileSync(file, new Uint8Array(TRIAL), { flag: "wx" });
    return undefined;
  } catch (error) {
    return reason(error);
  } finally {
    rmSync(file, { force: true });
  }
}
