import { sql } from "kysely";
import { ChatError } from "../errors.ts";
import { GENERAL, type UserId } from "../model.ts";
import type { Rooms } from "../store_rooms.ts";
import { record } from "./audit.ts";
import type { Connections } from "./connections.ts";
import { addMember, assertHasRoom, countMembers, keepOwner, roleOf, selectMembers, toMember } from "./member_rows.ts";
import { nameInAudit, openRoom, roomOf } from "./room_rows.ts";

type Methods =
  | "countMembers"
  | "members"
  | "member"
  | "readers"
  | "recent"
  | "countUnread"
  | "join"
  | "leave"
  | "setRole"
  | "timeOut"
  | "prefer"
  | "setRead"
  | "markSeen";

/** Who is in a room, what they may do, and what they have read. */
export function members({ read, write }: Connections): Pick<Rooms, Methods> {
  return {
    async countMembers(room) {
      const { members } = await read.selectFrom("rooms").select("members").where("id", "=", room)
        .executeTakeFirstOrThrow();
      return members;
    },

    async members(room, { after, search = "", limit }) {
      let query = selectMembers(read, room);
      if (after !== undefined) query = query.where(sql`lower(users.username)`, ">", sql`lower(${after})`);
      const wanted = search.trim().toLowerCase();
      if (wanted !== "") query = query.where(sql`instr(lower(users.username), ${wanted})`, ">", 0);
      return (await query.orderBy(sql`lower(users.username)`).limit(limit).execute()).map(toMember);
    },

    async member(room, user) {
      const row = await selectMembers(read, room).where("members.user_id", "=", user).executeTakeFirst();
      return row && toMember(row);
    },

    async readers(room, seq, author, limit) {
      const rows = await read.selectFrom("members").innerJoin("users", "users.id", "members.user_id")
        .select(["users.id", "users.username"]).where("members.room_id", "=", room).where("users.id", "<>", author)
        .where((e) => e.or([e("members.seen_seq", ">=", seq), e("members.read_seq", ">=", seq)]))
        .orderBy(sql`lower(users.username)`).limit(limit).execute();
      return rows;
    },

    recent(room, count) {
      return read.transaction().execute(async (db) => {
        const { head } = await db.selectFrom("rooms").select("head").where("id", "=", room).executeTakeFirstOrThrow();
        const rows = await db.selectFrom("messages").select(["id", "seq", "author_id as author"])
          .where("room_id", "=", room).where("deleted_at", "is", null)
          .orderBy("seq", "desc").limit(count + 1).execute();
        const from = rows[count]?.seq ?? 0;
        const mentions = new Map<number, UserId[]>();
        const mentioned = await db.selectFrom("mentions").select(["seq", "user_id"])
          .where("room_id", "=", room).where("seq", ">", from).execute();
        for (const { seq, user_id } of mentioned) mentions.set(seq, [...mentions.get(seq) ?? [], user_id]);
        const messages = rows.slice(0, count).reverse().map(({ seq, author }) => {
          const users = mentions.get(seq);
          return users ? { seq, author, mentions: users } : { seq, author };
        });
        return { head, from, messages };
      });
    },

    async countUnread(room, user, seen, most, upTo = Number.MAX_SAFE_INTEGER) {
      const messages = await read.selectFrom("messages").select("id")
        .where("room_id", "=", room).where("seq", ">", seen).where("seq", "<=", upTo)
        .where("deleted_at", "is", null).where("author_id", "<>", user).limit(most).execute();
      const mentions = await read.selectFrom("mentions").innerJoin("messages", "messages.id", "mentions.message_id")
        .select("messages.id").where("mentions.user_id", "=", user).where("mentions.room_id", "=", room)
        .where("mentions.seq", ">", seen).where("mentions.seq", "<=", upTo).where("messages.deleted_at", "is", null)
        .where("messages.author_id", "<>", user).limit(most).execute();
      return { unread: messages.length, mentions: mentions.length };
    },

    join(id, user, now, { by, role = "member" } = {}) {
      return write(async (db) => {
        const room = await openRoom(db, id);
        if (room.kind === "direct") throw new ChatError("conflict", "Direct messages have the members they began with");
        if (await roleOf(db, id, user.id) !== undefined) return false;
        const account = await db.selectFrom("users").select("id").where("id", "=", user.id)
          .where("deleted_at", "is", null).executeTakeFirst();
        if (!account) throw new ChatError("not_found", "User not found");
        await assertHasRoom(db, user);
        await addMember(db, room, user, role, now);
        await keepOwner(db, room);
        if (by && by.id !== user.id) {
          await record(db, { at: now, by, action: "add_member", target: user, reason: nameInAudit(room) });
        }
        return true;
      });
    },

    leave(id, user, now, by, reason = "") {
      return write(async (db) => {
        const room = await roomOf(db, id);
        if (room.slug === GENERAL) throw new ChatError("conflict", "Everybody is in this room, and stays in it");
        if (room.kind === "direct") throw new ChatError("conflict", "Direct messages cannot be left, only muted");
        const { numDeletedRows } = await db.deleteFrom("members").where("room_id", "=", id)
          .where("user_id", "=", user.id).executeTakeFirstOrThrow();
        if (numDeletedRows === 0n) return false;
        await countMembers(db, id, -1);
        await keepOwner(db, room);
        if (by && by.id !== user.id) {
          const why = reason === "" ? nameInAudit(room) : `${nameInAudit(room)}: ${reason}`;
          await record(db, { at: now, by, action: "remove_member", target: user, reason: why });
        }
        return true;
      });
    },

    async setRole(id, user, role, by, now) {
      await write(async (db) => {
        const room = await openRoom(db, id);
        if (room.kind === "direct") throw new ChatError("conflict", "Direct messages have no roles");
        const before = await roleOf(db, id, user.id);
        if (before === undefined) throw new ChatError("not_found", `${user.username} is not a member`);
        if (before === role) return;
        await db.updateTable("members").set({ role }).where("room_id", "=", id).where("user_id", "=", user.id)
          .execute();
        await keepOwner(db, room);
        await record(db, { at: now, by, action: "set_role", target: user, reason: `${nameInAudit(room)}: ${role}` });
      });
    },

    async timeOut(id, user, until, by, now, reason = "") {
      await write(async (db) => {
        const room = await roomOf(db, id);
        const { numUpdatedRows } = await db.updateTable("members").set({ timed_out_until: until })
          .where("room_id", "=", id).where("user_id", "=", user.id).executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) throw new ChatError("not_found", `${user.username} is not a member`);
        const how = until === null ? "ended" : `until ${new Date(until).toISOString()}`;
        const why = `${nameInAudit(room)}: ${how}${reason === "" ? "" : `: ${reason}`}`;
        await record(db, { at: now, by, action: "time_out", target: user, reason: why });
      });
    },

    async prefer(room, user, { notify, isFavourite }) {
      if (notify === undefined && isFavourite === undefined) return;
      await write((db) =>
        db.updateTable("members").set({
          ...(notify === undefined ? {} : { notify }),
          ...(isFavourite === undefined ? {} : { favourite: isFavourite ? 1 : 0 }),
        }).where("room_id", "=", room).where("user_id", "=", user).execute()
      );
    },

    setRead(room, user, seq) {
      return write(async (db) => {
        const { head } = await db.selectFrom("rooms").select("head").where("id", "=", room).executeTakeFirstOrThrow();
        const until = Math.min(seq, head);
        await db.updateTable("members").set({ read_seq: until }).where("room_id", "=", room).where("user_id", "=", user)
          .execute();
        return until;
      });
    },

    markSeen(room, marks) {
      return write(async (db) => {
        const changed: UserId[] = [];
        for (const { user, seq } of marks) {
          const { numUpdatedRows } = await db.updateTable("members")
            .set((e) => ({
              seen_seq: seq,
              read_seq: e.case().when("read_seq", "<", seq).then(seq).else(e.ref("read_seq")).end(),
            }))
            .where("room_id", "=", room).where("user_id", "=", user).where("seen_seq", "<", seq)
            .executeTakeFirstOrThrow();
          if (numUpdatedRows > 0n) changed.push(user);
        }
        return changed;
      });
    },
  };
}
