import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const nonceTime: Migration = {
  async up(db: Kysely<unknown>) {
    // For the periodic query for expired nonces, which would otherwise scan all messages.
    await db.schema.createIndex("messages_nonce_time").on("messages").column("created_at")
      .where(sql.ref("nonce"), "is not", null).execute();
  },
};
