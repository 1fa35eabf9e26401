import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";

Deno.test("`GET /users` lists everybody, with emails for administrators only", async () => {
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
