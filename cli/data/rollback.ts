import { existsSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { messagesSince, newestSnapshot, snapshotFolder } from "../../db/backup/snapshot.ts";
import { readArguments } from "../terminal/arguments.ts";
import { readPlace, StartError } from "../settings/config.ts";
import { putBack } from "./restore.ts";
import type { Shell } from "../terminal/shell.ts";

const USAGE = `Usage: chatterbox rollback [--force] [--data FOLDER]

Goes back to the database as it was before the last upgrade: the newest copy that was kept before a migration and that
this version can open. Stop the server first: while it runs nothing is done. Everything that has happened since leaves
the chat; the present database is kept beside it, by the name that is printed. Then start the version you had before.

  --force   do not ask
  --data    the folder of the server's data; also DATA_DIR and DATABASE_URL      ./data`;

/** `chatterbox rollback`. */
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
      `Cannot roll back ${databaseFile}: no copy from before an upgrade that this version can open is in ` +
        `${snapshotFolder(databaseFile)}; choose the folder with --data, or restore a backup`,
    );
  }
  const { file, time } = snapshot;
  shell.note(
    `Back to ${file}: everything since ${new Date(time).toISOString()} leaves the chat${lost(databaseFile, time)}`,
  );
  if (!values.force && !await isMeant(shell)) throw new StartError("Nothing has been changed");
  await putBack({ file, databaseFile, label: "rollback", force: true }, shell);
  return 0;
}

function lost(databaseFile: string, time: number): string {
  const messages = existsSync(databaseFile) ? messagesSince(databaseFile, time) : undefined;
  return messages === undefined ? "" : messages === 1 ? ", 1 message" : `, ${messages} messages`;
}

/** Asks whoever sits there. */
async function isMeant(shell: Shell): Promise<boolean> {
  if (!shell.stdin.isTTY) throw new StartError("Cannot ask whether that is meant, without a terminal: add --force");
  shell.note("Type yes to go back:");
  const lines = createInterface({ input: shell.stdin });
  try {
    for await (const line of lines) return line.trim().toLowerCase() === "yes";
    return false;
  } finally {
    lines.close();
  }
}
