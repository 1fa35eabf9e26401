import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { castOf, T0 } from "../../support/cast.ts";
import { change } from "../../support/sqlite.ts";
import { tempStore } from "../../support/temp_store.ts";

/** How many turns the event loop gives others while `work` runs. */
async function turnsDuring(act: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let counting = true;
  const count = () => {
    turns += 1;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  await act();
  counting = false;
  return turns;
}

Deno.test("a search without results yields to the event loop by the size of what it reads", async () => {
  await using temp = await tempStore();
  const { store, file } = temp;
  const { alice, room } = await castOf(store);
  change(
    file,
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < 640)
       insert into messages (room_id, author_id, content, created_at, seq, rev)
       select ${room.id}, ${alice.id}, replace(hex(zeroblob(5000)), '0', 'ж'), ${T0}, i, i from n;
     with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)
       insert into audit (at, actor, action, target, reason) select i, 'alice', 'warn', 'bob', '' from n;
     with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
       insert into users (username, password_hash, created_at) select 'user' || i, 'x', i from n`,
  );
  const all = { limit: 50 };
  const messages = await turnsDuring(() => store.admin.messages({ search: "ПРИВЕТ" }, all));
  assert.ok(messages >= 10, `${messages} turns for 640 messages of 10,000 characters`);
  const audit = await turnsDuring(() => store.audit.list({ target: "привет" }, all));
  assert.ok(audit >= 10, `${audit} turns for 5,000 entries`);
  const users = await turnsDuring(() => store.admin.accounts({ search: "привет", sort: "last_seen" }, all, 0));
  assert.ok(users >= 5, `${users} turns for 1,000 users`);
});
