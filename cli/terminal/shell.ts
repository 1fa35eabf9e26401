import type process from "node:process";
import type { Environment } from "../settings/config.ts";

/** What a subcommand sees of the world around it. */
export interface Shell {
  readonly version: string;
  readonly env: Environment;
  readonly stdin: typeof process.stdin;
  /** Where a person is asked. */
  readonly stderr: typeof process.stderr;
  /** One line for whoever uses the result. */
  print(line: string): void;
  /** One line for whoever watches. */
  note(line: string): void;
  /** Aborted when a signal asks the program to stop; from the first call on, that no longer ends it by itself. */
  interrupted(): AbortSignal;
}

/**
 * Does what it is told by `args` and resolves to the exit status. Throws `UsageError` (2) or `StartError` (1) for what
 * the person who called it can mend.
 */
export type Subcommand = (args: string[], shell: Shell) => Promise<number>;
