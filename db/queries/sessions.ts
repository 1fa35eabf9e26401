import { toUser, userColumns } from "./users.ts";
import type { Connections } from "./connections.ts";
import type { Sessions } from "../store.ts";

export function sessions({ read, write }: Connections): Sessions {
  return {
    create(session, passwordHash) {
      return write(async (db) => {
        if (passwordHash !== undefined) {
          const { password_hash } = await db.selectFrom("users").select("password_hash")
            .where("id", "=", session.userId).executeTakeFirst() ?? {};
          if (password_hash !== passwordHash) return false;
        }
        await db.insertInto("sessions").values({
          id: session.id,
          user_id: session.userId,
          created_at: session.createdAt,
          last_seen_at: session.lastSeenAt,
          expires_at: session.expiresAt,
          address: session.address,
          user_agent: session.userAgent,
        }).execute();
        await db.updateTable("users").set({ last_seen_at: session.lastSeenAt }).where("id", "=", session.userId)
          .execute();
        return true;
      });
    },

    async beganAt(user, address) {
      const row = await read.selectFrom("sessions").select("id").where("user_id", "=", user)
        .where("address", "=", address).limit(1).executeTakeFirst();
      return row !== undefined;
    },

    async find(id, now) {
      const row = await read.selectFrom("sessions").innerJoin("users", "users.id", "sessions.user_id")
        .select([
          ...userColumns,
          "sessions.created_at as session_created_at",
          "sessions.last_seen_at",
          "sessions.expires_at",
          "sessions.address",
          "sessions.user_agent",
        ])
        .where("sessions.id", "=", id).where("sessions.expires_at", ">", now).executeTakeFirst();
      if (!row) return undefined;
      return {
        user: toUser(row),
        session: {
          id,
          userId: row.id,
          createdAt: row.session_created_at,
          lastSeenAt: row.last_seen_at,
          expiresAt: row.expires_at,
          address: row.address,
          userAgent: row.user_agent,
        },
      };
    },

    async renew(id, lastSeenAt, expiresAt) {
      await write(async (db) => {
        const row = await db.updateTable("sessions").set({ last_seen_at: lastSeenAt, expires_at: expiresAt })
          .where("id", "=", id).returning("user_id").executeTakeFirst();
        if (!row) return;
        await db.updateTable("users").set({ last_seen_at: lastSeenAt }).where("id", "=", row.user_id).execute();
      });
    },

    end(id) {
      return write(async (db) => {
        const [result] = await db.deleteFrom("sessions").where("id", "=", id).execute();
        return (result?.numDeletedRows ?? 0n) > 0n;
      });
    },

    async removeExpired(now) {
      await write((db) => db.deleteFrom("sessions").where("expires_at", "<=", now).execute());
    },
  };
}
