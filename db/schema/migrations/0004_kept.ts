import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const kept: Migration = {
  async up(db: Kysely<unknown>) {
    // A nonce protects the retry of one text, not other texts sent with it.
    await db.schema.alterTable("warnings").addColumn("offence", "text", (c) => c.notNull().defaultTo("")).execute();
    await db.schema.dropIndex("warnings_nonce").execute();
    await db.schema.createIndex("warnings_nonce").on("warnings").columns(["user_id", "nonce"])
      .where(sql.ref("nonce"), "is not", null).execute();

    // A copy of the reported message, which may be edited or deleted before the report is read.
    await db.schema.alterTable("reports").addColumn("author", "text", (c) => c.notNull().defaultTo("")).execute();
    await db.schema.alterTable("reports").addColumn("content", "text", (c) => c.notNull().defaultTo("")).execute();
    await db.schema.alterTable("reports").addColumn("said_at", "integer", (c) => c.notNull().defaultTo(0)).execute();
    await db.schema.alterTable("reports").addColumn("edited_at", "integer").execute();
    await sql`update reports set (author, content, said_at, edited_at) = (
                select users.username, messages.content, messages.created_at, messages.edited_at
                from messages join users on users.id = messages.author_id where messages.id = reports.message_id)
              where resolved_at is null`.execute(db);
    // Every new report counts the user's recent ones.
    await db.schema.createIndex("reports_reporter").on("reports").columns(["reporter_id", "created_at"]).execute();
  },
};
