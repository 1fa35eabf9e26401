import type { Person, UserId } from "../model.ts";

/** A user as others are told of them; whose account is gone has no name of their own any more. */
export function person(id: UserId, username: string, deletedAt: number | null): Person {
  return deletedAt === null ? { id, username } : { id, username, isDeleted: true };
}
