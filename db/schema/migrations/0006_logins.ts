import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { emailKey } from "../../names/canonical.ts";

interface Users {
  users: { id: number; email: string | null; email_key: string | null };
}

export const logins: Migration = {
  async up(db: Kysely<unknown>) {
    // Earlier emails are ASCII and unique regardless of case, so their keys are unique.
    await db.schema.alterTable("users").addColumn("email_key", "text").execute();
    const users = db as Kysely<Users>;
    for (const { id, email } of await users.selectFrom("users").select(["id", "email"]).execute()) {
      if (email === null) continue;
      await users.updateTable("users").set({ email_key: emailKey(email) }).where("id", "=", id).execute();
    }
    await db.schema.dropIndex("users_email").execute();
    await db.schema.createIndex("users_email_key").unique().on("users").column("email_key").execute();

    // Every login queries whether the user has a session from the address. A user may have many.
    await db.schema.createIndex("sessions_address").on("sessions").columns(["user_id", "address"]).execute();
    await db.schema.dropIndex("sessions_user").execute();

    // Every login queries the highest cost.
    await db.schema.createIndex("users_cost").on("users").expression(sql`substr(password_hash, 5, 2)`).execute();
  },
};
