import { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { openSqlite, sqliteDialect } from "../../db/sqlite/driver.ts";
import { initial } from "../../db/schema/migrations/0001_initial.ts";
import { change } from "./sqlite.ts";

/** A database of the first version, with two users and three messages. */
export async function oldDatabase(file: string): Promise<void> {
  const { writer, reader } = openSqlite(file);
  const db = new Kysely({ dialect: sqliteDialect(writer, "writer") });
  const provider = { getMigrations: () => Promise.resolve({ "0001_initial": initial }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  reader.close();
  writer.close();
  if (error !== undefined) throw error;
  change(
    file,
    `insert into users (id, username, password_hash, is_admin, created_at)
       values (1, 'alice', '$2b$04$hash', 1, 1), (2, 'bob', '$2b$04$hash', 0, 2);
     insert into members (room_id, user_id, joined_at) values (1, 1, 1), (1, 2, 2);
     insert into messages (room_id, author_id, content, created_at, seq, rev)
       values (1, 1, 'one', 3, 1, 1), (1, 2, 'two', 4, 2, 2), (1, 1, 'three', 5, 3, 3);
     update rooms set head = 3`,
  );
}
