import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";
import { change } from "../support/sqlite.ts";

Deno.test("`GET /users` lists all users, with emails for administrators only", async () => {
  await using app = await openApp();
  const alice = await app.tokenOf("alice", "alice@example.org");
  const bob = await app.tokenOf("bob", "bob@example.org");
  const asAdmin = await app.ask("/users", { token: alice });
  assert.equal(asAdmin.headers.get("Cache-Control"), "private, no-store");
  assert.deepEqual(await asAdmin.json(), [
    { id: 1, username: "alice", online: false, email: "alice@example.org" },
    { id: 2, username: "bob", online: false, email: "bob@example.org" },
  ]);
  assert.deepEqual(await (await app.ask("/users", { token: bob })).json(), [
    { id: 1, username: "alice", online: false },
    { id: 2, username: "bob", online: false },
  ]);
});

Deno.test("`GET /users` lists any number of users by name, each once", async () => {
  for (const count of [499, 500, 501, 1200]) {
    await using app = await openApp();
    const token = await app.tokenOf("alice");
    const names = Array.from({ length: count - 1 }, (_, n) => `User_${n % 7}.${n}`);
    const rows = names.map((name) => `('${name}', 'none', 0)`).join(",");
    change(app.file, `insert into users (username, password_hash, created_at) values ${rows}`);
    const response = await app.ask("/users", { token });
    assert.match(response.headers.get("Content-Type")!, /^application\/json/);
    const users: { username: string }[] = await response.json();
    const byName = (a: string, b: string) => a.toLowerCase() < b.toLowerCase() ? -1 : 1;
    assert.deepEqual(users.map(({ username }) => username), ["alice", ...names].sort(byName));
  }
});
