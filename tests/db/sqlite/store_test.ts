import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqlite } from "../../../db/sqlite/driver.ts";
import { openStore, openStoreBeside } from "../../../db/open_store.ts";
import { storeContract } from "../../contract/store.ts";
import { castOf, T0 } from "../../support/cast.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { tempStore } from "../../support/temp_store.ts";

/** As the command line opens it beside a server: it writes without a thread. */
storeContract("SQLite", async () => {
  const dir = await tempDir();
  const url = `sqlite:${join(dir.path, "chatterbox.db")}`;
  const store = (await openStoreBeside(url, { create: true }))!;
  return {
    store,
    async again() {
      const other = (await openStoreBeside(url))!;
      return { ...other, [Symbol.asyncDispose]: () => other.close() };
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await dir[Symbol.asyncDispose]();
    },
  };
});

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`pragma ${name}`).get()!)[0];
}

Deno.test("`openSqlite()` sets the pragmas that durability depends on", async () => {
  await using dir = await tempDir();
  const { writer, reader } = openSqlite(join(dir.path, "test.db"));
  try {
    assert.equal(pragma(writer, "journal_mode"), "wal");
    assert.equal(pragma(writer, "synchronous"), 2, "FULL");
    assert.equal(pragma(writer, "foreign_keys"), 1);
    assert.equal(pragma(writer, "busy_timeout") as number > 0, true);
    assert.equal(pragma(reader, "query_only"), 1);
    assert.equal(pragma(reader, "foreign_keys"), 1);
    assert.throws(() => reader.exec("create table t (a)"), /readonly|read-only/);
  } finally {
    reader.close();
    writer.close();
  }
});

Deno.test("`openStore()` keeps all data across a restart, and migrates a second time without effect", async () => {
  await using dir = await tempDir();
  const url = `sqlite:${join(dir.path, "chatterbox.db")}`;
  const before = await openStore(url);
  const { alice, room, say } = await castOf(before);
  const message = await say(alice, "Hello", { nonce: "n1" });
  await before.rooms.markSeen(room.id, [{ user: alice.id, seq: 1 }]);
  await before.settings.set("motto", "kept");
  await before.close();

  const after = await openStore(url);
  try {
    assert.deepEqual((await after.users.list()).map(({ username }) => username), ["alice", "bob", "carol"]);
    const { messages, head, seen } = await after.messages.history(room.id, { limit: 10 });
    assert.deepEqual([messages, head, seen.length], [[message], 1, 1]);
    const again = await after.messages.post({ room: room.id, author: alice.id, content: "Hello", nonce: "n1" }, T0);
    assert.equal(again.isNew, false);
    assert.equal(await after.settings.get("motto"), "kept");
  } finally {
    await after.close();
  }
});

Deno.test("`Store.close()` finishes pending writes", async () => {
  await using temp = await tempStore();
  const { alice, say } = await castOf(temp.store);
  const writes = Array.from({ length: 100 }, (_, n) => say(alice, `message ${n}`));
  await temp.store.close();
  assert.equal((await Promise.all(writes)).length, 100);
  await assert.rejects(temp.store.check());
});

Deno.test("`messages.remove()` erases the text from the row on disk", async () => {
  await using temp = await tempStore();
  const { alice, say } = await castOf(temp.store);
  const { id } = await say(alice, "a secret");
  const disk = new DatabaseSync(temp.file, { readOnly: true });
  try {
    const row = () => JSON.stringify(disk.prepare("select * from messages where id = ?").get(id));
    assert.match(row(), /a secret/);
    await temp.store.messages.edit(id, "another secret", T0);
    assert.match(row(), /another secret/);
    await temp.store.messages.remove(id, alice, T0);
    assert.doesNotMatch(row(), /secret/);
  } finally {
    disk.close();
  }
});

Deno.test("`openStore()` refuses a newer version's database and leaves it unchanged", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  await (await openStore(`sqlite:${file}`)).close();
  const database = new DatabaseSync(file);
  database.exec("insert into kysely_migration (name, timestamp) values ('9999_from_the_future', '2099-01-01')");
  database.close();
  await assert.rejects(openStore(`sqlite:${file}`), /made by a newer version of Chatterbox/);
  const after = new DatabaseSync(file, { readOnly: true });
  assert.equal(after.prepare("select count(*) as n from users").get()?.n, 0);
  after.close();
});

Deno.test("`openStore()` refuses a file that is not a database and leaves it unchanged", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  const text = "This is a letter and no database.\n".repeat(100);
  await Deno.writeTextFile(file, text);
  await assert.rejects(openStore(`sqlite:${file}`), /not a database/);
  assert.equal(await Deno.readTextFile(file), text);
});

Deno.test("`openStore()` detects a damaged database after an unclean stop", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  const store = await openStore(`sqlite:${file}`);
  const { alice, say } = await castOf(store);
  for (let n = 0; n < 200; n++) await say(alice, `${n} `.repeat(500));
  await store.close();
  using damaged = await Deno.open(file, { read: true, write: true });
  const { size } = await damaged.stat();
  await damaged.seek(Math.floor(size / 4), Deno.SeekMode.Start);
  await damaged.write(new Uint8Array(Math.floor(size / 2)).fill(0xaa));
  await Deno.writeFile(`${file}-wal`, new Uint8Array());
  await assert.rejects(openStore(`sqlite:${file}`), /malformed/);
});

Deno.test("`openStore()` accepts only sqlite:PATH", async () => {
  for (const url of ["postgres://localhost/chat", "sqlite:", "chatterbox.db", ""]) {
    // Some throw, some reject.
    await assert.rejects(async () => await openStore(url), /is not sqlite:PATH/);
  }
});
