import type process from "node:process";
import type { Environment } from "./config.ts";

/** What a subcommand sees of the world around it. */
export interface Shell {
  readonly version: string;
  readonly env: Environment;
  readonly stdin: typeof process.stdin;
  /** One line for whoever uses the result. */
  print(line: string): void;
  /** One line for whoever watches. */
  note(line: string): void;
}

/**
 * Does what it is told by `args` and resolves to the exit status. Throws `UsageError` (2) or `StartError` (1) for what
 * the person who called it can mend.
 */
export type Subcommand = (args: string[], shell: Shell) => Promise<number>;
