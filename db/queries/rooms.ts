import type { Kysely } from "kysely";
import type { RoomId, SeenMark, UserId } from "../model.ts";
import type { Schema } from "../schema/tables.ts";
import type { Connections } from "./connections.ts";
import { type Rooms, ROOMS_MAX } from "../store.ts";

/** The two furthest read positions; see `isSeen`. */
export async function seenMarks(db: Kysely<Schema>, room: RoomId): Promise<SeenMark[]> {
  const rows = await db.selectFrom("members").innerJoin("users", "users.id", "members.user_id")
    .select(["users.id", "users.username", "members.seen_seq"])
    .where("members.room_id", "=", room).where("members.seen_seq", ">", 0)
    .orderBy("members.seen_seq", "desc").limit(2).execute();
  return rows.map((row) => ({ user: { id: row.id, username: row.username }, seq: row.seen_seq }));
}

export function rooms({ read, write }: Connections): Rooms {
  async function memberships(user: UserId): ReturnType<Rooms["memberships"]> {
    const rows = await read.selectFrom("members").innerJoin("rooms", "rooms.id", "members.room_id")
      .select(["rooms.id", "rooms.slug", "rooms.name", "rooms.head", "members.seen_seq"])
      .where("members.user_id", "=", user).orderBy("rooms.name").orderBy("rooms.id").limit(ROOMS_MAX).execute();
    return rows.map(({ seen_seq, ...room }) => ({ room, seen: seen_seq }));
  }

  return {
    async findFor(user, slug) {
      return await read.selectFrom("rooms").innerJoin("members", "members.room_id", "rooms.id")
        .select(["rooms.id", "rooms.slug", "rooms.name", "rooms.head"])
        .where("rooms.slug", "=", slug).where("members.user_id", "=", user).executeTakeFirst();
    },

    memberships,

    async countMembers(room) {
      const { count } = await read.selectFrom("members").select((e) => e.fn.countAll<number>().as("count"))
        .where("room_id", "=", room).executeTakeFirstOrThrow();
      return count;
    },

    recent(room, count) {
      return read.transaction().execute(async (db) => {
        const { head } = await db.selectFrom("rooms").select("head").where("id", "=", room).executeTakeFirstOrThrow();
        const rows = await db.selectFrom("messages").select(["seq", "author_id as author"])
          .where("room_id", "=", room).where("deleted_at", "is", null)
          .orderBy("seq", "desc").limit(count + 1).execute();
        const messages = rows.slice(0, count).reverse().map(({ seq, author }) => ({ seq, author }));
        return { head, from: rows[count]?.seq ?? 0, messages };
      });
    },

    async countUnread(room, user, seen, most) {
      const rows = await read.selectFrom("messages").select("id")
        .where("room_id", "=", room).where("seq", ">", seen).where("deleted_at", "is", null)
        .where("author_id", "<>", user).limit(most).execute();
      return rows.length;
    },

    async of(user) {
      return (await memberships(user)).map(({ room }) => room);
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
