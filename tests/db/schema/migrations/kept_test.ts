import assert from "node:assert/strict";
import { join } from "node:path";
import { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { openSqlite, sqliteDialect } from "../../../../db/sqlite/driver.ts";
import { initial } from "../../../../db/schema/migrations/0001_initial.ts";
import { moderation } from "../../../../db/schema/migrations/0002_moderation.ts";
import { nonceTime } from "../../../../db/schema/migrations/0003_nonce_time.ts";
import { openStore } from "../../../../db/open_store.ts";
import { change } from "../../../support/sqlite.ts";
import { tempDir } from "../../../support/temp_dir.ts";

/** A database from before reports kept their text and names were compared. */
async function before(file: string, statements: string): Promise<void> {
  const { writer, reader } = openSqlite(file);
  const db = new Kysely({ dialect: sqliteDialect(writer, "writer") });
  const migrations = { "0001_initial": initial, "0002_moderation": moderation, "0003_nonce_time": nonceTime };
  const { error } = await new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
    .migrateToLatest();
  reader.close();
  writer.close();
  if (error !== undefined) throw error;
  change(file, statements);
}

Deno.test("the migration keeps confusable names, and no new one can be registered", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  await before(
    file,
    `insert into users (id, username, password_hash, is_admin, created_at, deleted_at)
       values (1, 'alice', 'x', 1, 1, null), (2, 'a1ice', 'x', 0, 2, null), (3, 'admin', 'x', 0, 3, null),
              (4, 'deleted#4', '', 0, 4, 5)`,
  );
  const store = await openStore(`sqlite:${file}`);
  try {
    assert.deepEqual((await store.users.list()).map(({ username }) => username), ["a1ice", "admin", "alice"]);
    assert.equal(
      (await store.users.findLogin("admin"))?.user.id,
      3,
      "the owner of a name that is now reserved keeps it",
    );
    for (const username of ["aIice", "4dmin", "ad_min"]) {
      await assert.rejects(store.users.create({ username, email: null, passwordHash: "x" }, 9), /looks like/);
    }
    await store.users.create({ username: "deleted4", email: null, passwordHash: "x" }, 9);
  } finally {
    await store.close();
  }
});

Deno.test("the migration stores the message's current text in each open report, and keeps the warnings", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  await before(
    file,
    `insert into users (id, username, password_hash, created_at) values (1, 'alice', 'x', 1), (2, 'bob', 'x', 2);
     insert into messages (id, room_id, author_id, content, created_at, edited_at, seq, rev)
       values (1, 1, 2, 'rude', 3, 4, 1, 2), (2, 1, 2, 'settled', 5, null, 3, 3);
     insert into reports (message_id, reporter_id, reason, created_at, resolved_at, resolution)
       values (1, 1, 'why', 6, null, null), (2, 1, '', 7, 8, 'dismiss');
     insert into warnings (user_id, created_at, nonce) values (2, 9, 'n1'), (2, 9, null), (2, 9, null)`,
  );
  const store = await openStore(`sqlite:${file}`);
  try {
    const { items } = await store.reports.waiting({ limit: 10 });
    assert.deepEqual(items.map(({ reported }) => reported), [
      { username: "bob", content: "rude", createdAt: 3, editedAt: 4 },
    ]);
    const bob = items[0]!.message.author.id;
    assert.equal((await store.admin.account(bob, 0))?.warnings, 3);
    const how = { by: "automatic", reason: "", threshold: 9, life: 100, nonce: "n1", offence: "other" } as const;
    assert.equal((await store.moderation.warn(bob, how, 10)).warnings, 4, "an old nonce covers no other text");
  } finally {
    await store.close();
  }
});
