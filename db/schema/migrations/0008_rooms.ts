import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const rooms: Migration = {
  async up(db: Kysely<unknown>) {
    const add = (table: string, name: string, type: "integer" | "text" = "integer") =>
      db.schema.alterTable(table).addColumn(name, type);
    await db.schema.alterTable("rooms")
      .addColumn(
        "kind",
        "text",
        (c) => c.notNull().defaultTo("public").check(sql`kind in ('public', 'private', 'direct')`),
      )
      .execute();
    await db.schema.alterTable("rooms").addColumn("topic", "text", (c) => c.notNull().defaultTo("")).execute();
    await db.schema.alterTable("rooms")
      .addColumn(
        "posting",
        "text",
        (c) => c.notNull().defaultTo("everybody").check(sql`posting in ('everybody', 'moderators')`),
      )
      .execute();
    await db.schema.alterTable("rooms").addColumn("slow_mode", "integer", (c) => c.notNull().defaultTo(0)).execute();
    await add("rooms", "archived_at").execute();
    await add("rooms", "removed_at").execute();
    await db.schema.alterTable("rooms").addColumn("members", "integer", (c) => c.notNull().defaultTo(0)).execute();
    await sql`update rooms set members = (select count(*) from members where room_id = rooms.id)`.execute(db);
    await add("rooms", "created_by").execute();
    await add("rooms", "last_message_at").execute();
    await add("rooms", "inspected_until").execute();
    await add("rooms", "inspection_reason", "text").execute();
    await add("rooms", "direct_key", "text").execute();
    await add("rooms", "folded", "text").execute();
    await sql`update rooms set folded = lower(name)`.execute(db);
    await sql`update rooms set last_message_at = (select max(created_at) from messages where room_id = rooms.id)`
      .execute(db);
    await db.schema.createIndex("rooms_direct").unique().on("rooms").column("direct_key").execute();
    await db.schema.createIndex("rooms_creator").on("rooms").columns(["created_by", "created_at"]).execute();

    await db.schema.alterTable("members").addColumn("read_seq", "integer", (c) => c.notNull().defaultTo(0)).execute();
    await sql`update members set read_seq = seen_seq`.execute(db);
    await db.schema.alterTable("members")
      .addColumn(
        "role",
        "text",
        (c) => c.notNull().defaultTo("member").check(sql`role in ('owner', 'moderator', 'member')`),
      )
      .execute();
    await db.schema.alterTable("members")
      .addColumn(
        "notify",
        "text",
        (c) => c.notNull().defaultTo("mentions").check(sql`notify in ('all', 'mentions', 'nothing')`),
      )
      .execute();
    await db.schema.alterTable("members").addColumn("favourite", "integer", (c) => c.notNull().defaultTo(0)).execute();
    await add("members", "timed_out_until").execute();

    await db.schema.createTable("mentions")
      .addColumn("message_id", "integer", (c) => c.notNull().references("messages.id").onDelete("cascade"))
      .addColumn("user_id", "integer", (c) => c.notNull().references("users.id").onDelete("cascade"))
      .addColumn("room_id", "integer", (c) => c.notNull().references("rooms.id").onDelete("cascade"))
      .addColumn("seq", "integer", (c) => c.notNull())
      .addPrimaryKeyConstraint("mentions_key", ["message_id", "user_id"])
      .execute();
    await db.schema.createIndex("mentions_unread").on("mentions").columns(["user_id", "room_id", "seq"]).execute();
    await db.schema.createIndex("mentions_recent").on("mentions").columns(["room_id", "seq"]).execute();

    await db.schema.createTable("user_blocks")
      .addColumn("user_id", "integer", (c) => c.notNull().references("users.id").onDelete("cascade"))
      .addColumn("blocked_id", "integer", (c) => c.notNull().references("users.id").onDelete("cascade"))
      .addColumn("created_at", "integer", (c) => c.notNull())
      .addPrimaryKeyConstraint("user_blocks_key", ["user_id", "blocked_id"])
      .execute();
    await db.schema.createIndex("user_blocks_blocked").on("user_blocks").column("blocked_id").execute();

    // Slow mode asks for a member's last message in a room. An account's messages are found by it too.
    await db.schema.createIndex("messages_author_room").on("messages").columns(["author_id", "room_id", "seq"])
      .execute();
    await db.schema.dropIndex("messages_author").execute();
  },
};
