import { StartError } from "./config.ts";
import { reason } from "./reason.ts";

const ADVICE: readonly [said: RegExp, advice: string][] = [
  [/not a database/, "move that file away, or choose another folder with --data"],
  [/malformed/, "it is damaged; restore a backup"],
  [/newer version/, "run that version, or restore a backup"],
  [/older version/, "start the server of this version on it once, which brings it up to date"],
  [/locked/, "another program keeps it locked; try again in a moment"],
];

/** The one line that says why a database cannot be used, and what to do about it. */
export function unusable(file: string, error: unknown, doing: "open" | "write to" = "open"): StartError {
  const said = reason(error);
  const [, advice] = ADVICE.find(([pattern]) => pattern.test(said)) ?? [, "check its permissions and the disk"];
  return new StartError(`Cannot ${doing} the database ${file} (${said}): ${advice}`);
}
