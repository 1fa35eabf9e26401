import type { Kysely } from "kysely";
import type { RoomId, SeenMark } from "../model.ts";
import type { Schema } from "../schema/tables.ts";
import type { Connections } from "./connections.ts";
import type { Rooms } from "../store.ts";

/** The two furthest readers; see `isSeen`. */
export async function seenMarks(db: Kysely<Schema>, room: RoomId): Promise<SeenMark[]> {
  const rows = await db.selectFrom("members").innerJoin("users", "users.id", "members.user_id")
    .select(["users.id", "users.username", "members.seen_seq"])
    .where("members.room_id", "=", room).where("members.seen_seq", ">", 0)
    .orderBy("members.seen_seq", "desc").limit(2).execute();
  return rows.map((row) => ({ user: { id: row.id, username: row.username }, seq: row.seen_seq }));
}

export function rooms({ read, write }: Connections): Rooms {
  return {
    async findFor(user, slug) {
      return await read.selectFrom("rooms").innerJoin("members", "members.room_id", "rooms.id")
        .select(["rooms.id", "rooms.slug", "rooms.name", "rooms.head"])
        .where("rooms.slug", "=", slug).where("members.user_id", "=", user).executeTakeFirst();
    },

    async markSeen(room, marks) {
      await write(async (db) => {
        for (const { user, seq } of marks) {
          await db.updateTable("members").set({ seen_seq: seq })
            .where("room_id", "=", room).where("user_id", "=", user).where("seen_seq", "<", seq).execute();
        }
      });
    },
  };
}
