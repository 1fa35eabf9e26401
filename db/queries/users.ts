import { type Kysely, type Selectable, sql } from "kysely";
import { record } from "./audit.ts";
import { canonicalLogin, emailKey } from "../names/canonical.ts";
import { ChatError } from "../errors.ts";
import type { User } from "../model.ts";
import { looksLike, skeleton } from "../names/confusable.ts";
import type { Schema } from "../schema/tables.ts";
import type { Connections } from "./connections.ts";
import type { Users } from "../store.ts";

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

/** Longer than any name or email with surrounding space. Longer input is not normalized. */
const LOGIN_MAX = 1000;
const LOOKS_LIKE_ANOTHER = "Username looks like the name of another user, choose one that differs more";

/** The user whose name looks like this one. */
async function findAlike(db: Kysely<Schema>, username: string): Promise<User | undefined> {
  const rows = await db.selectFrom("users").select(userColumns).where("skeleton", "=", skeleton(username)).execute();
  return rows.map(toUser).find((user) => looksLike(user.username, username));
}

export function users({ read, write }: Connections): Users {
  return {
    create({ username, email, passwordHash }, now, act) {
      const email_key = email === null ? null : emailKey(email);
      return write(async (db) => {
        const taken = await db.selectFrom("users").select("username")
          .where((e) =>
            e.or([
              e(sql`lower(username)`, "=", username.toLowerCase()),
              ...(email_key === null ? [] : [e("email_key", "=", email_key)]),
            ])
          ).executeTakeFirst();
        if (taken) {
          const field = taken.username.toLowerCase() === username.toLowerCase() ? "username" : "email";
          throw new ChatError("conflict", "User already exists", { field });
        }
        if (await findAlike(db, username)) {
          throw new ChatError("conflict", LOOKS_LIKE_ANOTHER, { field: "username" });
        }
        const first = await db.selectFrom("users").select("id").limit(1).executeTakeFirst() === undefined;
        const row = await db.insertInto("users")
          .values({
            username,
            email,
            email_key,
            password_hash: passwordHash,
            is_admin: first || act?.isAdmin ? 1 : 0,
            created_at: now,
            skeleton: skeleton(username),
          })
          .returning(userColumns).executeTakeFirstOrThrow();
        await db.insertInto("members").columns(["room_id", "user_id", "joined_at", "read_seq"])
          .expression((e) =>
            e.selectFrom("rooms").where("for_everybody", "=", 1).where("archived_at", "is", null)
              .select(["rooms.id", sql.val(row.id).as("user_id"), sql.val(now).as("joined_at"), "rooms.head"])
          ).execute();
        await db.updateTable("rooms").set((e) => ({ members: e("members", "+", 1) })).where("for_everybody", "=", 1)
          .where("archived_at", "is", null).execute();
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
      if (name.length > LOGIN_MAX) return undefined;
      const login = canonicalLogin(name);
      // An email contains an @ and a username does not, so a login matches only one of them.
      const column = login.includes("@") ? sql.ref("email_key") : sql`lower(username)`;
      const row = await read.selectFrom("users").select([...userColumns, "users.password_hash"])
        .where(column, "=", login).executeTakeFirst();
      return row && { user: toUser(row), passwordHash: row.password_hash };
    },

    async highestCost() {
      const cost = sql<string | null>`max(substr(password_hash, 5, 2))`;
      const { highest } = await read.selectFrom("users").select(cost.as("highest")).executeTakeFirstOrThrow();
      return /^\d\d$/.test(highest ?? "") ? Number(highest) : 0;
    },

    exchangeHash(id, before, after) {
      return write(async (db) => {
        const [result] = await db.updateTable("users").set({ password_hash: after }).where("id", "=", id)
          .where("password_hash", "=", before).execute();
        return (result?.numUpdatedRows ?? 0n) > 0n;
      });
    },
    findAlike: (name) => findAlike(read, name),

    async list({ after, limit } = {}) {
      let query = read.selectFrom("users").select(userColumns).where("deleted_at", "is", null);
      if (after !== undefined) query = query.where(sql`lower(username)`, ">", sql`lower(${after})`);
      if (limit !== undefined) query = query.limit(limit);
      return (await query.orderBy(sql`lower(username)`).execute()).map(toUser);
    },

    async any() {
      return await read.selectFrom("users").select("id").limit(1).executeTakeFirst() !== undefined;
    },
  };
}
