import type { Session } from "./account.ts";
import type { ChatOptions } from "./options.ts";
import type { Printer } from "./printer.ts";
import type { Environment } from "./environment.ts";
import type { Terminal } from "./terminal.ts";

/** Who talks, about where to, on what. */
export interface ClientContext {
  readonly options: ChatOptions;
  readonly session: Session;
  readonly terminal: Terminal;
  readonly stdout: Printer;
  readonly stderr: Printer;
  readonly environment: Environment;
}

/** How long, in ms, one who wants to leave waits for what was said to be stored. */
export const LEAVING_MS = 5_000;
