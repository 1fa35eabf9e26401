import { randomUUID } from "node:crypto";
import { existsSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { reason } from "../terminal/reason.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";
import { formatBytes } from "../../views/quantity.ts";

/** Below this many bytes a busy day may end in a full disk. */
const LITTLE = 1e9;

/** Below this many bytes it is as good as full: the WAL alone grows to 64 MB. */
const NOTHING = 100e6;

/** What is written where the system does not say how much is free, or a quota may forbid it, in bytes. */
const TRIAL = 4e6;

const MAKE_ROOM = "make room (logs, old files in backups/), or stop the server, move the folder to a larger disk and " +
  "start it there with --data";

/** The room on the disks where the server writes. */
export function lookAtDisks(dataDir: string, databaseFile: string): Finding[] {
  const folders = [...new Set([dataDir, dirname(databaseFile)].map(nearest))];
  return folders.map(lookAtDisk);
}

/** The folder itself, or where it will be made. */
function nearest(folder: string): string {
  let found = resolve(folder);
  while (!isFolder(found) && dirname(found) !== found) found = dirname(found);
  return found;
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function lookAtDisk(folder: string): Finding {
  const room = roomOn(folder);
  const said = room ? `${formatBytes(room.free)} of ${formatBytes(room.size)} free in ${folder}` : `${folder}`;
  const facts = { folder, ...room };
  if (room && room.free < TRIAL) return full(said, facts);
  if (room && room.free < NOTHING) return failure("disk", `nearly full: only ${said}`, MAKE_ROOM, facts);
  // The trial must not take the last bytes away from a server that runs; here there are more than enough.
  const error = tryToFill(folder);
  if (error !== undefined) {
    if (!/ENOSPC|EDQUOT|no space|quota/i.test(error)) {
      return ok("disk", `${said}; not tried by writing (${error})`, facts);
    }
    return full(`${said}, but ${formatBytes(TRIAL)} could not be written (${error})`, facts);
  }
  if (!room) {
    return ok("disk", `${formatBytes(TRIAL)} could be written in ${folder}; how much more is not known`, facts);
  }
  if (room.free < LITTLE || room.free < room.size / 10) {
    return warning("disk", `only ${said}`, MAKE_ROOM, facts);
  }
  return ok("disk", said, facts);
}

function full(said: string, facts: Finding["facts"]): Finding {
  const text = `full: ${said}. What was acknowledged is safe; nothing more can be stored`;
  return failure("disk", text, `${MAKE_ROOM}. A running server stores again as soon as there is room`, facts);
}

/** Bytes; undefined where the system does not tell. */
function roomOn(folder: string): { free: number; size: number } | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    return { free: bavail * bsize, size: blocks * bsize };
  } catch {
    return undefined;
  }
}

/** Writes some MB, takes them away again, and says what went wrong. */
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
