import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openStore, openStoreBeside } from "../../db/open_store.ts";
import { castOf } from "../support/cast.ts";
import { runScript } from "../support/script.ts";
import { tempDir } from "../support/temp_dir.ts";

/** A database in a folder of its own. */
async function place() {
  const dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  return {
    file,
    url: `sqlite:${file}`,
    /** The names of all files, and the contents of the database's. */
    async state() {
      const names = [...Deno.readDirSync(dir.path)].map(({ name }) => name).sort();
      return { names, bytes: names.includes("chatterbox.db") ? await Deno.readFile(file) : undefined };
    },
    /** Changes the file outside the store. */
    change(sql: string) {
      using database = new DatabaseSync(file);
      database.exec(sql);
    },
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  };
}

Deno.test("`openStoreBeside()` returns undefined without a store, and creates one only when told to", async () => {
  await using there = await place();
  assert.equal(await openStoreBeside(there.url), undefined);
  assert.deepEqual((await there.state()).names, []);
  await Deno.writeFile(there.file, new Uint8Array());
  assert.equal(await openStoreBeside(there.url), undefined);
  assert.deepEqual(await there.state(), { names: ["chatterbox.db"], bytes: new Uint8Array() });
  there.change("create table somebody_elses (a)");
  const before = await there.state();
  assert.equal(await openStoreBeside(there.url), undefined);
  assert.deepEqual(await there.state(), before, "not even its journal mode");
  await Deno.remove(there.file);
  const store = (await openStoreBeside(there.url, { create: true }))!;
  await castOf(store);
  await store.close();
  const again = (await openStoreBeside(there.url))!;
  assert.equal((await again.users.list()).length, 3);
  await again.close();
  assert.deepEqual((await there.state()).names, ["chatterbox.db"]);
});

Deno.test("`openStoreBeside()` refuses another version's database and leaves it unchanged", async () => {
  const versions = {
    older: "delete from kysely_migration where name = (select max(name) from kysely_migration)",
    newer: "insert into kysely_migration (name, timestamp) values ('9999_from_the_future', '2099-01-01')",
  };
  for (const [version, change] of Object.entries(versions)) {
    await using there = await place();
    await (await openStore(there.url)).close();
    there.change(change);
    const before = await there.state();
    for (const create of [false, true]) {
      await assert.rejects(openStoreBeside(there.url, { create }), {
        message: `the database was made by ${version === "older" ? "an" : "a"} ${version} version of Chatterbox`,
      });
    }
    assert.deepEqual(await there.state(), before);
  }
});

Deno.test("`openStoreBeside()` refuses a file that is not a database and leaves it unchanged", async () => {
  await using there = await place();
  await Deno.writeTextFile(there.file, "This is a letter and no database.\n".repeat(100));
  const before = await there.state();
  await assert.rejects(openStoreBeside(there.url, { create: true }), /not a database/);
  assert.deepEqual(await there.state(), before);
});

Deno.test("`openStoreBeside()` leaves the mark of an unclean stop for the next start", async () => {
  await using there = await place();
  await runScript("unclean_stop.ts", there.url);
  assert((await there.state()).names.includes("chatterbox.db-wal"));
  const store = (await openStoreBeside(there.url))!;
  assert.equal((await store.users.list()).length, 3);
  await store.users.create({ username: "dave", email: null, passwordHash: "x" }, 0);
  await store.close();
  assert((await there.state()).names.includes("chatterbox.db-wal"));
  const server = await openStore(there.url);
  assert.equal((await server.users.list()).length, 4);
  await server.close();
  assert.deepEqual((await there.state()).names, ["chatterbox.db"]);
});
