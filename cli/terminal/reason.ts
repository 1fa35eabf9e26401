import { ChatError } from "../../db/errors.ts";

/** What an error says, in one line; of what the store could not do, what the engine said. */
export function reason(error: unknown): string {
  const told = error instanceof ChatError ? error.cause ?? error : error;
  return (told instanceof Error ? told.message : String(told)).split("\n")[0]!;
}
