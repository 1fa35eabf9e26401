import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Kysely, sql } from "kysely";
import { sqliteDialect } from "../../../db/sqlite/driver.ts";

interface Words {
  words: { id: number | undefined; word: string | null; said: number | boolean | Date | null | undefined };
}

function open() {
  const database = new DatabaseSync(":memory:");
  database.exec("create table words (id integer primary key, word text, said integer)");
  let prepared = 0;
  const prepare = database.prepare.bind(database);
  database.prepare = (sql) => {
    prepared += 1;
    return prepare(sql);
  };
  const db = new Kysely<Words>({ dialect: sqliteDialect(database, "writer") });
  return { database, db, prepared: () => prepared, [Symbol.dispose]: () => database.close() };
}

Deno.test("`sqliteDialect()` prepares a statement once, whatever its parameters", async () => {
  using opened = open();
  const find = (word: string) => opened.db.selectFrom("words").selectAll().where("word", "=", word).execute();
  await opened.db.insertInto("words").values({ id: 1, word: "hello", said: 0 }).execute();
  await find("hello");
  const before = opened.prepared();
  assert.equal((await find("hello")).length, 1);
  assert.equal((await find("bye")).length, 0);
  assert.equal(opened.prepared(), before);
});

Deno.test("`sqliteDialect()` caches a bounded number of statements and prepares an evicted one again", async () => {
  using opened = open();
  const ask = async (n: number) => {
    const { rows } = await sql<{ n: number }>`select ${sql.lit(n)} as n`.execute(opened.db);
    return rows[0]!.n;
  };
  for (let n = 0; n < 300; n++) assert.equal(await ask(n), n);
  const before = opened.prepared();
  assert.equal(await ask(299), 299);
  assert.equal(opened.prepared(), before, "a recent one is cached");
  assert.equal(await ask(0), 0);
  assert.equal(opened.prepared(), before + 1, "the oldest was evicted");
});

Deno.test("`sqliteDialect()` returns the number of changed rows and the inserted id", async () => {
  using opened = open();
  const inserted = await opened.db.insertInto("words").values([
    { id: undefined, word: "a", said: 1 },
    { id: undefined, word: "b", said: 1 },
  ]).executeTakeFirstOrThrow();
  assert.deepEqual([inserted.insertId, inserted.numInsertedOrUpdatedRows], [2n, 2n]);
  const updated = await opened.db.updateTable("words").set({ said: 2 }).executeTakeFirstOrThrow();
  assert.equal(updated.numUpdatedRows, 2n);
  const deleted = await opened.db.deleteFrom("words").where("word", "=", "a").executeTakeFirstOrThrow();
  assert.equal(deleted.numDeletedRows, 1n);
  const returned = await opened.db.insertInto("words").values({ id: 9, word: "c", said: 1 }).returning("id")
    .executeTakeFirstOrThrow();
  assert.equal(returned.id, 9);
});

Deno.test("`sqliteDialect()` binds booleans, dates and undefined, which node:sqlite does not", async () => {
  using opened = open();
  for (const said of [true, false, new Date(1234), undefined, null]) {
    await opened.db.insertInto("words").values({ id: undefined, word: "x", said }).execute();
  }
  assert.deepEqual(
    opened.database.prepare("select said from words order by id").all().map(({ said }) => said),
    [1, 0, 1234, null, null],
  );
});

Deno.test("`sqliteDialect()` rolls a failed transaction back", async () => {
  using opened = open();
  await assert.rejects(
    opened.db.transaction().execute(async (db) => {
      await db.insertInto("words").values({ id: 1, word: "a", said: 1 }).execute();
      throw new Error("Changed my mind");
    }),
    /Changed my mind/,
  );
  assert.deepEqual(await opened.db.selectFrom("words").selectAll().execute(), []);
});

Deno.test("`sqliteDialect()` refuses to stream, which would hide a damaged file", async () => {
  using opened = open();
  await assert.rejects(async () => {
    for await (const _row of opened.db.selectFrom("words").selectAll().stream()) break;
  }, /Cannot stream/);
});
