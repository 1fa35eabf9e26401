import { sql } from "kysely";
import { ChatError } from "../errors.ts";
import { BLOCKS_MAX, type Rooms } from "../store_rooms.ts";
import type { Connections } from "./connections.ts";
import { person } from "./person.ts";

/** Users whom a user has blocked. */
export function userBlocks({ read, write }: Connections): Pick<Rooms, "blockedBy" | "block" | "unblock"> {
  return {
    async blockedBy(user) {
      const rows = await read.selectFrom("user_blocks").innerJoin("users", "users.id", "user_blocks.blocked_id")
        .select(["users.id", "users.username", "users.deleted_at"]).where("user_blocks.user_id", "=", user)
        .orderBy(sql`lower(users.username)`).execute();
      return rows.map((row) => person(row.id, row.username, row.deleted_at));
    },

    async block(user, blocked, now) {
      await write(async (db) => {
        const { count } = await db.selectFrom("user_blocks").select((e) => e.fn.countAll<number>().as("count"))
          .where("user_id", "=", user).executeTakeFirstOrThrow();
        if (Number(count) >= BLOCKS_MAX) throw new ChatError("conflict", `You can block at most ${BLOCKS_MAX} users`);
        await db.insertInto("user_blocks").values({ user_id: user, blocked_id: blocked, created_at: now })
          .onConflict((c) => c.doNothing()).execute();
      });
    },

    async unblock(user, blocked) {
      await write((db) =>
        db.deleteFrom("user_blocks").where("user_id", "=", user).where("blocked_id", "=", blocked).execute()
      );
    },
  };
}
