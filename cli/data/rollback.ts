import { existsSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { messagesSince, newestSnapshot, snapshotFolder } from "../../db/backup/snapshot.ts";
import { readArguments } from "../terminal/arguments.ts";
import { readPlace, StartError } from "../settings/config.ts";
import { putBack } from "./restore.ts";
import type { Shell } from "../terminal/shell.ts";

const USAGE = `Usage: chatterbox rollback [--force] [--data FOLDER]

Restores the database from before the last upgrade: the newest copy that was made before a migration and that this
version can open. Stop the server first: the command refuses to run beside it. Everything since then is removed from
the chat; the present database is kept beside it under the name printed. Afterwards, start the previous version.

  --force   do not ask
  --data    the server's data directory; also DATA_DIR and DATABASE_URL      ./data`;

export async function rollback(args: string[], shell: Shell): Promise<number> {
  const { values } = readArguments("rollback", args, {
    options: { data: { type: "string" }, force: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    most: 0,
  });
  if (values.help) {
    shell.print(USAGE);
    return 0;
  }
  const { databaseFile } = readPlace(values.data, shell.env);
  const snapshot = newestSnapshot(databaseFile);
  if (!snapshot) {
    throw new StartError(
      `Cannot roll back ${databaseFile}: this version can open no copy from before an upgrade in ` +
        `${snapshotFolder(databaseFile)}; choose the folder with --data, or restore a backup`,
    );
  }
  const { file, time } = snapshot;
  shell.note(
    `This restores ${file} and removes everything since ${new Date(time).toISOString()}${lost(databaseFile, time)}`,
  );
  if (!values.force && !await isConfirmed(shell)) throw new StartError("Nothing has been changed");
  await putBack({ file, databaseFile, label: "rollback", force: true }, shell);
  return 0;
}

function lost(databaseFile: string, time: number): string {
  const messages = existsSync(databaseFile) ? messagesSince(databaseFile, time) : undefined;
  return messages === undefined ? "" : messages === 1 ? ", 1 message" : `, ${messages} messages`;
}

/** Asks the user for confirmation. */
async function isConfirmed(shell: Shell): Promise<boolean> {
  if (!shell.stdin.isTTY) throw new StartError("Cannot ask for confirmation without a terminal: add --force");
  shell.note("Type yes to continue:");
  const lines = createInterface({ input: shell.stdin });
  try {
    for await (const line of lines) return line.trim().toLowerCase() === "yes";
    return false;
  } finally {
    lines.close();
  }
}
