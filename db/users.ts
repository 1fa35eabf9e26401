import { type Selectable, sql } from "kysely";
import { record } from "./audit.ts";
import { ChatError } from "./errors.ts";
import type { User } from "./model.ts";
import type { Schema } from "./schema.ts";
import type { Connections } from "./connections.ts";
import type { Users } from "./store.ts";

export const userColumns = [
  "users.id",
  "users.username",
  "users.email",
  "users.is_admin",
  "users.blocked_at",
  "users.created_at",
] as const;

export function toUser(
  row: Pick<Selectable<Schema["users"]>, "id" | "username" | "email" | "is_admin" | "blocked_at" | "created_at">,
): User {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    isAdmin: row.is_admin === 1,
    isBlocked: row.blocked_at !== null,
    createdAt: row.created_at,
  };
}

export function users({ read, write }: Connections): Users {
  return {
    create({ username, email, passwordHash }, now, act) {
      return write(async (db) => {
        const taken = await db.selectFrom("users").select(["username", "email"])
          .where((e) =>
            e.or([
              e(sql`lower(username)`, "=", username.toLowerCase()),
              ...(email === null ? [] : [e(sql`lower(email)`, "=", email.toLowerCase())]),
            ])
          ).executeTakeFirst();
        if (taken) {
          const field = taken.username.toLowerCase() === username.toLowerCase() ? "username" : "email";
          throw new ChatError("conflict", "User already exists", { field });
        }
        const first = await db.selectFrom("users").select("id").limit(1).executeTakeFirst() === undefined;
        const row = await db.insertInto("users")
          .values({
            username,
            email,
            password_hash: passwordHash,
            is_admin: first || act?.isAdmin ? 1 : 0,
            created_at: now,
          })
          .returning(userColumns).executeTakeFirstOrThrow();
        await db.insertInto("members").columns(["room_id", "user_id", "joined_at"])
          .expression((e) =>
            e.selectFrom("rooms").where("for_everybody", "=", 1)
              .select(["rooms.id", sql.val(row.id).as("user_id"), sql.val(now).as("joined_at")])
          ).execute();
        const user = toUser(row);
        if (act) {
          const reason = user.isAdmin ? "administrator" : "";
          await record(db, { at: now, by: act.by, action: "create_account", target: user, reason });
        }
        return user;
      });
    },

    async find(id) {
      const row = await read.selectFrom("users").select(userColumns).where("id", "=", id).executeTakeFirst();
      return row && toUser(row);
    },

    async findLogin(name) {
      // A username has no @ and an email has one, so the two never answer to the same name.
      const column = name.includes("@") ? sql`lower(email)` : sql`lower(username)`;
      const row = await read.selectFrom("users").select([...userColumns, "users.password_hash"])
        .where(column, "=", name.toLowerCase()).executeTakeFirst();
      return row && { user: toUser(row), passwordHash: row.password_hash };
    },

    async list() {
      const rows = await read.selectFrom("users").select(userColumns).where("deleted_at", "is", null)
        .orderBy(sql`lower(username)`).execute();
      return rows.map(toUser);
    },

    async any() {
      return await read.selectFrom("users").select("id").limit(1).executeTakeFirst() !== undefined;
    },
  };
}
