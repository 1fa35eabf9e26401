import { type Kysely, sql } from "kysely";
import { ChatError } from "../errors.ts";
import {
  GENERAL,
  type Member,
  type Person,
  type Role,
  type Room,
  type RoomId,
  type SeenMark,
  type UserId,
} from "../model.ts";
import { randomPart, slugOf } from "../names/slug.ts";
import type { Schema } from "../schema/tables.ts";
import {
  BLOCKS_MAX,
  DIRECT_MAX,
  DIRECT_MIN,
  MEMBERSHIPS_LISTED,
  type Rooms,
  ROOMS_CREATED_A_DAY,
  ROOMS_MAX,
} from "../store_rooms.ts";
import { record } from "./audit.ts";
import type { Connections } from "./connections.ts";
import { fold } from "./fold.ts";
import { person } from "./person.ts";
import {
  findRoom,
  roomColumns,
  selectCountedMemberships,
  selectMemberships,
  toCountedMembership,
  toMembership,
  toRoom,
} from "./room_rows.ts";

const DAY = 24 * 60 * 60 * 1000;

/** The two furthest readers; see `isSeen`. */
export async function seenMarks(db: Kysely<Schema>, room: RoomId): Promise<SeenMark[]> {
  const rows = await db.selectFrom("members").innerJoin("users", "users.id", "members.user_id")
    .select(["users.id", "users.username", "members.seen_seq"])
    .where("members.room_id", "=", room).where("members.seen_seq", ">", 0)
    .orderBy("members.seen_seq", "desc").limit(2).execute();
  return rows.map((row) => ({ user: { id: row.id, username: row.username }, seq: row.seen_seq }));
}

async function roomOf(db: Kysely<Schema>, id: RoomId): Promise<Room> {
  const room = await findRoom(db, id);
  if (!room) throw new ChatError("not_found", "Room not found");
  return room;
}

/** A room whose members and settings may change. */
async function openRoom(db: Kysely<Schema>, id: RoomId): Promise<Room> {
  const room = await roomOf(db, id);
  if (room.archivedAt !== null) throw new ChatError("conflict", `Room "${room.name}" is archived`);
  return room;
}

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

async function assertMayCreate(db: Kysely<Schema>, user: UserId, now: number): Promise<void> {
  const { count } = await db.selectFrom("rooms").select((e) => e.fn.countAll<number>().as("count"))
    .where("created_by", "=", user).where("created_at", ">", now - DAY).executeTakeFirstOrThrow();
  if (Number(count) >= ROOMS_CREATED_A_DAY) {
    throw new ChatError("rate_limited", "You have created too many rooms today, try again tomorrow", {
      retryAfter: 3600,
    });
  }
}

/** Throws `conflict` for a user who is in as many rooms as one can be in. */
async function assertHasRoom(db: Kysely<Schema>, user: Person): Promise<void> {
  const { count } = await db.selectFrom("members").innerJoin("rooms", "rooms.id", "members.room_id")
    .select((e) => e.fn.countAll<number>().as("count"))
    .where("members.user_id", "=", user.id).where("rooms.kind", "<>", "direct").executeTakeFirstOrThrow();
  if (Number(count) >= ROOMS_MAX) {
    throw new ChatError("conflict", `${user.username} is in ${ROOMS_MAX} rooms, which is the limit`);
  }
}

async function roleOf(db: Kysely<Schema>, room: RoomId, user: UserId): Promise<Role | undefined> {
  return (await db.selectFrom("members").select("role").where("room_id", "=", room).where("user_id", "=", user)
    .executeTakeFirst())?.role;
}

/** Gives a room that has members an owner. `general` is the administrators'. */
export async function keepOwner(db: Kysely<Schema>, room: Pick<Room, "id" | "slug" | "kind">): Promise<void> {
  if (room.slug === GENERAL || room.kind === "direct") return;
  const [next] = await db.selectFrom("members").select(["user_id", "role"]).where("room_id", "=", room.id)
    .orderBy(sql`case role when 'owner' then 0 when 'moderator' then 1 else 2 end`).orderBy("joined_at")
    .orderBy("user_id").limit(1).execute();
  if (!next || next.role === "owner") return;
  await db.updateTable("members").set({ role: "owner" }).where("room_id", "=", room.id)
    .where("user_id", "=", next.user_id).execute();
}

/** Members by name, of active accounts. */
function selectMembers(db: Kysely<Schema>, room: RoomId) {
  return db.selectFrom("members").innerJoin("users", "users.id", "members.user_id")
    .select(["users.id", "users.username", "users.deleted_at", "members.role", "members.joined_at"])
    .select("members.timed_out_until").where("members.room_id", "=", room);
}

function toMember(row: Awaited<ReturnType<ReturnType<typeof selectMembers>["execute"]>>[number]): Member {
  return {
    user: person(row.id, row.username, row.deleted_at),
    role: row.role,
    joinedAt: row.joined_at,
    timedOutUntil: row.timed_out_until,
  };
}

async function add(db: Kysely<Schema>, room: Room, user: Person, role: Role, now: number): Promise<void> {
  await db.insertInto("members").values({
    room_id: room.id,
    user_id: user.id,
    joined_at: now,
    read_seq: room.head,
    role,
    notify: room.kind === "direct" ? "all" : "mentions",
    timed_out_until: null,
  }).execute();
  await countMembers(db, room.id, 1);
}

/** Keeps the count of a room's members. */
export async function countMembers(db: Kysely<Schema>, room: RoomId, difference: number): Promise<void> {
  await db.updateTable("rooms").set((e) => ({ members: e("members", "+", difference) })).where("id", "=", room)
    .execute();
}

export function rooms({ read, write }: Connections): Rooms {
  async function membershipWhere(user: UserId, room: RoomId | string) {
    const row = await selectMemberships(read, user)
      .where(typeof room === "string" ? "rooms.slug" : "rooms.id", "=", room as never).executeTakeFirst();
    return row && toMembership(row);
  }

  return {
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
        .select("rooms.members").select((e) => [
          e.exists(
            e.selectFrom("members").select("members.user_id").whereRef("members.room_id", "=", "rooms.id")
              .where("members.user_id", "=", user),
          ).as("isMember"),
        ])
        .where("rooms.kind", "<>", "direct").where("rooms.removed_at", "is", null)
        .where((e) =>
          e.or([
            e("rooms.kind", "=", "public"),
            e.exists(
              e.selectFrom("members").select("members.user_id").whereRef("members.room_id", "=", "rooms.id")
                .where("members.user_id", "=", user),
            ),
          ])
        );
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

    async memberIds(room) {
      const rows = await read.selectFrom("members").select("user_id").where("room_id", "=", room).execute();
      return rows.map(({ user_id }) => user_id);
    },

    async readers(room, seq, author, limit) {
      const rows = await read.selectFrom("members").innerJoin("users", "users.id", "members.user_id")
        .select(["users.id", "users.username"]).where("members.room_id", "=", room).where("users.id", "<>", author)
        .where((e) => e.or([e("members.seen_seq", ">=", seq), e("members.read_seq", ">=", seq)]))
        .where("members.joined_at", "is not", null).orderBy(sql`lower(users.username)`).limit(limit).execute();
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
        } as never).returning("id").executeTakeFirstOrThrow();
        const room = await roomOf(db, id);
        const invited = members.filter((each) => each !== by.id);
        const users = invited.length === 0 ? [] : await db.selectFrom("users").select(["id", "username"])
          .where("id", "in", invited).where("deleted_at", "is", null).execute();
        for (const user of [by, ...users]) {
          await assertHasRoom(db, user);
          await add(db, room, user, user.id === by.id ? "owner" : "member", now);
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
          const row = await selectMemberships(db, by.id).where("rooms.id", "=", known.id).executeTakeFirstOrThrow();
          return { room: toMembership(row).room, isNew: false };
        }
        const blocked = await db.selectFrom("user_blocks").select("user_id")
          .where((e) =>
            e.or([
              e.and([e("user_id", "=", by.id), e("blocked_id", "in", all.map(({ id }) => id))]),
              e.and([e("blocked_id", "=", by.id), e("user_id", "in", all.map(({ id }) => id))]),
            ])
          ).executeTakeFirst();
        if (blocked) throw new ChatError("forbidden", "You cannot exchange direct messages with this user");
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
        } as never).returning("id").executeTakeFirstOrThrow();
        const room = await roomOf(db, id);
        for (const user of all) await add(db, room, user, "member", now);
        const row = await selectMemberships(db, by.id).where("rooms.id", "=", id).executeTakeFirstOrThrow();
        return { room: toMembership(row).room, isNew: true };
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

    join(id, user, now, { by, role = "member" } = {}) {
      return write(async (db) => {
        const room = await openRoom(db, id);
        if (room.kind === "direct") throw new ChatError("conflict", "Direct messages have the members they began with");
        if (await roleOf(db, id, user.id) !== undefined) return false;
        const account = await db.selectFrom("users").select("id").where("id", "=", user.id)
          .where("deleted_at", "is", null).executeTakeFirst();
        if (!account) throw new ChatError("not_found", "User not found");
        await assertHasRoom(db, user);
        await add(db, room, user, role, now);
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

/** How a room is named in the audit log: administrators may know the addresses of all rooms, but direct ones. */
function nameInAudit(room: Room): string {
  return room.kind === "direct" ? `direct messages #${room.id}` : room.slug;
}
