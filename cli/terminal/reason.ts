import { ChatError } from "../../db/errors.ts";

/** The message of an error, in one line. For an error of the store, that of the database engine. */
export function reason(error: unknown): string {
  const told = error instanceof ChatError ? error.cause ?? error : error;
  return (told instanceof Error ? told.message : String(told)).split("\n")[0]!;
}
