import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const nonceTime: Migration = {
  async up(db: Kysely<unknown>) {
    // Which nonces are to be forgotten is asked every few minutes: without this, of every message there is.
    await db.schema.createIndex("messages_nonce_time").on("messages").column("created_at")
      .where(sql.ref("nonce"), "is not", null).execute();
  },
};
