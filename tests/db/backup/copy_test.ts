import assert from "node:assert/strict";
import { join } from "node:path";
import { backupDatabase, backupName, backupsIn, removeOldBackups } from "../../../db/backup/copy.ts";
import { castOf, T0 } from "../../support/cast.ts";
import { namesIn } from "../../support/files.ts";
import { startScript } from "../../support/script.ts";
import { ask, change } from "../../support/sqlite.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { tempStore } from "../../support/temp_store.ts";

Deno.test("`backupDatabase()` copies committed data beside an open store into one file, readable by its owner only", async () => {
  await using temp = await tempStore();
  await using dir = await tempDir();
  const { alice, say } = await castOf(temp.store);
  await say(alice, "in the WAL, not yet in the file");
  const to = join(dir.path, "copy.db");
  const bytes = await backupDatabase({ from: temp.file, to });
  await say(alice, "too late");
  assert.deepEqual(namesIn(dir.path), ["copy.db"]);
  assert.equal((await Deno.stat(to)).size, bytes);
  if (Deno.build.os !== "windows") assert.equal((await Deno.stat(to)).mode! & 0o777, 0o600);
  assert.deepEqual(ask(to, "pragma journal_mode"), [{ journal_mode: "delete" }]);
  assert.deepEqual(ask(to, "select content from messages"), [{ content: "in the WAL, not yet in the file" }]);
  assert.deepEqual(namesIn(dir.path), ["copy.db"], "reading it leaves no other files");
});

Deno.test("`backupDatabase()` in many steps copies one snapshot and finishes while another process keeps writing", async () => {
  await using temp = await tempStore();
  await using dir = await tempDir();
  change(
    temp.file,
    `create table amounts (id integer primary key, amount integer not null, ballast text not null);
     with recursive n (i) as (select 1 union all select i + 1 from n where i < 8000)
     insert into amounts select i, 100, hex(zeroblob(1000)) from n`,
  );
  const writer = startScript("busy_writer.ts", temp.file);
  let bytes = 0;
  let took = 0;
  try {
    await writer.prints("writing");
    const start = Date.now();
    bytes = await backupDatabase({ from: temp.file, to: join(dir.path, "copy.db") });
    took = Date.now() - start;
  } finally {
    writer.release();
  }
  await writer.output();
  assert(took < 15_000, `${took} ms: it restarted with every write`);
  assert(bytes > 16_000_000, "many steps");
  const query = "select sum(amount) as sum, min(amount) < 100 as moved from amounts";
  assert.deepEqual(ask(join(dir.path, "copy.db"), query), [{ sum: 800_000, moved: 1 }]);
});

Deno.test("`backupDatabase()` replaces a file only when told to, together with its WAL", async () => {
  await using temp = await tempStore();
  await using dir = await tempDir();
  const to = join(dir.path, "copy.db");
  for (const name of ["copy.db", "copy.db-wal", "copy.db-shm", "copy.db-journal"]) {
    const foreign = join(dir.path, name);
    await Deno.writeTextFile(foreign, "another file");
    await assert.rejects(backupDatabase({ from: temp.file, to }), /already exists/);
    assert.equal(await Deno.readTextFile(foreign), "another file");
    await backupDatabase({ from: temp.file, to, force: true });
    assert.deepEqual(namesIn(dir.path), ["copy.db"]);
    assert.deepEqual(ask(to, "pragma integrity_check"), [{ integrity_check: "ok" }]);
    await Deno.remove(to);
  }
});

Deno.test("`backupDatabase()` never replaces the database itself, under any path", async () => {
  await using temp = await tempStore();
  await using dir = await tempDir();
  const link = join(dir.path, "link.db");
  await Deno.symlink(temp.file, link);
  for (const to of [temp.file, `${temp.file}-wal`, `${temp.file}-shm`, `${temp.file}-journal`, link]) {
    await assert.rejects(backupDatabase({ from: temp.file, to, force: true }), /that is the database itself/, to);
  }
  await assert.rejects(backupDatabase({ from: link, to: temp.file, force: true }), /that is the database itself/);
  await temp.store.check();
});

Deno.test("`backupDatabase()` refuses to replace a database that is open", async () => {
  await using temp = await tempStore();
  await using other = await tempStore();
  await castOf(other.store);
  await assert.rejects(backupDatabase({ from: temp.file, to: other.file, force: true }), /is in use/);
  await other.store.check();
});

Deno.test("`backupDatabase()` reports a damaged database and leaves no file", async () => {
  await using temp = await tempStore();
  await using dir = await tempDir();
  const { alice, say } = await castOf(temp.store);
  for (let n = 0; n < 200; n++) await say(alice, `${n} `.repeat(500));
  await temp.store.close();
  const bytes = await Deno.readFile(temp.file);
  await Deno.writeFile(temp.file, bytes.fill(0xaa, bytes.length >> 2, bytes.length * 3 >> 2));
  await assert.rejects(backupDatabase({ from: temp.file, to: join(dir.path, "copy.db") }), /malformed/);
  assert.deepEqual(namesIn(dir.path), []);
});

Deno.test("`backupDatabase()` renames only its own copy, and copies no database of another program", async () => {
  await using temp = await tempStore();
  await using dir = await tempDir();
  const partial = join(dir.path, "partial");
  const copying = backupDatabase({ from: temp.file, to: join(dir.path, "copy.db"), partial });
  // As an interrupt does.
  Deno.removeSync(partial);
  await assert.rejects(copying, /not a Chatterbox database|readonly/);
  const strange = join(dir.path, "strange.db");
  change(strange, "create table letters (text)");
  await assert.rejects(
    backupDatabase({ from: strange, to: join(dir.path, "copy.db") }),
    /not a Chatterbox database/,
  );
  assert.deepEqual(namesIn(dir.path), ["strange.db"]);
});

Deno.test("`backupDatabase()` removes what a killed backup has left once nobody can be writing it", async () => {
  await using temp = await tempStore();
  await using dir = await tempDir();
  const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
  const names = ["a.db.0123abcd.partial", "a.db.0123abcd.partial-journal", "my.partial", "a.db.89ab4567.partial"];
  for (const name of names) {
    await Deno.writeTextFile(join(dir.path, name), "half");
    if (!name.includes("89ab4567")) await Deno.utime(join(dir.path, name), old, old);
  }
  await backupDatabase({ from: temp.file, to: join(dir.path, "copy.db") });
  assert.deepEqual(namesIn(dir.path), ["a.db.89ab4567.partial", "copy.db", "my.partial"]);
});

Deno.test("`removeOldBackups()` keeps the newest backups and every file not named like one", async () => {
  await using dir = await tempDir();
  const backups = [T0 + 3000, T0, T0 + 1000, T0 + 2000].map(backupName);
  assert.equal(backups[1], "chatterbox-2026-01-01T12-00-00Z.db");
  const others = ["chatterbox-before-0002-2020-01-01T00-00-00Z.db", "chatterbox-2020-01-01.db", "chatterbox.db"];
  for (const name of [...backups, ...others]) await Deno.writeTextFile(join(dir.path, name), "");
  assert.deepEqual(backupsIn(dir.path).map(({ time }) => time - T0), [0, 1000, 2000, 3000]);
  removeOldBackups(dir.path, 2);
  assert.deepEqual(namesIn(dir.path), [...others, backupName(T0 + 2000), backupName(T0 + 3000)].sort());
  assert.deepEqual(backupsIn(join(dir.path, "nowhere")), []);
});

Deno.test("`backupDatabase()` copies a database in the rollback journal mode", async () => {
  await using temp = await tempStore();
  await castOf(temp.store);
  await temp.store.close();
  change(temp.file, "pragma journal_mode = delete");
  await backupDatabase({ from: temp.file, to: `${temp.file}.copy` });
  assert.equal(ask(`${temp.file}.copy`, "select count(*) as n from users")[0]!.n, 3);
});
