import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { restoreDatabase } from "../../db/backup/restore.ts";
import { readArguments } from "../terminal/arguments.ts";
import { readPlace, UsageError } from "../settings/config.ts";
import { cannot } from "./database.ts";
import type { Shell } from "../terminal/shell.ts";

const USAGE = `Usage: chatterbox restore FILE [--force] [--data FOLDER]

Replaces the database with a copy of the backup FILE. Stop the server first: the command refuses to run beside it.
FILE is verified before anything is changed.

  --force   replace an existing database, which is kept beside it under the name printed
  --data    the server's data directory; also DATA_DIR and DATABASE_URL      ./data`;

export async function restore(args: string[], shell: Shell): Promise<number> {
  const { values, positionals: [file] } = readArguments("restore", args, {
    options: { data: { type: "string" }, force: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    most: 1,
  });
  if (values.help) {
    shell.print(USAGE);
    return 0;
  }
  if (!file) throw new UsageError("FILE is missing; see chatterbox restore --help");
  const { databaseFile } = readPlace(values.data, shell.env);
  await putBack({ file, databaseFile, label: "restore", force: values.force ?? false }, shell);
  return 0;
}

/** Restores and prints the result. Throws `StartError`. */
export async function putBack(
  { file, databaseFile, label, force }: { file: string; databaseFile: string; label: string; force: boolean },
  shell: Shell,
): Promise<void> {
  try {
    mkdirSync(dirname(databaseFile), { recursive: true, mode: 0o700 });
    const kept = await restoreDatabase({ from: file, to: databaseFile, label, force, now: Date.now() });
    shell.print(`Restored ${databaseFile} from ${file}`);
    if (kept !== undefined) shell.print(`The previous database is kept as ${kept}`);
  } catch (error) {
    throw cannot(`restore ${databaseFile} from ${file}`, error, [
      [/not a (Chatterbox )?database|malformed|does not exist|not a file|the database itself/, "choose another backup"],
      [/newer version/, "restore it with that version, or choose another backup"],
      [/already exists/, "add --force to replace it; the present database will be kept beside it"],
    ]);
  }
}
