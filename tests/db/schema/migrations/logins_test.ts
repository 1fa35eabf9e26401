import assert from "node:assert/strict";
import { join } from "node:path";
import { ChatError } from "../../../../db/errors.ts";
import { openStore } from "../../../../db/open_store.ts";
import { T0 } from "../../../support/cast.ts";
import { oldDatabase } from "../../../support/old_database.ts";
import { ask, change } from "../../../support/sqlite.ts";
import { tempDir } from "../../../support/temp_dir.ts";

Deno.test("the migration keeps emails as entered, unique, and findable in every spelling", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  await oldDatabase(file);
  change(
    file,
    `update users set email = 'Alice.B@Example.ORG' where id = 1;
     update users set email = 'info@xn--e1afmkfd.xn--p1ai' where id = 2;
     insert into users (id, username, password_hash, is_admin, created_at) values (3, 'carol', '$2b$13$hash', 0, 3)`,
  );
  const store = await openStore(`sqlite:${file}`);
  try {
    for (const [typed, username] of [["alice.b@example.org", "alice"], ["INFO@пример.рф", "bob"]] as const) {
      assert.equal((await store.users.findLogin(typed))?.user.username, username);
      await assert.rejects(
        store.users.create({ username: "dave", email: typed, passwordHash: "x" }, T0),
        (error) => error instanceof ChatError && error.code === "conflict" && error.field === "email",
      );
    }
    assert.deepEqual((await store.users.list()).map(({ email }) => email), [
      "Alice.B@Example.ORG",
      "info@xn--e1afmkfd.xn--p1ai",
      null,
    ]);
    assert.equal(await store.users.highestCost(), 13);
    for (
      const query of [
        "select max(substr(password_hash, 5, 2)) from users",
        "select id from sessions where user_id = 1 and address = '192.0.2.1' limit 1",
        "select id from sessions where user_id = 1",
        "select id from users where email_key = 'x'",
      ]
    ) {
      const [step] = ask(file, `explain query plan ${query}`);
      assert.match(`${step!.detail}`, /^SEARCH \w+ (USING|$)/, `${query}: every login runs it`);
    }
  } finally {
    await store.close();
  }
});
