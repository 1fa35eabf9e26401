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
import type { Schema } from "../schema/tables.ts";
import { ROOMS_MAX } from "../store_rooms.ts";
import { person } from "./person.ts";

/** The two furthest read positions; see `isSeen`. */
export async function seenMarks(db: Kysely<Schema>, room: RoomId): Promise<SeenMark[]> {
  const rows = await db.selectFrom("members").innerJoin("users", "users.id", "members.user_id")
    .select(["users.id", "users.username", "members.seen_seq"])
    .where("members.room_id", "=", room).where("members.seen_seq", ">", 0)
    .orderBy("members.seen_seq", "desc").limit(2).execute();
  return rows.map((row) => ({ user: { id: row.id, username: row.username }, seq: row.seen_seq }));
}

/** Throws `conflict` for a user who is in as many rooms as one can be in. */
export async function assertHasRoom(db: Kysely<Schema>, user: Person): Promise<void> {
  const { count } = await db.selectFrom("members").innerJoin("rooms", "rooms.id", "members.room_id")
    .select((e) => e.fn.countAll<number>().as("count"))
    .where("members.user_id", "=", user.id).where("rooms.kind", "<>", "direct").executeTakeFirstOrThrow();
  if (Number(count) >= ROOMS_MAX) {
    throw new ChatError("conflict", `${user.username} is in ${ROOMS_MAX} rooms, which is the limit`);
  }
}

export async function roleOf(db: Kysely<Schema>, room: RoomId, user: UserId): Promise<Role | undefined> {
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
export function selectMembers(db: Kysely<Schema>, room: RoomId) {
  return db.selectFrom("members").innerJoin("users", "users.id", "members.user_id")
    .select(["users.id", "users.username", "users.deleted_at", "members.role", "members.joined_at"])
    .select("members.timed_out_until").where("members.room_id", "=", room);
}

export function toMember(row: Awaited<ReturnType<ReturnType<typeof selectMembers>["execute"]>>[number]): Member {
  return {
    user: person(row.id, row.username, row.deleted_at),
    role: row.role,
    joinedAt: row.joined_at,
    timedOutUntil: row.timed_out_until,
  };
}

export async function addMember(db: Kysely<Schema>, room: Room, user: Person, role: Role, now: number): Promise<void> {
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
