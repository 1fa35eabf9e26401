import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { skeleton } from "../../names/confusable.ts";

export const names: Migration = {
  async up(db: Kysely<unknown>) {
    // Not unique: existing names that look alike remain valid.
    await db.schema.alterTable("users").addColumn("skeleton", "text").execute();
    const { rows } = await sql<{ id: number; username: string }>`
      select id, username from users where deleted_at is null`.execute(db);
    for (const { id, username } of rows) {
      await sql`update users set skeleton = ${skeleton(username)} where id = ${id}`.execute(db);
    }
    await db.schema.createIndex("users_skeleton").on("users").column("skeleton").execute();
    // Searches read users in the page's sort order. This was the only order without an index.
    await sql`create index users_last_seen on users (coalesce(last_seen_at, 0), id)`.execute(db);
  },
};
