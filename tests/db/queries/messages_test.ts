import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { sqliteDialect } from "../../../db/sqlite/driver.ts";
import { selectMessages, selectOldNonces } from "../../../db/queries/messages.ts";
import type { MessageId, RoomId } from "../../../db/model.ts";
import type { Schema } from "../../../db/schema/tables.ts";
import { castOf } from "../../support/cast.ts";
import { tempStore } from "../../support/temp_store.ts";

Deno.test("`selectMessages()` walks an index and sorts nothing, however many messages there are", async () => {
  await using opened = await tempStore();
  await castOf(opened.store);
  using database = new DatabaseSync(opened.file);
  const db = new Kysely<Schema>({ dialect: sqliteDialect(database, "reader") });
  const room = 1 as RoomId;
  const queries = {
    newest: selectMessages(db).where("messages.room_id", "=", room).where("messages.deleted_at", "is", null)
      .orderBy("messages.seq", "desc").limit(51),
    changes: selectMessages(db).where("messages.room_id", "=", room).where("messages.rev", ">", 7)
      .orderBy("messages.rev").limit(1001),
    window: selectMessages(db).where("messages.id", ">=", 1 as MessageId).where("messages.id", "<", 5000 as MessageId)
      .orderBy("messages.id", "desc").limit(501),
  };
  for (const [name, query] of Object.entries(queries)) {
    const { sql, parameters } = query.compile();
    const steps = database.prepare(`explain query plan ${sql}`).all(...parameters as number[]);
    const plan = steps.map(({ detail }) => String(detail));
    assert.match(plan[0]!, /^SEARCH messages USING (INDEX|INTEGER PRIMARY KEY)/, `${name}: ${plan.join("; ")}`);
    assert(!plan.some((step) => step.includes("TEMP B-TREE")), `${name}: ${plan.join("; ")}`);
  }
});

Deno.test("`selectOldNonces()` reads expired nonces only, however many messages there are", async () => {
  await using opened = await tempStore();
  using database = new DatabaseSync(opened.file);
  const db = new Kysely<Schema>({ dialect: sqliteDialect(database, "reader") });
  const { sql, parameters } = selectOldNonces(db, 1).compile();
  const steps = database.prepare(`explain query plan ${sql}`).all(...parameters as number[]);
  assert.deepEqual(steps.map(({ detail }) => detail), [
    "SEARCH messages USING INDEX messages_nonce_time (created_at<?)",
  ]);
});
