import { createHash, randomBytes } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { record } from "./audit.ts";
import type { Connections } from "./connections.ts";
import { ChatError } from "../errors.ts";
import { addJob } from "./jobs.ts";
import type { Actor, Message, User, UserId } from "../model.ts";
import { selectMessages, tombstone, toMessage } from "./messages.ts";
import type { Schema } from "../schema/tables.ts";
import { type Moderation, NONCE_LIFE, REMOVE_MESSAGES } from "../store.ts";
import { countMembers, keepOwner } from "./member_rows.ts";
import { toUser, userColumns } from "./users.ts";

/** Lifetime of a password reset link, in ms. */
const RESET_LIFE = 24 * 60 * 60 * 1000;

/** Delay of the job that finishes a removal of messages, in ms. By then the caller has removed them or never will. */
const REMOVAL_CHECKED = 60 * 1000;

/** Messages removed per transaction. */
const REMOVED_AT_ONCE = 200;

async function find(db: Kysely<Schema>, id: UserId) {
  const row = await db.selectFrom("users").select(userColumns).where("id", "=", id).where("deleted_at", "is", null)
    .executeTakeFirst();
  if (!row) throw new ChatError("not_found", "User not found");
  return toUser(row);
}

/** Without an administrator nobody could create another. */
async function keepOneAdministrator(db: Kysely<Schema>, id: UserId, what: string): Promise<void> {
  const other = await db.selectFrom("users").select("id").where("is_admin", "=", 1).where("blocked_at", "is", null)
    .where("deleted_at", "is", null).where("id", "!=", id).limit(1).executeTakeFirst();
  if (!other) throw new ChatError("forbidden", `The last administrator cannot be ${what}`);
}

async function block(db: Kysely<Schema>, id: UserId, by: Actor, reason: string, now: number) {
  const user = await find(db, id);
  if (user.isBlocked) return user;
  if (user.isAdmin) await keepOneAdministrator(db, id, "blocked");
  if (typeof by !== "string" && by.id === id) throw new ChatError("forbidden", "You cannot block yourself");
  // Sessions remain until the block ends: they are refused, with the reason.
  await db.updateTable("users").set({ blocked_at: now }).where("id", "=", id).execute();
  await record(db, { at: now, by, action: "block", target: user, reason });
  return { ...user, isBlocked: true };
}

async function setPassword(db: Kysely<Schema>, user: User, passwordHash: string, by: Actor, now: number) {
  await db.updateTable("users").set({ password_hash: passwordHash }).where("id", "=", user.id).execute();
  await db.deleteFrom("sessions").where("user_id", "=", user.id).execute();
  await record(db, { at: now, by, action: "set_password", target: user });
}

async function countWarnings(db: Kysely<Schema>, id: UserId, since: number): Promise<number> {
  const { count } = await db.selectFrom("warnings").select((e) => e.fn.countAll<number>().as("count"))
    .where("user_id", "=", id).where("created_at", ">", since).where("reset_at", "is", null).executeTakeFirstOrThrow();
  return count;
}

/** Clears the text that open reports keep of this user's messages. */
async function forgetReported(db: Kysely<Schema>, author: UserId): Promise<void> {
  await db.updateTable("reports").set({ content: "" }).where("resolved_at", "is", null)
    .where((e) =>
      e.exists(
        e.selectFrom("messages").select("messages.id").whereRef("messages.id", "=", "reports.message_id")
          .where("messages.author_id", "=", author),
      )
    ).execute();
}

function hashReset(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

export function moderation({ read, write }: Connections): Moderation {
  return {
    warn(id, { by, reason, threshold, life, nonce, offence = "" }, now) {
      return write(async (db) => {
        const user = await find(db, id);
        const isRetry = nonce !== undefined && await db.selectFrom("warnings").select("id").where("user_id", "=", id)
              .where("nonce", "=", nonce).where("offence", "=", offence).where("created_at", ">", now - NONCE_LIFE)
              .limit(1).executeTakeFirst() !== undefined;
        if (isRetry) return { warnings: await countWarnings(db, id, now - life), blocked: user.isBlocked };
        await db.insertInto("warnings").values({ user_id: id, created_at: now, nonce: nonce ?? null, offence })
          .execute();
        const warnings = await countWarnings(db, id, now - life);
        await record(db, { at: now, by, action: "warn", target: user, reason });
        const isOver = warnings >= threshold && !user.isAdmin && !user.isBlocked;
        if (isOver) await block(db, id, "automatic", `${warnings} warnings`, now);
        return { warnings, blocked: isOver };
      });
    },

    resetWarnings(id, by, now) {
      return write(async (db) => {
        const user = await find(db, id);
        await db.updateTable("warnings").set({ reset_at: now }).where("user_id", "=", id).where("reset_at", "is", null)
          .execute();
        await record(db, { at: now, by, action: "reset_warnings", target: user });
      });
    },

    block(id, by, reason, now) {
      return write(async (db) => void await block(db, id, by, reason, now));
    },

    unblock(id, by, reason, now) {
      return write(async (db) => {
        const user = await find(db, id);
        if (!user.isBlocked) return;
        await db.updateTable("users").set({ blocked_at: null }).where("id", "=", id).execute();
        await db.deleteFrom("sessions").where("user_id", "=", id).execute();
        // Without a reset the next forbidden word would block the user again.
        await db.updateTable("warnings").set({ reset_at: now }).where("user_id", "=", id).where("reset_at", "is", null)
          .execute();
        await record(db, { at: now, by, action: "unblock", target: user, reason });
      });
    },

    setAdmin(id, isAdmin, by, now, reason = "") {
      return write(async (db) => {
        const user = await find(db, id);
        if (user.isAdmin === isAdmin) return user;
        if (!isAdmin) await keepOneAdministrator(db, id, "demoted");
        await db.updateTable("users").set({ is_admin: isAdmin ? 1 : 0 }).where("id", "=", id).execute();
        await record(db, { at: now, by, action: isAdmin ? "promote" : "demote", target: user, reason });
        return { ...user, isAdmin };
      });
    },

    endSessions(id, by, now, reason = "") {
      return write(async (db) => {
        const user = await find(db, id);
        await db.deleteFrom("sessions").where("user_id", "=", id).execute();
        await record(db, { at: now, by, action: "end_sessions", target: user, reason });
      });
    },

    startPasswordReset(id, by, now) {
      return write(async (db) => {
        const user = await find(db, id);
        const token = randomBytes(24).toString("base64url");
        await db.deleteFrom("password_resets")
          .where((e) => e.or([e("user_id", "=", id), e("expires_at", "<=", now)])).execute();
        await db.insertInto("password_resets")
          .values({ token_hash: hashReset(token), user_id: id, expires_at: now + RESET_LIFE }).execute();
        await record(db, { at: now, by, action: "reset_password", target: user });
        return token;
      });
    },

    async findPasswordReset(token, now) {
      const row = await read.selectFrom("password_resets").innerJoin("users", "users.id", "password_resets.user_id")
        .select(userColumns).where("token_hash", "=", hashReset(token)).where("expires_at", ">", now)
        .where("users.deleted_at", "is", null).executeTakeFirst();
      return row && toUser(row);
    },

    setPassword(id, passwordHash, by, now) {
      return write(async (db) => {
        const user = await find(db, id);
        await db.deleteFrom("password_resets").where("user_id", "=", id).execute();
        await setPassword(db, user, passwordHash, by, now);
      });
    },

    usePasswordReset(token, passwordHash, now) {
      return write(async (db) => {
        const row = await db.deleteFrom("password_resets").where("token_hash", "=", hashReset(token))
          .where("expires_at", ">", now).returning("user_id").executeTakeFirst();
        if (!row) return undefined;
        const user = await find(db, row.user_id);
        await setPassword(db, user, passwordHash, user, now);
        return user;
      });
    },

    deleteAccount(id, messages, by, now, reason = "") {
      return write(async (db) => {
        const user = await find(db, id);
        if (user.isAdmin) await keepOneAdministrator(db, id, "deleted");
        // Frees the name. A # cannot be registered.
        await db.updateTable("users")
          .set({
            username: `deleted#${id}`,
            email: null,
            email_key: null,
            password_hash: "",
            is_admin: 0,
            blocked_at: sql`coalesce(blocked_at, ${now})`,
            deleted_at: now,
            skeleton: null,
          }).where("id", "=", id).execute();
        if (messages === "remove") {
          await forgetReported(db, id);
          const payload = { user: id, by: typeof by === "string" ? id : by.id };
          await addJob(db, { kind: REMOVE_MESSAGES, payload, runAt: now + REMOVAL_CHECKED }, now);
        }
        await db.deleteFrom("sessions").where("user_id", "=", id).execute();
        await db.deleteFrom("password_resets").where("user_id", "=", id).execute();
        const left = await db.selectFrom("rooms").innerJoin("members", "members.room_id", "rooms.id")
          .select(["rooms.id", "rooms.slug", "rooms.kind"]).where("members.user_id", "=", id).execute();
        await db.deleteFrom("members").where("user_id", "=", id).execute();
        for (const room of left) {
          await countMembers(db, room.id, -1);
          await keepOwner(db, room);
        }
        const why = reason === "" ? `${messages} messages` : `${messages} messages: ${reason}`;
        await record(db, { at: now, by, action: "delete_account", target: user, reason: why });
      });
    },

    removeMessagesOf(id, by, now) {
      return write(async (db) => {
        const rows = await selectMessages(db).where("messages.author_id", "=", id).where(
          "messages.deleted_at",
          "is",
          null,
        )
          .orderBy("messages.id").limit(REMOVED_AT_ONCE).execute();
        const removed: Message[] = [];
        for (const row of rows) removed.push(await tombstone(db, toMessage(row), by, now));
        return removed;
      });
    },
  };
}
