import type process from "node:process";
import type { Environment } from "../settings/config.ts";

/** The environment of a subcommand. */
export interface Shell {
  readonly version: string;
  readonly env: Environment;
  readonly stdin: typeof process.stdin;
  /** For prompts. */
  readonly stderr: typeof process.stderr;
  /** Prints one line of the result. */
  print(line: string): void;
  /** Prints one line of information, on stderr. */
  note(line: string): void;
  /** Aborted by a signal to stop. After the first call, such a signal no longer ends the program by itself. */
  interrupted(): AbortSignal;
}

/**
 * Runs a subcommand and resolves to the exit status. Throws `UsageError` (2) or `StartError` (1) for problems that the
 * caller can fix.
 */
export type Subcommand = (args: string[], shell: Shell) => Promise<number>;
