import assert from "node:assert/strict";
import { join } from "node:path";
import { Kysely, sql } from "kysely";
import { openSqlite, sqliteDialect } from "../../../db/sqlite/driver.ts";
import { GroupCommit } from "../../../db/sqlite/group_commit.ts";
import { Metrics } from "../../../db/metrics.ts";
import type { Schema } from "../../../db/schema/tables.ts";
import { tempDir } from "../../support/temp_dir.ts";

/** A table of words, its group commit, and the statements it executed. */
async function open() {
  const dir = await tempDir();
  const { writer, reader } = openSqlite(join(dir.path, "test.db"));
  writer.exec(`create table words (word text primary key, after text references words deferrable initially deferred)`);
  const executed: string[] = [];
  const db = new Kysely<Schema>({
    dialect: sqliteDialect(writer, "writer"),
    log: ({ query }) => void executed.push(query.sql),
  });
  const metrics = new Metrics();
  const commits = new GroupCommit(db, () => {}, (committed) => metrics.committed(committed));
  return {
    commits,
    metrics,
    /** How many transactions were committed. */
    commitCount: () => executed.filter((each) => each === "commit").length,
    /** What a reader sees. */
    words: () => reader.prepare("select word from words order by rowid").all().map(({ word }) => word),
    write: (word: string, after: string | null = null) =>
      commits.write(async (db) => {
        await sql`insert into words values (${word}, ${after})`.execute(db);
        return word;
      }),
    writer,
    async [Symbol.asyncDispose]() {
      await commits.settled();
      reader.close();
      writer.close();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("`GroupCommit.write()` commits concurrent writes in one transaction, in the order given", async () => {
  await using opened = await open();
  const words = Array.from({ length: 50 }, (_, n) => `word ${n}`);
  const settled: string[] = [];
  await Promise.all(words.map(async (word) => settled.push(await opened.write(word))));
  assert.deepEqual(opened.words(), words);
  assert.deepEqual(settled, words);
  // A slow machine may close a group early.
  assert(opened.commitCount() <= 5, `${opened.commitCount()} commits`);
});

Deno.test("`GroupCommit.write()` splits a flood into several transactions and yields between them", async () => {
  await using opened = await open();
  let turns = 0;
  const timer = setInterval(() => turns += 1, 0);
  await Promise.all(Array.from({ length: 640 }, (_, n) => opened.write(`word ${n}`)));
  clearInterval(timer);
  assert.equal(opened.words().length, 640);
  assert(opened.commitCount() >= 10 && opened.commitCount() < 64, `${opened.commitCount()} commits`);
  assert(turns > 0, "the event loop ran meanwhile");
  assert.equal(opened.metrics.commitSize.sum, 640);
  assert.equal(opened.metrics.commitSeconds.counts.reduce((sum, count) => sum + count), opened.commitCount());
  assert(opened.metrics.commitSeconds.sum > 0);
});

Deno.test("`GroupCommit.write()` shows a reader nothing before the commit, and everything once it resolves", async () => {
  await using opened = await open();
  const seenInside: unknown[] = [];
  const first = opened.write("first");
  const second = opened.commits.write(async (db) => {
    const inside = await sql<{ word: string }>`select word from words`.execute(db);
    assert.deepEqual(inside.rows.map(({ word }) => word), ["first"], "a unit sees the earlier ones");
    seenInside.push(...opened.words());
  });
  await Promise.all([first, second]);
  assert.deepEqual(seenInside, []);
  assert.deepEqual(opened.words(), ["first"]);
});

Deno.test("`GroupCommit.write()` rolls back only the unit that throws", async () => {
  await using opened = await open();
  const results = await Promise.allSettled([
    opened.write("before"),
    opened.commits.write(async (db) => {
      await sql`insert into words values ('half', null)`.execute(db);
      throw new Error("Changed my mind");
    }),
    opened.write("before"),
    opened.write("after"),
  ]);
  assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected", "rejected", "fulfilled"]);
  assert.match(String((results[1] as PromiseRejectedResult).reason), /Changed my mind/);
  assert.match(String((results[2] as PromiseRejectedResult).reason), /UNIQUE/);
  assert.deepEqual(opened.words(), ["before", "after"]);
  assert.equal(opened.commitCount(), 1);
});

Deno.test("`GroupCommit.write()` rejects the whole group when the commit fails, and continues with the next", async () => {
  await using opened = await open();
  // The commit detects the broken reference.
  const group = await Promise.allSettled([opened.write("one"), opened.write("two", "nobody"), opened.write("three")]);
  assert.deepEqual(group.map(({ status }) => status), ["rejected", "rejected", "rejected"]);
  for (const each of group) assert.match(String((each as PromiseRejectedResult).reason), /FOREIGN KEY/);
  assert.deepEqual(opened.words(), []);
  assert.equal(opened.metrics.commitsFailed, 1);
  assert.equal(await opened.write("four"), "four");
  assert.deepEqual(opened.words(), ["four"]);
  assert.equal(opened.metrics.commitSize.sum, 1, "failed units are not counted as committed");
});

Deno.test("`GroupCommit.write()` rejects when the transaction cannot begin, and works again when it can", async () => {
  await using opened = await open();
  opened.writer.exec("begin");
  await assert.rejects(opened.write("too early"), /transaction/);
  assert.equal(await opened.write("in time"), "in time");
  assert.deepEqual(opened.words(), ["in time"]);
});

Deno.test("`GroupCommit.settled()` waits for earlier writes, and for nothing when idle", async () => {
  await using opened = await open();
  await opened.commits.settled();
  let done = false;
  opened.write("word").then(() => done = true);
  await opened.commits.settled();
  await Promise.resolve();
  assert.equal(done, true);
});
