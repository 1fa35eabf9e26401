import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { emailKey } from "../../names/canonical.ts";

interface Users {
  users: { id: number; email: string | null; email_key: string | null };
}

export const logins: Migration = {
  async up(db: Kysely<unknown>) {
    // Until here all emails were ASCII, which is unique without regard to case: the keys are unique too.
    await db.schema.alterTable("users").addColumn("email_key", "text").execute();
    const users = db as Kysely<Users>;
    for (const { id, email } of await users.selectFrom("users").select(["id", "email"]).execute()) {
      if (email === null) continue;
      await users.updateTable("users").set({ email_key: emailKey(email) }).where("id", "=", id).execute();
    }
    await db.schema.dropIndex("users_email").execute();
    await db.schema.createIndex("users_email_key").unique().on("users").column("email_key").execute();

    // Whether a user has a session from an address is asked at every login; of one user there may be many.
    await db.schema.createIndex("sessions_address").on("sessions").columns(["user_id", "address"]).execute();
    await db.schema.dropIndex("sessions_user").execute();

    // The highest cost of a hash is asked at every login.
    await db.schema.createIndex("users_cost").on("users").expression(sql`substr(password_hash, 5, 2)`).execute();
  },
};
