import { ChatError } from "../errors.ts";
import { isReserved, looksLike } from "./confusable.ts";

interface Rules {
  /** What the instance is called: nobody speaks in its name. */
  readonly instance: string;
  /** Whether the words in a name are not taken. */
  forbids(name: string): Promise<boolean>;
}

/**
 * Throws `invalid` for a name that nobody may choose. Whose name it looks like is asked by the store, which creates one
 * account at a time.
 */
export async function checkNewUsername(username: string, { instance, forbids }: Rules): Promise<void> {
  if (isReservedHere(username, instance)) throw refused(`Username "${username}" is reserved, choose another`);
  if (await forbids(username)) throw refused("Username has a word that is not taken here, choose another");
}

export function isReservedHere(username: string, instance: string): boolean {
  return isReserved(username) || looksLike(username, instance);
}

function refused(message: string): ChatError {
  return new ChatError("invalid", message, { field: "username" });
}
