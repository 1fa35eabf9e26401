import type { Room, User } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import { T0 } from "./cast.ts";
import { change } from "./sqlite.ts";

/** Creates another room with these members, in a database that may be open. */
export async function addRoom(
  { store, file }: { store: Store; file: string },
  slug: string,
  members: readonly User[],
): Promise<Room> {
  insertRoom(file, slug, members.map(({ id }) => id));
  return (await store.rooms.findFor(members[0]!.id, slug))!;
}

/** The same in the database of a running server. */
export function insertRoom(file: string, slug: string, members: readonly number[]): void {
  const quoted = `'${slug}'`;
  change(
    file,
    `begin immediate;
    insert into rooms (slug, name, head, for_everybody, created_at, members, folded)
      values (${quoted}, ${quoted}, 0, 0, ${T0}, ${members.length}, ${quoted});
    ${
      members.map((id) =>
        `insert into members (room_id, user_id, joined_at, seen_seq) select id, ${id}, ${T0}, 0 from rooms where slug = ${quoted};`
      ).join("\n")
    }
    commit;`,
  );
}

/** Removes a member from a room. */
export function removeMember(file: string, room: Room, user: User): void {
  change(file, `delete from members where room_id = ${room.id} and user_id = ${user.id}`);
}
