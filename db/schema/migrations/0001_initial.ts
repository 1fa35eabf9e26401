import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const initial: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.createTable("users")
      .addColumn("id", "integer", (c) => c.primaryKey())
      .addColumn("username", "text", (c) => c.notNull())
      .addColumn("email", "text")
      .addColumn("password_hash", "text", (c) => c.notNull())
      .addColumn("is_admin", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("blocked_at", "integer")
      .addColumn("created_at", "integer", (c) => c.notNull())
      .execute();
    await db.schema.createIndex("users_username").unique().on("users").expression(sql`lower(username)`).execute();
    await db.schema.createIndex("users_email").unique().on("users").expression(sql`lower(email)`).execute();

    await db.schema.createTable("sessions")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("user_id", "integer", (c) => c.notNull().references("users.id").onDelete("cascade"))
      .addColumn("created_at", "integer", (c) => c.notNull())
      .addColumn("last_seen_at", "integer", (c) => c.notNull())
      .addColumn("expires_at", "integer", (c) => c.notNull())
      .addColumn("address", "text", (c) => c.notNull())
      .addColumn("user_agent", "text", (c) => c.notNull())
      .execute();
    await db.schema.createIndex("sessions_user").on("sessions").column("user_id").execute();
    await db.schema.createIndex("sessions_expires").on("sessions").column("expires_at").execute();

    await db.schema.createTable("rooms")
      .addColumn("id", "integer", (c) => c.primaryKey())
      .addColumn("slug", "text", (c) => c.notNull().unique())
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("head", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("for_everybody", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("created_at", "integer", (c) => c.notNull())
      .execute();

    await db.schema.createTable("members")
      .addColumn("room_id", "integer", (c) => c.notNull().references("rooms.id").onDelete("cascade"))
      .addColumn("user_id", "integer", (c) => c.notNull().references("users.id").onDelete("cascade"))
      .addColumn("joined_at", "integer", (c) => c.notNull())
      .addColumn("seen_seq", "integer", (c) => c.notNull().defaultTo(0))
      .addPrimaryKeyConstraint("members_key", ["room_id", "user_id"])
      .execute();
    await db.schema.createIndex("members_user").on("members").column("user_id").execute();
    await db.schema.createIndex("members_seen").on("members").columns(["room_id", "seen_seq"]).execute();

    await db.schema.createTable("messages")
      .addColumn("id", "integer", (c) => c.primaryKey())
      .addColumn("room_id", "integer", (c) => c.notNull().references("rooms.id").onDelete("cascade"))
      .addColumn("author_id", "integer", (c) => c.notNull().references("users.id"))
      .addColumn("content", "text", (c) => c.notNull())
      .addColumn("created_at", "integer", (c) => c.notNull())
      .addColumn("edited_at", "integer")
      .addColumn("deleted_at", "integer")
      .addColumn("deleted_by", "integer", (c) => c.references("users.id"))
      .addColumn("seq", "integer", (c) => c.notNull())
      .addColumn("rev", "integer", (c) => c.notNull())
      .addColumn("nonce", "text")
      .execute();
    await db.schema.createIndex("messages_seq").unique().on("messages").columns(["room_id", "seq"]).execute();
    await db.schema.createIndex("messages_rev").unique().on("messages").columns(["room_id", "rev"]).execute();
    await db.schema.createIndex("messages_author").on("messages").column("author_id").execute();
    await db.schema.createIndex("messages_nonce").unique().on("messages").columns(["author_id", "room_id", "nonce"])
      .where(sql.ref("nonce"), "is not", null).execute();

    await db.schema.createTable("settings")
      .addColumn("key", "text", (c) => c.primaryKey())
      .addColumn("value", "text", (c) => c.notNull())
      .execute();

    await sql`insert into rooms (slug, name, head, for_everybody, created_at)
              values ('general', 'General', 0, 1, ${Date.now()})`.execute(db);
  },
};
