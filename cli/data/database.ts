import { StartError } from "../settings/config.ts";
import { reason } from "../terminal/reason.ts";

/** What to do about what an error says; the first that fits. */
export type Advice = readonly [said: RegExp, advice: string];

const ADVICE: readonly Advice[] = [
  [/not a (Chatterbox )?database|another program/, "move that file away, or choose another folder with --data"],
  [/malformed/, "it is damaged; restore a backup"],
  [/newer version/, "run that version, or go back to where it was before with chatterbox rollback"],
  [/older version/, "start the server of this version on it once, which brings it up to date"],
  [/disk is full|no space/i, "make room on the disk; nothing has been changed"],
  [/is in use/, "stop the server that runs on it"],
  [/locked/, "another program keeps it locked; try again in a moment"],
  [/already exists/, "add --force to replace it"],
  [/no such file or directory|ENOENT/i, "make the folder first"],
];

/** The one line that says why a database cannot be used, and what to do about it. */
export function unusable(file: string, error: unknown, doing: "open" | "write to" = "open"): StartError {
  return cannot(`${doing} the database ${file}`, error);
}

/** The one line that says what cannot be done, why, and what to do about it. What is in `advice` comes first. */
export function cannot(doing: string, error: unknown, advice: readonly Advice[] = []): StartError {
  const said = reason(error);
  const [, todo] = [...advice, ...ADVICE].find(([pattern]) => pattern.test(said)) ??
    [, "check the permissions and the disk"];
  return new StartError(`Cannot ${doing} (${said}): ${todo}`, { cause: error });
}
