import { CompiledQuery, type Kysely } from "kysely";
import { ChatError } from "../errors.ts";
import type { MessageId, Posting, Role, RoomId, RoomKind, UserId } from "../model.ts";
import { mentionedNames } from "../names/mentions.ts";
import type { Schema } from "../schema/tables.ts";
import { assertNoBlock } from "./user_blocks.ts";

// Posting is the one hot write: its statements are written out, since to build them anew costs more than to run them.
const STANDING = `select users.username, users.is_admin, members.role, members.timed_out_until, rooms.name, rooms.kind,
  rooms.archived_at, rooms.posting, rooms.slow_mode
  from users join rooms on rooms.id = ? left join members on members.room_id = rooms.id and members.user_id = users.id
  where users.id = ?`;
const LAST_POST = "select created_at from messages where author_id = ? and room_id = ? order by seq desc limit 1";

interface Standing {
  readonly username: string;
  readonly is_admin: number;
  /** Null: no member. */
  readonly role: Role | null;
  readonly timed_out_until: number | null;
  readonly name: string;
  readonly kind: RoomKind;
  readonly archived_at: number | null;
  readonly posting: Posting;
  readonly slow_mode: number;
}

export async function run<Row>(db: Kysely<Schema>, statement: string, ...parameters: unknown[]): Promise<Row[]> {
  return (await db.executeQuery<Row>(CompiledQuery.raw(statement, parameters))).rows;
}

/**
 * The author's name, if they may post to this room now. Throws `not_found` to those who are no members, `forbidden` and
 * `rate_limited` with the sentence that says why. `isNew`: slow mode is about new messages only.
 */
export async function assertMayPost(
  db: Kysely<Schema>,
  room: RoomId,
  author: UserId,
  now: number,
  { isNew }: { isNew: boolean },
): Promise<string> {
  const [standing] = await run<Standing>(db, STANDING, room, author);
  if (!standing || standing.role === null) throw new ChatError("not_found", "Room not found");
  if (standing.archived_at !== null) throw new ChatError("forbidden", `Room "${standing.name}" is archived`);
  if (standing.timed_out_until !== null && standing.timed_out_until > now) {
    const left = Math.ceil((standing.timed_out_until - now) / 1000);
    throw new ChatError("forbidden", `A moderator has timed you out: you can post again in ${inWords(left)}`, {
      retryAfter: left,
    });
  }
  if (standing.kind === "direct") await assertDirectIsOpen(db, room, author);
  const isModerator = standing.role !== "member" || standing.is_admin === 1;
  if (isModerator) return standing.username;
  if (standing.posting === "moderators") throw new ChatError("forbidden", "Only moderators can post in this room");
  if (isNew && standing.slow_mode > 0) {
    const [last] = await run<{ created_at: number }>(db, LAST_POST, author, room);
    const left = last ? Math.ceil((last.created_at + standing.slow_mode * 1000 - now) / 1000) : 0;
    if (left > 0) {
      throw new ChatError("rate_limited", `Slow mode: you can post again in ${inWords(left)}`, { retryAfter: left });
    }
  }
  return standing.username;
}

/** Direct messages are read-only with somebody who is blocked or gone, and between two of whom one has blocked the other. */
async function assertDirectIsOpen(db: Kysely<Schema>, room: RoomId, author: UserId): Promise<void> {
  const others = await db.selectFrom("members").innerJoin("users", "users.id", "members.user_id")
    .select(["users.id", "users.username", "users.blocked_at"])
    .where("members.room_id", "=", room).where("users.id", "<>", author).execute();
  if (others.length === 0) throw new ChatError("forbidden", "There is nobody left to read this");
  const blocked = others.find(({ blocked_at }) => blocked_at !== null);
  if (blocked) throw new ChatError("forbidden", `${blocked.username} is blocked by an administrator`);
  if (others.length === 1) await assertNoBlock(db, author, [others[0]!.id]);
}

/** Writes down whom a text mentions, of the room's members; resolves to their ids. */
export async function mention(
  db: Kysely<Schema>,
  message: { id: MessageId; roomId: RoomId; seq: number; content: string },
): Promise<UserId[]> {
  const names = mentionedNames(message.content);
  if (names.length === 0) return [];
  const rows = await db.selectFrom("users").innerJoin("members", "members.user_id", "users.id").select("users.id")
    .where("members.room_id", "=", message.roomId)
    .where((e) => e(e.fn<string>("lower", ["users.username"]), "in", names)).execute();
  if (rows.length === 0) return [];
  await db.insertInto("mentions").values(rows.map(({ id }) => ({
    message_id: message.id,
    user_id: id,
    room_id: message.roomId,
    seq: message.seq,
  }))).execute();
  return rows.map(({ id }) => id);
}

function inWords(seconds: number): string {
  if (seconds < 120) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  if (seconds < 2 * 3600) return `${Math.ceil(seconds / 60)} minutes`;
  return seconds < 2 * 86_400 ? `${Math.ceil(seconds / 3600)} hours` : `${Math.ceil(seconds / 86_400)} days`;
}
