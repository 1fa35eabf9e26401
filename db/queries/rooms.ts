import { type ExpressionBuilder, type Kysely, sql } from "kysely";
import { ChatError } from "../errors.ts";
import { GENERAL, type Room, type RoomId, type UserId } from "../model.ts";
import { randomPart, slugOf } from "../names/slug.ts";
import type { Schema } from "../schema/tables.ts";
import { DIRECT_MAX, DIRECT_MIN, MEMBERSHIPS_LISTED, type Rooms, ROOMS_CREATED_A_DAY } from "../store_rooms.ts";
import { record } from "./audit.ts";
import type { Connections } from "./connections.ts";
import { fold } from "./fold.ts";
import { addMember, assertHasRoom } from "./member_rows.ts";
import { members } from "./members.ts";
import {
  nameInAudit,
  roomColumns,
  roomOf,
  selectCountedMemberships,
  selectMemberships,
  toCountedMembership,
  toMembership,
  toRoom,
} from "./room_rows.ts";
import { assertNoBlock, userBlocks } from "./user_blocks.ts";

const DAY = 24 * 60 * 60 * 1000;

function foldedOf(name: string, topic: string): string {
  return fold(`${name}\n${topic}`);
}

async function isTaken(db: Kysely<Schema>, slug: string): Promise<boolean> {
  return await db.selectFrom("rooms").select("id").where("slug", "=", slug).executeTakeFirst() !== undefined;
}

/** A free slug that resembles the name. Its ending says nothing of how many rooms there are. */
async function freeSlug(db: Kysely<Schema>, name: string): Promise<string> {
  const base = slugOf(name);
  if (base !== "" && !await isTaken(db, base)) return base;
  return `${base === "" ? "room" : base}-${randomPart(6)}`;
}

function isMember(e: ExpressionBuilder<Schema, "rooms">, user: UserId) {
  return e.exists(
    e.selectFrom("members").select("members.user_id").whereRef("members.room_id", "=", "rooms.id")
      .where("members.user_id", "=", user),
  );
}

async function assertMayCreate(db: Kysely<Schema>, user: UserId, now: number): Promise<void> {
  const { count } = await db.selectFrom("rooms").select((e) => e.fn.countAll<number>().as("count"))
    .where("created_by", "=", user).where("created_at", ">", now - DAY).executeTakeFirstOrThrow();
  if (Number(count) >= ROOMS_CREATED_A_DAY) {
    throw new ChatError("rate_limited", "You have created too many rooms today, try again tomorrow", {
      retryAfter: 3600,
    });
  }
}

/** A member's view of a room: a direct one is named after the others. */
async function roomAsSeenBy(db: Kysely<Schema>, user: UserId, id: RoomId): Promise<Room> {
  return toMembership(await selectMemberships(db, user).where("rooms.id", "=", id).executeTakeFirstOrThrow()).room;
}

export function rooms(connections: Connections): Rooms {
  const { read, write } = connections;
  async function membershipWhere(user: UserId, room: RoomId | string) {
    const row = await selectMemberships(read, user)
      .where(typeof room === "string" ? "rooms.slug" : "rooms.id", "=", room as never).executeTakeFirst();
    return row && toMembership(row);
  }

  return {
    ...members(connections),
    ...userBlocks(connections),

    async findFor(user, slug) {
      return (await membershipWhere(user, slug))?.room;
    },

    async visibleTo(user, slug) {
      const membership = await membershipWhere(user, slug);
      if (membership) return { room: membership.room, membership };
      const row = await read.selectFrom("rooms").select(roomColumns).where("slug", "=", slug)
        .where("kind", "=", "public").where("removed_at", "is", null).executeTakeFirst();
      return row && { room: toRoom(row), membership: undefined };
    },

    async find(slug) {
      const row = await read.selectFrom("rooms").select(roomColumns).where("slug", "=", slug)
        .where("kind", "<>", "direct").where("removed_at", "is", null).executeTakeFirst();
      return row && toRoom(row);
    },

    membership: membershipWhere,

    async memberships(user) {
      const rows = await selectCountedMemberships(read, user)
        .orderBy(sql`case when rooms.kind = 'direct' then 1 else 0 end`)
        .orderBy(sql`coalesce(rooms.last_message_at, rooms.created_at)`, "desc").limit(MEMBERSHIPS_LISTED).execute();
      return rows.map((row) => ({ membership: toCountedMembership(row), key: fold(row.name) }))
        .sort((a, b) => {
          const isDirect = Number(a.membership.room.kind === "direct") - Number(b.membership.room.kind === "direct");
          if (isDirect !== 0) return isDirect;
          return a.key < b.key ? -1 : a.key > b.key ? 1 : a.membership.room.id - b.membership.room.id;
        }).map(({ membership }) => membership);
    },

    async browse(user, { search = "", archived = false, after, limit }) {
      let query = read.selectFrom("rooms").select(roomColumns).select("rooms.folded")
        .select("rooms.members").select((e) => isMember(e, user).as("isMember"))
        .where("rooms.kind", "<>", "direct").where("rooms.removed_at", "is", null)
        .where((e) => e.or([e("rooms.kind", "=", "public"), isMember(e, user)]));
      if (!archived) query = query.where("rooms.archived_at", "is", null);
      const wanted = fold(search.trim());
      if (wanted !== "") query = query.where(sql`instr(rooms.folded, ${wanted})`, ">", 0);
      if (after !== undefined) query = query.where("rooms.folded", ">", after);
      const rows = await query.orderBy("rooms.folded").orderBy("rooms.id").limit(limit + 1).execute();
      const items = rows.slice(0, limit).map((row) => ({
        room: toRoom(row),
        members: row.members,
        isMember: Boolean(row.isMember),
      }));
      const last = rows[limit - 1]?.folded;
      return rows.length > limit && typeof last === "string" ? { items, next: last } : { items };
    },

    create({ slug, name, kind, topic = "", members = [] }, by, now, limited = true) {
      return write(async (db) => {
        if (limited) await assertMayCreate(db, by.id, now);
        if (slug !== undefined && await isTaken(db, slug)) {
          throw new ChatError("conflict", `The address "${slug}" is taken, choose another`, { field: "slug" });
        }
        const { id } = await db.insertInto("rooms").values({
          slug: slug ?? await freeSlug(db, name),
          name,
          head: 0,
          for_everybody: 0,
          created_at: now,
          created_by: by.id,
          kind,
          topic,
          folded: foldedOf(name, topic),
        }).returning("id").executeTakeFirstOrThrow();
        const room = await roomOf(db, id);
        const invited = members.filter((each) => each !== by.id);
        const users = invited.length === 0 ? [] : await db.selectFrom("users").select(["id", "username"])
          .where("id", "in", invited).where("deleted_at", "is", null).execute();
        for (const user of [by, ...users]) {
          await assertHasRoom(db, user);
          await addMember(db, room, user, user.id === by.id ? "owner" : "member", now);
        }
        await record(db, { at: now, by, action: "create_room", about: room.slug });
        return room;
      });
    },

    direct(users, by, now, limited = true) {
      const all = [...new Map([by, ...users].map((user) => [user.id, user])).values()];
      return write(async (db) => {
        if (all.length < DIRECT_MIN || all.length > DIRECT_MAX) {
          throw new ChatError("invalid", `Direct messages are for ${DIRECT_MIN} to ${DIRECT_MAX} users`);
        }
        const key = all.map(({ id }) => id).sort((a, b) => a - b).join(",");
        const known = await db.selectFrom("rooms").select("id").where("direct_key", "=", key).executeTakeFirst();
        if (known) {
          return { room: await roomAsSeenBy(db, by.id, known.id), isNew: false };
        }
        await assertNoBlock(db, by.id, all.map(({ id }) => id));
        if (limited) await assertMayCreate(db, by.id, now);
        const { id } = await db.insertInto("rooms").values({
          slug: `dm-${randomPart(12)}`,
          name: "",
          head: 0,
          for_everybody: 0,
          created_at: now,
          created_by: by.id,
          kind: "direct",
          direct_key: key,
          folded: "",
        }).returning("id").executeTakeFirstOrThrow();
        const room = await roomOf(db, id);
        for (const user of all) await addMember(db, room, user, "member", now);
        return { room: await roomAsSeenBy(db, by.id, id), isNew: true };
      });
    },

    change(id, { name, topic, kind, archived, posting, slowMode, isDefault }, by, now) {
      return write(async (db) => {
        const room = await roomOf(db, id);
        const isRestored = archived === false && room.archivedAt !== null;
        if (room.archivedAt !== null && !isRestored) {
          throw new ChatError("conflict", `Room "${room.name}" is archived`);
        }
        if (room.kind === "direct") throw new ChatError("conflict", "Direct messages have no settings");
        if (room.slug === GENERAL && (archived || kind === "private" || isDefault === false)) {
          throw new ChatError("conflict", "Everybody is in this room, and stays in it");
        }
        const said: string[] = [];
        const note = (what: string, value: unknown, before: unknown) => {
          if (value !== undefined && value !== before) said.push(`${what}: ${before} → ${value}`);
        };
        note("name", name, room.name);
        note("topic", topic, room.topic);
        note("kind", kind, room.kind);
        note("archived", archived, room.archivedAt !== null);
        note("posting", posting, room.posting);
        note("slow mode", slowMode, room.slowMode);
        note("default", isDefault, room.isDefault);
        if (said.length === 0) return room;
        await db.updateTable("rooms").set({
          ...(name === undefined ? {} : { name }),
          ...(topic === undefined ? {} : { topic }),
          ...(kind === undefined ? {} : { kind }),
          ...(archived === undefined ? {} : { archived_at: archived ? now : null }),
          ...(posting === undefined ? {} : { posting }),
          ...(slowMode === undefined ? {} : { slow_mode: slowMode }),
          ...(isDefault === undefined ? {} : { for_everybody: isDefault ? 1 : 0 }),
          folded: foldedOf(name ?? room.name, topic ?? room.topic),
        }).where("id", "=", id).execute();
        await record(db, {
          at: now,
          by,
          action: "change_room",
          about: room.slug,
          reason: said.join(", ").slice(0, 500),
        });
        return await roomOf(db, id);
      });
    },

    remove(id, by, now) {
      return write(async (db) => {
        const room = await roomOf(db, id);
        if (room.slug === GENERAL || room.kind === "direct") {
          throw new ChatError("conflict", "This room cannot be deleted");
        }
        const gone = await db.deleteFrom("members").where("room_id", "=", id).returning("user_id").execute();
        await db.updateTable("rooms").set({ removed_at: now, slug: `removed#${id}`, for_everybody: 0, members: 0 })
          .where("id", "=", id).execute();
        await record(db, { at: now, by, action: "delete_room", about: room.slug, reason: room.name });
        return gone.map(({ user_id }) => user_id);
      });
    },

    purgeRemoved(limit) {
      return write(async (db) => {
        const room = await db.selectFrom("rooms").select("id").where("removed_at", "is not", null).limit(1)
          .executeTakeFirst();
        if (!room) return 0;
        const { numDeletedRows } = await db.deleteFrom("messages").where(
          "id",
          "in",
          (e) => e.selectFrom("messages").select("id").where("room_id", "=", room.id).limit(limit),
        ).executeTakeFirstOrThrow();
        if (numDeletedRows === 0n) await db.deleteFrom("rooms").where("id", "=", room.id).execute();
        return Number(numDeletedRows) || 1;
      });
    },

    inspect(id, until, by, now, reason) {
      return write(async (db) => {
        const room = await roomOf(db, id);
        await db.updateTable("rooms").set({ inspected_until: until, inspection_reason: reason }).where("id", "=", id)
          .execute();
        const why = `until ${new Date(until).toISOString()}${reason === "" ? "" : `: ${reason}`}`;
        await record(db, { at: now, by, action: "inspect_room", about: nameInAudit(room), reason: why });
        return await roomOf(db, id);
      });
    },
  };
}
