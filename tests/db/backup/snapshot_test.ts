import assert from "node:assert/strict";
import { join } from "node:path";
import { openStore } from "../../../db/open_store.ts";
import { messagesSince, newestSnapshot } from "../../../db/backup/snapshot.ts";
import { castOf } from "../../support/cast.ts";
import { contentOf, namesIn } from "../../support/files.ts";
import { oldDatabase } from "../../support/old_database.ts";
import { ask, change, everyRow } from "../../support/sqlite.ts";
import { tempDir } from "../../support/temp_dir.ts";

const FUTURE = "insert into kysely_migration (name, timestamp) values ('9999_from_the_future', '2099-01-01')";

Deno.test("`openStore()` copies a database with content before it migrates it, and logs that", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  await oldDatabase(file);
  const before = everyRow(file);
  const logged: unknown[][] = [];
  const store = await openStore(`sqlite:${file}`, (...line) => logged.push(line));
  await store.close();
  const [name, ...rest] = namesIn(join(dir.path, "backups"));
  assert.match(name!, /^chatterbox-before-0002-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.db$/);
  assert.deepEqual(rest, []);
  const snapshot = join(dir.path, "backups", name!);
  assert.deepEqual(everyRow(snapshot), before);
  assert.deepEqual([...logged], [["info", "Copied the database before migrating it", { file: snapshot }]]);
  assert.notDeepEqual(everyRow(file), before, "the database itself was migrated");
  assert.equal(newestSnapshot(file)!.file, snapshot);
  assert.equal(messagesSince(file, 3), 2);

  await (await openStore(`sqlite:${file}`, (...line) => logged.push(line))).close();
  assert.equal(logged.length, 1, "nothing was left to migrate");
  assert.equal(namesIn(join(dir.path, "backups")).length, 1);
});

Deno.test("`openStore()` copies what a killed server left in the WAL before it migrates", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  const made = join(dir.path, "made.db");
  await oldDatabase(made);
  change(made, "pragma journal_mode = wal");
  await Deno.copyFile(made, file);
  // The state during a write: the file as before, and a WAL.
  const { DatabaseSync } = await import("node:sqlite");
  const writer = new DatabaseSync(made);
  writer.exec("update messages set content = 'only in the WAL' where id = 3");
  await Deno.copyFile(`${made}-wal`, `${file}-wal`);
  writer.close();

  await (await openStore(`sqlite:${file}`)).close();
  const query = "select content from messages where id = 3";
  assert.deepEqual(ask(newestSnapshot(file)!.file, query), [{ content: "only in the WAL" }]);
  assert.deepEqual(ask(file, query), [{ content: "only in the WAL" }]);
});

Deno.test("`openStore()` makes no copy of a fresh database", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  await Deno.writeFile(file, new Uint8Array());
  await (await openStore(`sqlite:${file}`)).close();
  assert.deepEqual(namesIn(dir.path), ["chatterbox.db"]);
  assert.equal(newestSnapshot(file), undefined);
});

Deno.test("`openStore()` changes no byte of a newer version's database, nor of the WAL of a killed server", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  await (await openStore(`sqlite:${file}`)).close();
  change(file, FUTURE);
  const stopped = await contentOf(dir.path);
  await assert.rejects(openStore(`sqlite:${file}`), /made by a newer version of Chatterbox/);
  assert.deepEqual(await contentOf(dir.path), stopped);

  change(file, "pragma journal_mode = delete");
  const other = await contentOf(dir.path);
  await assert.rejects(openStore(`sqlite:${file}`), /made by a newer version of Chatterbox/);
  assert.deepEqual(await contentOf(dir.path), other, "not even the journal mode");
  change(file, "pragma journal_mode = wal; delete from kysely_migration where name like '9999%'");

  await using killed = await tempDir();
  const left = join(killed.path, "chatterbox.db");
  const store = await openStore(`sqlite:${file}`);
  await store.check();
  change(file, FUTURE);
  await Deno.copyFile(file, left);
  await Deno.copyFile(`${file}-wal`, `${left}-wal`);
  await store.close();
  const { "chatterbox.db": database, "chatterbox.db-wal": wal } = await contentOf(killed.path);
  await assert.rejects(openStore(`sqlite:${left}`), /made by a newer version of Chatterbox/);
  const after = await contentOf(killed.path);
  assert.deepEqual([after["chatterbox.db"], after["chatterbox.db-wal"]], [database, wal]);
});

Deno.test("`openStore()` leaves another program's database alone", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  change(file, "create table letters (text)");
  const before = await contentOf(dir.path);
  await assert.rejects(openStore(`sqlite:${file}`), /it belongs to another program/);
  assert.deepEqual(await contentOf(dir.path), before);
});

Deno.test("`openStore()` rolls a failed migration back and removes its copy", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  await oldDatabase(file);
  change(file, "create table reports (in_the_way text)");
  const before = everyRow(file);
  await assert.rejects(openStore(`sqlite:${file}`), /already exists/);
  assert.deepEqual(everyRow(file), before);
  assert.deepEqual(namesIn(join(dir.path, "backups")), []);
});

Deno.test("`openStore()` does not migrate when it cannot make a copy", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  await oldDatabase(file);
  const before = everyRow(file);
  await Deno.writeTextFile(join(dir.path, "backups"), "a file instead of the folder");
  await assert.rejects(openStore(`sqlite:${file}`), /cannot copy it before migrating/);
  assert.deepEqual(everyRow(file), before);
});

Deno.test("`newestSnapshot()` finds the newest copy of this database that this version can open", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  const backups = join(dir.path, "backups");
  await Deno.mkdir(backups);
  const put = async (name: string) => {
    await oldDatabase(join(backups, name));
    return join(backups, name);
  };
  await put("chatterbox-before-0002-2026-01-01T00-00-00Z.db");
  const right = await put("chatterbox-before-0002-2026-02-01T00-00-00Z.db");
  change(await put("chatterbox-before-0003-2026-03-01T00-00-00Z.db"), FUTURE);
  await Deno.writeTextFile(join(backups, "chatterbox-before-0003-2026-04-01T00-00-00Z.db"), "damaged");
  await put("another-before-0002-2026-05-01T00-00-00Z.db");
  await put("chatterbox-2026-06-01T00-00-00Z.db");
  assert.deepEqual(newestSnapshot(file), { file: right, time: Date.UTC(2026, 1, 1) });
});

Deno.test("`messagesSince()` returns undefined for a missing file", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  await Deno.writeTextFile(file, "damaged ".repeat(200));
  assert.equal(messagesSince(file, 0), undefined);
  await Deno.remove(file);
  const store = await openStore(`sqlite:${file}`);
  const { alice, say } = await castOf(store);
  await say(alice, "Hello");
  assert.equal(messagesSince(file, 0), 1);
  await store.close();
});
