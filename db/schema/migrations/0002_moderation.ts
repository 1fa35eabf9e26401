import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const moderation: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable("users").addColumn("last_seen_at", "integer").execute();
    await db.schema.alterTable("users").addColumn("deleted_at", "integer").execute();

    await db.schema.createTable("warnings")
      .addColumn("id", "integer", (c) => c.primaryKey())
      .addColumn("user_id", "integer", (c) => c.notNull().references("users.id").onDelete("cascade"))
      .addColumn("created_at", "integer", (c) => c.notNull())
      .addColumn("reset_at", "integer")
      .addColumn("nonce", "text")
      .execute();
    await db.schema.createIndex("warnings_user").on("warnings").columns(["user_id", "created_at"]).execute();

    await db.schema.createIndex("warnings_nonce").unique().on("warnings").columns(["user_id", "nonce"]).execute();

    await db.schema.createTable("words")
      .addColumn("word", "text", (c) => c.primaryKey())
      .addColumn("kind", "text", (c) => c.notNull().check(sql`kind in ('forbidden', 'allowed')`))
      .addColumn("created_at", "integer", (c) => c.notNull())
      .execute();

    await db.schema.createTable("reports")
      .addColumn("id", "integer", (c) => c.primaryKey())
      .addColumn("message_id", "integer", (c) => c.notNull().references("messages.id").onDelete("cascade"))
      .addColumn("reporter_id", "integer", (c) => c.notNull().references("users.id").onDelete("cascade"))
      .addColumn("reason", "text", (c) => c.notNull())
      .addColumn("created_at", "integer", (c) => c.notNull())
      .addColumn("resolved_at", "integer")
      .addColumn("resolution", "text")
      .execute();
    // A user reports a message at most once.
    await db.schema.createIndex("reports_once").unique().on("reports").columns(["message_id", "reporter_id"]).execute();
    await db.schema.createIndex("reports_open").on("reports").column("id").where(sql.ref("resolved_at"), "is", null)
      .execute();

    // Names are copies: entries outlive users.
    await db.schema.createTable("audit")
      .addColumn("id", "integer", (c) => c.primaryKey())
      .addColumn("at", "integer", (c) => c.notNull())
      .addColumn("actor_id", "integer")
      .addColumn("actor", "text", (c) => c.notNull())
      .addColumn("action", "text", (c) => c.notNull())
      .addColumn("target_id", "integer")
      .addColumn("target", "text", (c) => c.notNull())
      .addColumn("reason", "text", (c) => c.notNull())
      .execute();
    await db.schema.createIndex("audit_target").on("audit").column("target_id").execute();
    await db.schema.createIndex("audit_actor").on("audit").column("actor_id").execute();
    for (const change of ["update", "delete"]) {
      await sql`create trigger ${sql.ref(`audit_no_${change}`)} before ${sql.raw(change)} on audit
                begin select raise(abort, 'the audit log is never changed'); end`.execute(db);
    }

    await db.schema.createTable("password_resets")
      .addColumn("token_hash", "text", (c) => c.primaryKey())
      .addColumn("user_id", "integer", (c) => c.notNull().references("users.id").onDelete("cascade"))
      .addColumn("expires_at", "integer", (c) => c.notNull())
      .execute();

    await db.schema.createIndex("messages_time").on("messages").column("created_at").execute();
  },
};
