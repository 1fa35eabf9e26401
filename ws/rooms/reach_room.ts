import { ChatError } from "../../db/errors.ts";
import type { Room, User } from "../../db/model.ts";
import { roomSlug } from "../../db/rules.ts";
import type { Store } from "../../db/store.ts";

/** The room, if this user may see it. Throws `not_found`, the same for a room that is hidden and for one that is absent. */
export async function reachRoom(store: Store, user: User, slug: string): Promise<Room> {
  const room = roomSlug.safeParse(slug).success ? await store.rooms.findFor(user.id, slug) : undefined;
  if (!room) throw new ChatError("not_found", "Room not found");
  return room;
}
