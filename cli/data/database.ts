import { StartError } from "../settings/config.ts";
import { reason } from "../terminal/reason.ts";

/** A pattern of an error message, and what to do about it. The first match counts. */
export type Advice = readonly [said: RegExp, advice: string];

const ADVICE: readonly Advice[] = [
  [/not a (Chatterbox )?database|another program/, "move that file away, or choose another folder with --data"],
  [/malformed/, "it is damaged; restore a backup"],
  [/newer version/, "run that version, or go back to the database before the upgrade with chatterbox rollback"],
  [/older version/, "start this version's server once, which upgrades it"],
  [/disk is full|no space/i, "free disk space; nothing has been changed"],
  [/is in use/, "stop the server that uses it"],
  [/locked/, "another program has locked it; try again in a moment"],
  [/already exists/, "add --force to replace it"],
  [/no such file or directory|ENOENT/i, "create the folder first"],
];

/** The one-line error for an unusable database: why, and what to do. */
export function unusable(file: string, error: unknown, doing: "open" | "write to" = "open"): StartError {
  return cannot(`${doing} the database ${file}`, error);
}

/** The one-line error for an action that failed: what, why, and what to do. `advice` takes precedence. */
export function cannot(doing: string, error: unknown, advice: readonly Advice[] = []): StartError {
  const said = reason(error);
  const [, todo] = [...advice, ...ADVICE].find(([pattern]) => pattern.test(said)) ??
    [, "check the permissions and the disk"];
  return new StartError(`Cannot ${doing} (${said}): ${todo}`, { cause: error });
}
