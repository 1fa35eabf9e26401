import assert from "node:assert/strict";
import { openAdministration } from "../support/administration.ts";
import { openApp } from "../support/app.ts";
import { PASSWORD } from "../support/client.ts";

Deno.test("`POST /register` refuses reserved, rude and confusable names, and explains why beside the field", async () => {
  await using app = await openApp();
  await app.register("alice");
  await app.register("bob");
  for (
    const [username, status, detail] of [
      ["admin", 422, /^Username "admin" is reserved, choose another$/],
      ["Adm1n", 422, /reserved/],
      ["everyone", 422, /reserved/],
      ["here", 422, /reserved/],
      ["system", 422, /reserved/],
      ["deleted_user", 422, /reserved/],
      ["Chatterb0x", 422, /reserved/],
      ["fuck_you", 422, /^Username contains a forbidden word, choose another$/],
      ["FuckYou", 422, /word/],
      ["fuck123", 422, /word/],
      ["f.u.c.k", 422, /word/],
      ["a1ice", 400, /^Username looks like the name of another user, choose one that differs more$/],
      ["al.ice", 400, /looks like/],
      ["b0b", 400, /looks like/],
      ["alice", 400, /^User already exists$/],
    ] as const
  ) {
    const response = await app.ask("/register", { json: { username, password: PASSWORD } });
    assert.equal(response.status, status, username);
    assert.match((await response.json()).detail, detail, username);
    const page = await app.ask("/register", { form: { username, password: PASSWORD } });
    assert.equal(page.status, status);
    const text = await page.text();
    assert.match(text, /id="username"[^>]*aria-invalid="true"/, username);
    assert.ok(text.includes(`value="${username}"`), "the input is kept");
  }
  assert.equal((await app.store.users.list()).length, 2);
});

Deno.test("no user has the instance's name, and the instance has no user's", async () => {
  await using app = await openAdministration();
  assert.equal((await app.post("/admin/settings", { name: "Chess club" })).status, 200);
  const response = await app.ask("/register", { json: { username: "chess_c1ub", password: PASSWORD } });
  assert.deepEqual(await response.json(), { detail: 'Username "chess_c1ub" is reserved, choose another' });
  const wrong: [string, RegExp][] = [
    ["B0b", /^Name looks like that of user "bob": choose one that differs more$/],
    ["Chеss", /^Name mixes letters of different alphabets/],
    ["Chess\u202Eclub", /^Name has invisible characters/],
    ["Fuck club", /^Name contains a forbidden word/],
  ];
  for (const [name, detail] of wrong) {
    const { status, body } = await app.post("/admin/settings", { name });
    assert.equal(status, 422, name);
    assert.match(body.detail, detail);
    const page = await app.ask("/admin/settings", { cookie: app.cookie, form: { name } });
    assert.equal(page.status, 422);
    assert.match(await page.text(), /id="name"[^>]*aria-invalid="true"/);
  }
  for (const name of ["Клуб Chess", "チャット room", "👩‍💻 devs", "Support"]) {
    assert.equal((await app.post("/admin/settings", { name })).status, 200, name);
  }
});

Deno.test("JSON takes numbers as numbers; forms and queries take them as text", async () => {
  await using app = await openAdministration();
  for (const warnings of ["3", true, [3], null, "", "0x3"]) {
    assert.equal((await app.post("/admin/settings", { warnings })).status, 422, JSON.stringify(warnings));
  }
  assert.equal((await app.post("/admin/settings", { warnings: 3 })).status, 200);
  for (const warnings of ["0x3", "1e1", "", "three", "Infinity"]) {
    const page = await app.ask("/admin/settings", { cookie: app.cookie, form: { warnings } });
    assert.equal(page.status, 422, warnings);
  }
  assert.equal((await app.ask("/admin/settings", { cookie: app.cookie, form: { warnings: "4" } })).status, 303);
  assert.equal((await app.get("/admin/settings")).warnings, 4);
  for (const after of ["1e1", "0x1", "%201", "-1", "1.5"]) {
    assert.equal((await app.ask(`/admin/audit?after=${after}`, { token: app.token })).status, 422, after);
  }
});
