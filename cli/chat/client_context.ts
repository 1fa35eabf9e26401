import type { Session } from "./account.ts";
import type { ChatOptions } from "./options.ts";
import type { Printer } from "./printer.ts";
import type { Environment } from "./environment.ts";
import type { Terminal } from "./terminal.ts";

/** The session, options and streams of one run. */
export interface ClientContext {
  readonly options: ChatOptions;
  readonly session: Session;
  readonly terminal: Terminal;
  readonly stdout: Printer;
  readonly stderr: Printer;
  readonly environment: Environment;
}

/** How long leaving waits for unconfirmed messages, in ms. */
export const LEAVING_MS = 5_000;
