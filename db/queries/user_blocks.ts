import { type Kysely, sql } from "kysely";
import { ChatError } from "../errors.ts";
import type { UserId } from "../model.ts";
import type { Schema } from "../schema/tables.ts";
import { BLOCKS_MAX, type Rooms } from "../store_rooms.ts";
import type { Connections } from "./connections.ts";
import { person } from "./person.ts";

/** Throws `forbidden` if this user has blocked one of the others, or is blocked by one. */
export async function assertNoBlock(db: Kysely<Schema>, user: UserId, others: readonly UserId[]): Promise<void> {
  const block = await db.selectFrom("user_blocks").select("user_id").where((e) =>
    e.or([
      e.and([e("user_id", "=", user), e("blocked_id", "in", others)]),
      e.and([e("blocked_id", "=", user), e("user_id", "in", others)]),
    ])
  ).executeTakeFirst();
  if (block) throw new ChatError("forbidden", "You cannot exchange direct messages with this user");
}

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
