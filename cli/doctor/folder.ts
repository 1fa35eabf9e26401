import { randomUUID } from "node:crypto";
import { closeSync, existsSync, openSync, rmSync, type Stats, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isOpenToOthers, octal, privateFiles } from "../../db/private_file.ts";
import { reason } from "../terminal/reason.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";
import { plural } from "../../views/quantity.ts";
import { word } from "./word.ts";

/** Checks the data directory and the files that the server writes. */
export function checkFolder(folder: string, databaseFile: string): Finding[] {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return [checkParent(folder)];
  if (!found.isDirectory()) {
    return [failure("data", `${folder} is not a folder`, "choose another with --data or DATA_DIR")];
  }
  const probe = tryToWrite(folder);
  if (probe instanceof Error) return [cannotWrite(folder, probe), ...checkMode(folder, found)];
  const locked = filesIn(folder, databaseFile).flatMap((file) => checkFile(file));
  const odd = [
    ...locked,
    ...checkOwner(databaseFile, probe),
    ...checkMode(folder, found),
    ...checkModes(folder, databaseFile),
  ];
  return odd.length > 0 ? odd : [ok("data", `${folder} is writable, and private`)];
}

/** Before the first start the folder does not exist, but it must be possible to create it. */
function checkParent(folder: string): Finding {
  let parent = dirname(resolve(folder));
  while (!existsSync(parent) && dirname(parent) !== parent) parent = dirname(parent);
  const probe = tryToWrite(parent);
  if (probe instanceof Error) return cannotWrite(parent, probe);
  return ok("data", `${folder} does not exist yet: the first start creates it`);
}

/** Creates a file, as the server does, and removes it. Returns its attributes, or the error. */
function tryToWrite(folder: string): Stats | Error {
  const file = join(folder, `.probe-${randomUUID()}`);
  try {
    writeFileSync(file, "", { flag: "wx" });
    return statSync(file);
  } catch (error) {
    return error as Error;
  } finally {
    rmSync(file, { force: true });
  }
}

function cannotWrite(folder: string, error: Error): Finding {
  const advice = /ENOSPC|no space/i.test(error.message)
    ? "free disk space"
    : "fix its permissions, or choose another folder with --data or DATA_DIR";
  return failure("data", `Cannot write to ${folder} (${reason(error)})`, advice);
}

function filesIn(folder: string, databaseFile: string): string[] {
  const database = ["", "-wal", "-shm"].map((end) => databaseFile + end);
  return [...database, join(folder, "signing.key")].filter((file) => existsSync(file));
}

/** Opens a file for writing without changing it. */
function checkFile(file: string): Finding[] {
  try {
    closeSync(openSync(file, file.endsWith(".key") ? "r" : "r+"));
    return [];
  } catch (error) {
    return [
      failure(
        "data",
        `Cannot open ${file} (${reason(error)})`,
        "make the user who runs the server its owner, with chown",
      ),
    ];
  }
}

/**
 * Compares owners. Our own user id is that of a file that we have created: asking the system needs another permission.
 */
function checkOwner(databaseFile: string, own: Stats): Finding[] {
  if (Deno.build.os === "windows" || !existsSync(databaseFile)) return [];
  const { uid } = statSync(databaseFile);
  if (uid === own.uid) return [];
  return [
    warning(
      "data",
      `${databaseFile} belongs to user ${uid}, but doctor runs as user ${own.uid}: its results may not apply to the server`,
      "run doctor as the user who runs the server, who must own the files",
    ),
  ];
}

/** Other users of the machine must not read messages or the signing key. */
function checkMode(folder: string, found: Stats): Finding[] {
  if (!isOpenToOthers(found)) return [];
  const text = `${folder} is open to other users of this machine (mode ${octal(found)})`;
  return [failure("data", text, `chmod 700 ${word(folder)}`)];
}

/** Files must be private whatever the folder's mode. The signing key has a check of its own. */
function checkModes(folder: string, databaseFile: string): Finding[] {
  const files = privateFiles(folder, databaseFile).filter((file) => !file.endsWith("signing.key"));
  const open = files.flatMap((file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found !== undefined && isOpenToOthers(found) ? [{ file, mode: octal(found) }] : [];
  });
  if (open.length === 0) return [];
  const [{ file, mode }] = open as [typeof open[0]];
  const others = open.length === 1 ? " is" : ` and ${plural(open.length - 1, "other file")} are`;
  const command = `chmod 600 ${open.map(({ file }) => word(file)).join(" ")}`;
  return [failure("data", `${file} (mode ${mode})${others} open to other users of this machine`, command)];
}
