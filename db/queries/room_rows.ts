import { type ExpressionBuilder, type Kysely, sql } from "kysely";
import { ChatError } from "../errors.ts";
import type { Membership, Person, Room, RoomId, UserId } from "../model.ts";
import type { Schema } from "../schema/tables.ts";
import { type CountedMembership, UNREAD_MAX } from "../store_rooms.ts";

export const roomColumns = [
  "rooms.id",
  "rooms.slug",
  "rooms.name",
  "rooms.head",
  "rooms.kind",
  "rooms.topic",
  "rooms.posting",
  "rooms.slow_mode",
  "rooms.archived_at",
  "rooms.for_everybody",
  "rooms.inspected_until",
  "rooms.inspection_reason",
] as const;

type RoomRow =
  & Pick<Room, "id" | "slug" | "name" | "head" | "kind" | "topic" | "posting">
  & {
    slow_mode: number;
    archived_at: number | null;
    for_everybody: number;
    inspected_until: number | null;
    inspection_reason: string | null;
  };

/** `others` are the other users of a direct room. */
export function toRoom(row: RoomRow, others: readonly Person[] = []): Room {
  return {
    id: row.id,
    slug: row.slug,
    name: row.kind === "direct" ? others.map(({ username }) => username).join(", ") : row.name,
    head: row.head,
    kind: row.kind,
    topic: row.topic,
    posting: row.posting,
    slowMode: row.slow_mode,
    archivedAt: row.archived_at,
    isDefault: row.for_everybody === 1,
    inspection: row.inspected_until === null
      ? null
      : { until: row.inspected_until, reason: row.inspection_reason ?? "" },
  };
}

/** A user's memberships with their rooms, and of direct rooms the others, all in one query. */
export function selectMemberships(db: Kysely<Schema>, user: UserId) {
  return db.selectFrom("members").innerJoin("rooms", "rooms.id", "members.room_id")
    .select(roomColumns)
    .select(["members.role", "members.notify", "members.favourite", "members.timed_out_until", "members.read_seq"])
    .select((e) =>
      e.case().when("rooms.kind", "=", "direct").then(namesOfOthers(e, user)).else(null).end().as("others")
    )
    .where("members.user_id", "=", user).where("rooms.removed_at", "is", null);
}

/** The same, with what a list of rooms shows of each. Reads no more of a room than is counted. */
export function selectCountedMemberships(db: Kysely<Schema>, user: UserId) {
  return selectMemberships(db, user).select("rooms.members").select((e) => [
    e.selectFrom(
      e.selectFrom("messages").select("messages.id").whereRef("messages.room_id", "=", "rooms.id")
        .whereRef("messages.seq", ">", "members.read_seq").where("messages.deleted_at", "is", null)
        .where("messages.author_id", "<>", user).limit(UNREAD_MAX).as("unread_messages"),
    ).select((u) => u.fn.countAll<number>().as("count")).as("unread"),
    e.selectFrom(
      e.selectFrom("mentions").innerJoin("messages", "messages.id", "mentions.message_id").select("messages.id")
        .whereRef("mentions.room_id", "=", "rooms.id").where("mentions.user_id", "=", user)
        .whereRef("mentions.seq", ">", "members.read_seq").where("messages.author_id", "<>", user)
        .limit(UNREAD_MAX).as("unread_mentions"),
    ).select((u) => u.fn.countAll<number>().as("count")).as("mentions"),
    e.selectFrom("messages").select("messages.seq").whereRef("messages.room_id", "=", "rooms.id")
      .where("messages.deleted_at", "is", null).orderBy("messages.seq", "desc").limit(1).as("last"),
  ]);
}

export function toCountedMembership(
  row: Awaited<ReturnType<ReturnType<typeof selectCountedMemberships>["execute"]>>[number],
): CountedMembership {
  return {
    ...toMembership(row),
    members: row.members,
    unread: Number(row.unread),
    mentions: Number(row.mentions),
    last: row.last ?? 0,
  };
}

/** `id:name` of each other user of the room, with commas; names have neither of the two. */
function namesOfOthers(e: ExpressionBuilder<Schema, "rooms" | "members">, user: UserId) {
  return e.selectFrom("members as other").innerJoin("users", "users.id", "other.user_id")
    .whereRef("other.room_id", "=", "rooms.id").where("other.user_id", "<>", user)
    .select(sql<string | null>`string_agg(cast(users.id as text) || ':' || users.username, ',')`.as("names"));
}

type MembershipRow = Awaited<ReturnType<ReturnType<typeof selectMemberships>["execute"]>>[number];

export function toMembership(row: MembershipRow): Membership {
  const others = othersOf(row.others);
  return {
    room: toRoom(row, others),
    role: row.role,
    notify: row.notify,
    isFavourite: row.favourite === 1,
    timedOutUntil: row.timed_out_until,
    read: row.read_seq,
    others,
  };
}

function othersOf(names: string | null): Person[] {
  if (names === null || names === "") return [];
  return names.split(",").map((each) => {
    const colon = each.indexOf(":");
    return { id: Number(each.slice(0, colon)) as UserId, username: each.slice(colon + 1) };
  }).sort((a, b) => a.username.toLowerCase() < b.username.toLowerCase() ? -1 : 1);
}

export async function findRoom(db: Kysely<Schema>, id: RoomId): Promise<Room | undefined> {
  const row = await db.selectFrom("rooms").select(roomColumns).where("id", "=", id).where("removed_at", "is", null)
    .executeTakeFirst();
  return row && toRoom(row);
}

/** Throws `not_found`. */
export async function roomOf(db: Kysely<Schema>, id: RoomId): Promise<Room> {
  const room = await findRoom(db, id);
  if (!room) throw new ChatError("not_found", "Room not found");
  return room;
}

/** A room whose members and settings may change. */
export async function openRoom(db: Kysely<Schema>, id: RoomId): Promise<Room> {
  const room = await roomOf(db, id);
  if (room.archivedAt !== null) throw new ChatError("conflict", `Room "${room.name}" is archived`);
  return room;
}

/** How a room is named in the audit log: administrators may know the addresses of all rooms, but direct ones. */
export function nameInAudit(room: Room): string {
  return room.kind === "direct" ? `direct messages #${room.id}` : room.slug;
}
