import { randomUUID } from "node:crypto";
import { closeSync, existsSync, openSync, rmSync, type Stats, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isOpenToOthers, octal, privateFiles } from "../../db/private_file.ts";
import { reason } from "../terminal/reason.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";
import { plural } from "../../views/quantity.ts";
import { word } from "./word.ts";

/** The place where everything is kept, and what the server has to write there. */
export function lookAtFolder(folder: string, databaseFile: string): Finding[] {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return [lookAtParent(folder)];
  if (!found.isDirectory()) {
    return [failure("data", `${folder} is not a folder`, "choose another with --data or DATA_DIR")];
  }
  const probe = tryToWrite(folder);
  if (probe instanceof Error) return [cannotWrite(folder, probe), ...lookAtMode(folder, found)];
  const locked = filesIn(folder, databaseFile).flatMap((file) => lookAtFile(file));
  const odd = [
    ...locked,
    ...lookAtOwner(databaseFile, probe),
    ...lookAtMode(folder, found),
    ...lookAtModes(folder, databaseFile),
  ];
  return odd.length > 0 ? odd : [ok("data", `${folder} can be written, and is closed to others`)];
}

/** Before the first start there is nothing; but it must be possible to make it. */
function lookAtParent(folder: string): Finding {
  let parent = dirname(resolve(folder));
  while (!existsSync(parent) && dirname(parent) !== parent) parent = dirname(parent);
  const probe = tryToWrite(parent);
  if (probe instanceof Error) return cannotWrite(parent, probe);
  return ok("data", `${folder} is not there yet: the first start makes it`);
}

/** Asked by doing, as the server does: what the file looked like that is gone again, or the error. */
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
    ? "make room on the disk"
    : "mend its permissions, or choose another folder with --data or DATA_DIR";
  return failure("data", `Cannot write to ${folder} (${reason(error)})`, advice);
}

function filesIn(folder: string, databaseFile: string): string[] {
  const database = ["", "-wal", "-shm"].map((end) => databaseFile + end);
  return [...database, join(folder, "signing.key")].filter((file) => existsSync(file));
}

/** Opened for writing, and nothing written. */
function lookAtFile(file: string): Finding[] {
  try {
    closeSync(openSync(file, file.endsWith(".key") ? "r" : "r+"));
    return [];
  } catch (error) {
    return [
      failure("data", `Cannot open ${file} (${reason(error)})`, "let the user who runs the server own it, with chown"),
    ];
  }
}

/** One's own user id, which the system is not asked for, is that of a file one has made. */
function lookAtOwner(databaseFile: string, own: Stats): Finding[] {
  if (Deno.build.os === "windows" || !existsSync(databaseFile)) return [];
  const { uid } = statSync(databaseFile);
  if (uid === own.uid) return [];
  return [
    warning(
      "data",
      `${databaseFile} belongs to user ${uid}, and this is user ${own.uid}: what is said here may not hold for the ` +
        "server",
      "run doctor as the user who runs the server; that user must own the files",
    ),
  ];
}

/** Messages and the key that makes logins are nobody else's to read. */
function lookAtMode(folder: string, found: Stats): Finding[] {
  if (!isOpenToOthers(found)) return [];
  const text = `${folder} is open to other users of this machine (mode ${octal(found)})`;
  return [failure("data", text, `chmod 700 ${word(folder)}`)];
}

/** Whatever the folder allows. The signing key has a look of its own. */
function lookAtModes(folder: string, databaseFile: string): Finding[] {
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
