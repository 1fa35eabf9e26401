import { ChatError } from "../../db/errors.ts";
import type { Room, User } from "../../db/model.ts";
import { roomSlug } from "../../db/rules.ts";
import type { Store } from "../../db/store.ts";

/** Loads a room that the user may see. Throws `not_found` for a hidden room as for a missing one. */
export async function loadRoom(store: Store, user: User, slug: string): Promise<Room> {
  const room = roomSlug.safeParse(slug).success ? await store.rooms.findFor(user.id, slug) : undefined;
  if (!room) throw new ChatError("not_found", "Room not found");
  return room;
}
