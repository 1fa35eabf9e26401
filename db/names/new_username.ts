import { ChatError } from "../errors.ts";
import { isReserved, looksLike } from "./confusable.ts";

interface Rules {
  /** The instance's name, which no user may take. */
  readonly instance: string;
  /** Whether a name contains a forbidden word. */
  forbids(name: string): Promise<boolean>;
}

/**
 * Throws `invalid` for a name that is not allowed. Similarity to existing names is checked by the store, which creates
 * one user at a time.
 */
export async function checkNewUsername(username: string, { instance, forbids }: Rules): Promise<void> {
  if (isReservedHere(username, instance)) throw refused(`Username "${username}" is reserved, choose another`);
  if (await forbids(username)) throw refused("Username contains a forbidden word, choose another");
}

export function isReservedHere(username: string, instance: string): boolean {
  return isReserved(username) || looksLike(username, instance);
}

function refused(message: string): ChatError {
  return new ChatError("invalid", message, { field: "username" });
}
