import assert from "node:assert/strict";
import { account } from "../support/cast.ts";
import { PASSWORD } from "../support/client.ts";
import { type Administration, openAdministration } from "../support/administration.ts";

async function names(app: Administration, query: string): Promise<string[]> {
  const { users } = await app.get(`/admin/users${query}`);
  return users.map(({ username }: { username: string }) => username);
}

Deno.test("`GET /admin/users` returns the details of each user", async () => {
  await using app = await openAdministration();
  await app.post("/admin/users/3/warn", { reason: "manners" });
  await app.post("/admin/users/3/block");
  const { users, next } = await app.get("/admin/users");
  assert.equal(next, null);
  const at = new Date(app.clock.now()).toISOString();
  const times = { created_at: at, last_seen_at: at, online: false };
  assert.deepEqual(users, [
    { id: 3, username: "mallory", email: null, is_admin: false, is_blocked: true, warning_count: 1, ...times },
    {
      id: 2,
      username: "bob",
      email: "bob@example.org",
      is_admin: false,
      is_blocked: false,
      warning_count: 0,
      ...times,
    },
    {
      id: 1,
      username: "alice",
      email: "alice@example.org",
      is_admin: true,
      is_blocked: false,
      warning_count: 0,
      ...times,
    },
  ]);
  assert.doesNotMatch(JSON.stringify(users), /password|hash/);
});

Deno.test("`GET /admin/users` searches names and emails, with % and _ literal", async () => {
  await using app = await openAdministration();
  await account(app.store, "per_cent", "100%@example.org");
  assert.deepEqual(await names(app, "?search=BO"), ["bob"]);
  assert.deepEqual(await names(app, "?search=alice%40"), ["alice"]);
  assert.deepEqual(await names(app, "?search=%25"), ["per_cent"]);
  assert.deepEqual(await names(app, "?search=_"), ["per_cent"]);
  assert.deepEqual(await names(app, "?search='"), []);
  assert.deepEqual(
    await names(app, "?search=&only=&sort="),
    ["per_cent", "mallory", "bob", "alice"],
    "an empty query filters nothing",
  );
});

Deno.test("`GET /admin/users` filters by blocked, administrator, warned or online", async () => {
  await using app = await openAdministration();
  await app.post("/admin/users/2/warn");
  await app.post("/admin/users/3/block");
  assert.deepEqual(await names(app, "?only=blocked"), ["mallory"]);
  assert.deepEqual(await names(app, "?only=administrators"), ["alice"]);
  assert.deepEqual(await names(app, "?only=warned"), ["bob"]);
  assert.deepEqual(await names(app, "?only=online"), []);
  app.clock.set(app.clock.now() + 31 * 24 * 3_600_000);
  const { token } = await (await app.ask("/login", { json: { username: "alice", password: PASSWORD } })).json();
  const later = await (await app.ask("/admin/users?only=warned", { token })).json();
  assert.deepEqual(later.users, [], "a warning counts for thirty days");
});

Deno.test("`GET /admin/users` pages through 120 users in every order, without gaps or duplicates", async () => {
  await using app = await openAdministration();
  for (let n = 0; n < 117; n++) await account(app.store, `user${(n * 37) % 117}`);
  const everybody = (await app.store.users.list()).map(({ username }) => username);
  assert.equal(everybody.length, 120);
  for (const sort of ["newest", "name", "last_seen"]) {
    const found: string[] = [];
    const sizes: number[] = [];
    let after = "";
    do {
      const page = await app.get(`/admin/users?sort=${sort}${after}`);
      found.push(...page.users.map(({ username }: { username: string }) => username));
      sizes.push(page.users.length);
      after = page.next === null ? "" : `&after=${page.next}`;
    } while (after !== "");
    assert.deepEqual(sizes, [50, 50, 20], sort);
    assert.deepEqual(found.toSorted(), everybody.toSorted(), sort);
    if (sort === "name") assert.deepEqual(found, everybody);
  }
});

Deno.test("`GET /admin/users` links to the next page with its filter, and back to the first", async () => {
  await using app = await openAdministration();
  for (let n = 0; n < 60; n++) await account(app.store, `user${n}`);
  const first = await (await app.ask("/admin/users?search=user&sort=name", { page: true, cookie: app.cookie })).text();
  const [, link = ""] = /<a href="([^"]+)" rel="next">/.exec(first) ?? [];
  const second = await (await app.ask(link.replaceAll("&amp;", "&"), { page: true, cookie: app.cookie })).text();
  assert.equal([...first.matchAll(/<tr[^>]* id="user-/g)].length, 50);
  assert.equal([...second.matchAll(/<tr[^>]* id="user-/g)].length, 10);
  assert.match(second, /<a href="\/admin\/users\?search=user&amp;sort=name">First page<\/a>/);
  assert.match(first, /href="\/admin\/download\/users\?search=user&amp;sort=name"/);
});

Deno.test("`GET /admin/users` refuses an invalid query with 422 and a reason", async () => {
  await using app = await openAdministration();
  for (
    const [path, detail] of [
      ["/admin/users?only=cats", "only must be online, blocked, administrators or warned"],
      ["/admin/users?sort=cats", "sort must be newest, name or last_seen"],
      ["/admin/users?after=5", "after is not the next of a page"],
      [`/admin/users?search=${"x".repeat(255)}`, "search must have at most 254 characters"],
      ["/admin/messages?after=-1", "after is not the next of a page"],
      ["/admin/messages?after=one", "after is not the next of a page"],
      ["/admin/messages?from=yesterday", "from must be a time like 2026-01-31T12:00"],
      ["/admin/messages?to=2026-13-01", "to must be a time like 2026-01-31T12:00"],
      ["/admin/messages?state=cats", "state must be all, standing or deleted"],
      ["/admin/audit?from=1", "from must be a time like 2026-01-31T12:00"],
      ["/admin/reports?after=x", "after is not the next of a page"],
      ["/admin/download/messages?from=1", "from must be a time like 2026-01-31T12:00"],
    ]
  ) {
    const response = await app.ask(path!, { token: app.token });
    assert.deepEqual([response.status, await response.json()], [422, { detail }], path!);
  }
});

Deno.test("`GET /admin/users/:id` has the user's sessions and audit entries", async () => {
  await using app = await openAdministration();
  await app.post("/admin/users/2/warn", { reason: "manners" });
  const bob = await app.get("/admin/users/2");
  assert.equal(bob.username, "bob");
  assert.equal(bob.sessions.length, 1);
  assert.equal(bob.sessions[0].expires_at, new Date(app.clock.now() + 3_600_000).toISOString());
  assert.doesNotMatch(JSON.stringify(bob.sessions), /"id"/, "session ids are not shown");
  assert.deepEqual(bob.audit.map(({ action, reason }: Record<string, string>) => [action, reason]), [[
    "warn",
    "manners",
  ]]);
  for (const id of ["9", "0", "-1", "bob", "1.5", "99999999999999999999"]) {
    assert.equal((await app.ask(`/admin/users/${id}`, { token: app.token })).status, 404, id);
  }
});
