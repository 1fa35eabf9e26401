import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const jobs: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.createTable("jobs")
      .addColumn("id", "integer", (c) => c.primaryKey())
      .addColumn("kind", "text", (c) => c.notNull())
      .addColumn("scheduled", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("payload", "text", (c) => c.notNull())
      .addColumn("created_at", "integer", (c) => c.notNull())
      .addColumn("run_at", "integer")
      .addColumn("lease", "text")
      .addColumn("attempts", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("failed_at", "integer")
      .addColumn("error", "text", (c) => c.notNull().defaultTo(""))
      .execute();
    // The runner queries the earliest run continuously.
    await db.schema.createIndex("jobs_run_at").on("jobs").column("run_at").where(sql.ref("run_at"), "is not", null)
      .execute();
    // One row per schedule, even if several processes start at once.
    await db.schema.createIndex("jobs_schedule").unique().on("jobs").column("kind").where(
      sql.ref("scheduled"),
      "=",
      sql.lit(1),
    )
      .execute();
    await db.schema.createIndex("jobs_failed").on("jobs").column("id").where(sql.ref("failed_at"), "is not", null)
      .execute();
  },
};
