import { type Kysely, sql } from "kysely";
import { record } from "./audit.ts";
import type { Message, MessageId, RoomId, UserId } from "../model.ts";
import { assertMayPost, mention, run } from "./posting.ts";
import { person } from "./person.ts";
import { seenMarks } from "./member_rows.ts";
import type { Schema } from "../schema/tables.ts";
import type { Connections } from "./connections.ts";
import { type Messages, NONCE_LIFE } from "../store.ts";
import { fitting } from "../text_at_once.ts";

/** Selects messages as users see them: deleted authors have no name. */
export function selectMessages(db: Kysely<Schema>) {
  // The cross join fixes the join order. Otherwise SQLite starts with the few users or rooms and sorts all their
  // messages.
  return db.selectFrom("messages").crossJoin("users").crossJoin("rooms")
    .whereRef("users.id", "=", "messages.author_id").whereRef("rooms.id", "=", "messages.room_id")
    .select([
      "messages.id",
      "messages.room_id",
      "rooms.slug",
      "messages.author_id",
      sql<string>`case when users.deleted_at is null then users.username else 'deleted user' end`.as("username"),
      "users.deleted_at as author_deleted_at",
      "messages.content",
      "messages.created_at",
      "messages.edited_at",
      "messages.deleted_at",
      "messages.seq",
      "messages.rev",
    ]);
}

/** Text size in bytes. SQLite takes it from the row header without reading the text. */
export const textSize = sql<number>`octet_length(messages.content)`;

export function bytesOf({ bytes }: { bytes: number }): number {
  return bytes;
}

/** Messages whose nonce has expired. */
export function selectOldNonces(db: Kysely<Schema>, now: number) {
  return db.selectFrom("messages").select("id").where("nonce", "is not", null)
    .where("created_at", "<=", now - NONCE_LIFE);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectMessages>["execute"]>>[number];

export function toMessage(row: Row): Message {
  return {
    id: row.id,
    roomId: row.room_id,
    room: row.slug,
    author: person(row.author_id, row.username, row.author_deleted_at),
    content: row.content,
    createdAt: row.created_at,
    editedAt: row.edited_at,
    deletedAt: row.deleted_at,
    seq: row.seq,
    rev: row.rev,
  };
}

// Posting is the hot write. Its statements are raw SQL, since building them costs more than running them.
const TAKE_PLACE = "update rooms set head = head + 1, last_message_at = ? where id = ? returning head, slug";
const INSERT =
  "insert into messages (room_id, author_id, content, created_at, seq, rev, nonce) values (?, ?, ?, ?, ?, ?, ?) returning id";
const BY_NONCE = "select id from messages where author_id = ? and room_id = ? and nonce = ?";

/** Increments the room's counter. Returns the new revision. */
async function nextRev(db: Kysely<Schema>, room: RoomId): Promise<number> {
  const { head } = await db.updateTable("rooms").set((e) => ({ head: e("head", "+", 1) }))
    .where("id", "=", room).returning("head").executeTakeFirstOrThrow();
  return head;
}

async function find(db: Kysely<Schema>, id: MessageId): Promise<Message | undefined> {
  const row = await selectMessages(db).where("messages.id", "=", id).where("messages.deleted_at", "is", null)
    .executeTakeFirst();
  return row && toMessage(row);
}

/** Including deleted messages. */
async function findAny(db: Kysely<Schema>, id: MessageId): Promise<Message> {
  return toMessage(await selectMessages(db).where("messages.id", "=", id).executeTakeFirstOrThrow());
}

/** Deletes a message's text and keeps its position. */
export async function tombstone(db: Kysely<Schema>, message: Message, by: UserId, now: number): Promise<Message> {
  const rev = await nextRev(db, message.roomId);
  await db.updateTable("messages").set({ content: "", deleted_at: now, deleted_by: by, rev })
    .where("id", "=", message.id).execute();
  await db.deleteFrom("mentions").where("message_id", "=", message.id).execute();
  return { ...message, content: "", deletedAt: now, rev };
}

async function headOf(db: Kysely<Schema>, room: RoomId): Promise<number> {
  return (await db.selectFrom("rooms").select("head").where("id", "=", room).executeTakeFirstOrThrow()).head;
}

export function messages({ read, write }: Connections): Messages {
  return {
    post({ room, author, content, nonce }, now) {
      return write(async (db) => {
        if (nonce !== null) {
          const [known] = await run<{ id: MessageId }>(db, BY_NONCE, author, room, nonce);
          const first = known && await findAny(db, known.id);
          if (first && first.createdAt > now - NONCE_LIFE) return { message: first, isNew: false };
          if (first) await db.updateTable("messages").set({ nonce: null }).where("id", "=", first.id).execute();
        }
        const username = await assertMayPost(db, room, author, now, { isNew: true });
        const [place] = await run<{ head: number; slug: string }>(db, TAKE_PLACE, now, room);
        if (!place) throw new Error(`Cannot post: no room ${room}`);
        const { head: seq, slug } = place;
        const [row] = await run<{ id: MessageId }>(db, INSERT, room, author, content, now, seq, seq, nonce);
        const mentions = await mention(db, { id: row!.id, roomId: room, seq, content });
        const message = {
          id: row!.id,
          roomId: room,
          room: slug,
          author: { id: author, username },
          content,
          createdAt: now,
          editedAt: null,
          deletedAt: null,
          seq,
          rev: seq,
          ...(mentions.length === 0 ? {} : { mentions }),
        };
        return { message, isNew: true };
      });
    },

    edit(id, content, now) {
      return write(async (db) => {
        const message = await find(db, id);
        if (!message) return undefined;
        if (message.content === content) return { message, changed: false };
        await assertMayPost(db, message.roomId, message.author.id, now, { isNew: false });
        const rev = await nextRev(db, message.roomId);
        await db.updateTable("messages").set({ content, edited_at: now, rev }).where("id", "=", id).execute();
        await db.deleteFrom("mentions").where("message_id", "=", id).execute();
        const mentions = await mention(db, { ...message, content });
        return {
          message: { ...message, content, editedAt: now, rev, ...(mentions.length === 0 ? {} : { mentions }) },
          changed: true,
        };
      });
    },

    remove(id, by, now, reason = "") {
      return write(async (db) => {
        const message = await find(db, id);
        if (!message) return undefined;
        const removed = await tombstone(db, message, by.id, now);
        // Users delete their own messages freely; deleting another user's is an act of moderation.
        if (by.id !== message.author.id) {
          await record(db, {
            at: now,
            by,
            action: "delete_message",
            target: message.author,
            about: String(id),
            reason,
          });
        }
        return removed;
      });
    },

    async findFor(user, id) {
      const row = await selectMessages(read)
        .innerJoin("members", "members.room_id", "messages.room_id").where("members.user_id", "=", user)
        .where("messages.id", "=", id).where("messages.deleted_at", "is", null).executeTakeFirst();
      return row && toMessage(row);
    },

    history(room, { before, limit }) {
      return read.transaction().execute(async (db) => {
        let sizes = db.selectFrom("messages").select(["seq", textSize.as("bytes")])
          .where("room_id", "=", room).where("deleted_at", "is", null);
        if (before !== undefined) sizes = sizes.where("seq", "<", before);
        const found = await sizes.orderBy("seq", "desc").limit(limit + 1).execute();
        const count = fitting(found.slice(0, limit), bytesOf);
        const first = found[count - 1];
        const rows = first === undefined
          ? []
          : await selectMessages(db).where("messages.room_id", "=", room).where("messages.deleted_at", "is", null)
            .where("messages.seq", ">=", first.seq).where("messages.seq", "<=", found[0]!.seq)
            .orderBy("messages.seq").execute();
        return {
          messages: rows.map(toMessage),
          more: found.length > count,
          head: await headOf(db, room),
          seen: await seenMarks(db, room),
        };
      });
    },

    changesSince(room, after, limit) {
      return read.transaction().execute(async (db) => {
        const head = await headOf(db, room);
        if (after > head) return undefined;
        const sizes = await db.selectFrom("messages").select(["rev", textSize.as("bytes")])
          .where("room_id", "=", room).where("rev", ">", after).orderBy("rev").limit(limit + 1).execute();
        if (sizes.length > limit) return undefined;
        const count = fitting(sizes, bytesOf);
        const last = sizes[count - 1];
        const rows = last === undefined
          ? []
          : await selectMessages(db).where("messages.room_id", "=", room).where("messages.rev", ">", after)
            .where("messages.rev", "<=", last.rev).orderBy("messages.rev").execute();
        const messages = rows.map(toMessage);
        return count < sizes.length ? { messages, head: last!.rev, more: true } : { messages, head };
      });
    },

    latest(room, count) {
      return read.transaction().execute(async (db) => {
        const head = await headOf(db, room);
        const sizes = await db.selectFrom("messages").select(["rev", textSize.as("bytes")])
          .where("room_id", "=", room).where("rev", ">", Math.max(0, head - count)).orderBy("rev", "desc").execute();
        const fits = fitting(sizes, bytesOf);
        const isCut = fits < sizes.length;
        const from = isCut ? sizes[fits]!.rev : Math.max(0, head - count);
        const rows = await selectMessages(db).where("messages.room_id", "=", room)
          .where("messages.rev", ">", from).orderBy("messages.rev").execute();
        const messages = rows.map(toMessage);
        const standing = messages.filter(({ deletedAt }) => deletedAt === null).sort((a, b) => b.seq - a.seq);
        const marks = await seenMarks(db, room);
        const seen = marks.map((mark) => ({ ...mark, message: standing.find(({ seq }) => seq <= mark.seq)?.id }));
        return { messages, head, seen, ...(isCut ? { from } : {}) };
      });
    },

    removeOlderThan(time, limit) {
      return write(async (db) => {
        const old = db.selectFrom("messages").select("id").where("created_at", "<", time).limit(limit);
        const [result] = await db.deleteFrom("messages").where("id", "in", old).execute();
        return Number(result?.numDeletedRows ?? 0n);
      });
    },

    forgetNonces(now, limit) {
      return write(async (db) => {
        const old = selectOldNonces(db, now).limit(limit);
        const [result] = await db.updateTable("messages").set({ nonce: null }).where("id", "in", old).execute();
        return Number(result?.numUpdatedRows ?? 0n);
      });
    },
  };
}
