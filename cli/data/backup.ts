import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { backupDatabase, backupName } from "../../db/backup/copy.ts";
import { readArguments } from "../terminal/arguments.ts";
import { readPlace, StartError, UsageError } from "../settings/config.ts";
import { formatBytes } from "../../views/quantity.ts";
import { cannot } from "./database.ts";
import type { Shell } from "../terminal/shell.ts";

const USAGE = `Usage: chatterbox backup FILE [--force] [--data FOLDER]

Copies the current database to FILE. A running server is not interrupted. If FILE is a folder, the copy is named after
the time. The copy is a single file, is verified, and never appears incomplete.

  --force   replace FILE if it exists
  --data    the server's data directory; also DATA_DIR and DATABASE_URL      ./data

The backup does not contain the signing key: it cannot be used to log in as anyone, and when it is restored without the
key, users have to log in again.`;

export async function backup(args: string[], shell: Shell): Promise<number> {
  const { values, positionals: [given] } = readArguments("backup", args, {
    options: { data: { type: "string" }, force: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    most: 1,
  });
  if (values.help) {
    shell.print(USAGE);
    return 0;
  }
  if (!given) throw new UsageError("FILE is missing; see chatterbox backup --help");
  const { databaseFile } = readPlace(values.data, shell.env);
  if (!existsSync(databaseFile)) {
    throw new StartError(`There is no database ${databaseFile}: choose its folder with --data`);
  }
  const file = existsSync(given) && statSync(given).isDirectory() ? join(given, backupName(Date.now())) : given;
  try {
    const bytes = await backupDatabase({ from: databaseFile, to: file, force: values.force ?? false });
    shell.print(`${file}: ${formatBytes(bytes)}`);
    return 0;
  } catch (error) {
    throw cannot(`back up ${databaseFile} to ${file}`, error, [
      [/the database itself/, "choose another FILE"],
      [/is in use/, "choose another FILE"],
      [/not a Chatterbox database/, "choose the server's data directory with --data"],
      [/not a database/, "it is damaged; restore a backup"],
    ]);
  }
}
