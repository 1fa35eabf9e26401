import assert from "node:assert/strict";
import { openAdministration } from "../support/administration.ts";

const READS = [
  "/admin",
  "/admin/users",
  "/admin/users/1",
  "/admin/users/2/delete_account",
  "/admin/messages",
  "/admin/words",
  "/admin/reports",
  "/admin/audit",
  "/admin/jobs",
  "/admin/settings",
  "/admin/download/users",
  "/admin/download/messages",
  "/admin/download/audit",
];

const ACTS = [
  ...["block", "unblock", "promote", "demote", "warn", "reset_warnings", "end_sessions", "reset_password"]
    .map((act) => `/admin/users/1/${act}`),
  "/admin/users/1/delete_account",
  "/admin/messages/1/delete",
  "/admin/words",
  "/admin/words/remove",
  "/admin/jobs/1/retry",
  "/admin/jobs/1/discard",
  ...["dismiss", "delete", "warn", "block"].map((act) => `/admin/reports/1/${act}`),
  "/admin/settings",
];

const ELSEWHERE = ["/admin/", "/admin/nothing", "/admin/users/1/nothing", "/admin/download/passwords", "/%61dmin"];

Deno.test("every path and method below /admin answers 401 without a login and 403 to members", async () => {
  await using app = await openAdministration();
  const requests = [
    ...[...READS, ...ELSEWHERE].flatMap((path) => ["GET", "HEAD", "OPTIONS"].map((method) => ({ method, path }))),
    ...[...READS, ...ACTS, ...ELSEWHERE].flatMap((path) =>
      ["POST", "PUT", "PATCH", "DELETE"].map((method) => ({ method, path }))
    ),
  ];
  for (const { method, path } of requests) {
    const name = `${method} ${path}`;
    const nobody = await app.ask(path, { method });
    assert.equal(nobody.status, 401, name);
    const bob = await app.ask(path, { method, token: app.tokens.bob });
    assert.equal(bob.status, 403, name);
    if (method === "HEAD") continue;
    assert.deepEqual(await nobody.json(), { detail: "Not authenticated" }, name);
    assert.deepEqual(await bob.json(), { detail: "Only administrators may do this" }, name);
  }
  assert.deepEqual(await app.audit(10), [], "and nothing happened");
});

Deno.test("`GET /admin` in a browser redirects to the login, or shows members the refusal", async () => {
  await using app = await openAdministration();
  for (const path of READS) {
    const nobody = await app.ask(path, { page: true });
    assert.deepEqual([nobody.status, nobody.headers.get("Location")], [303, "/login"], path);
    const bob = await app.ask(path, { page: true, cookie: `chatterbox_session=${app.tokens.bob}` });
    assert.equal(bob.status, 403, path);
    assert.match(await bob.text(), /Not allowed[^]*Only administrators may do this/);
  }
});

Deno.test("`GET /admin` pages are uncacheable HTML without inline styles and scripts", async () => {
  await using app = await openAdministration();
  await app.say(app.tokens.bob, "Hello");
  for (const path of READS) {
    for (const page of [true, false]) {
      const response = await app.ask(path, { page, ...(page ? { cookie: app.cookie } : { token: app.token }) });
      assert.equal(response.status, 200, path);
      assert.equal(response.headers.get("Cache-Control"), "private, no-store", path);
      const text = await response.text();
      if (path.includes("download")) continue;
      assert.match(response.headers.get("Content-Type")!, page ? /^text\/html/ : /^application\/json/, path);
      if (!page) continue;
      assert.doesNotMatch(text, /<[^>]+ (?:style|on\w+)=|<style/i, path);
      assert.doesNotMatch(text, /<script(?![^>]* src=)/, path);
      assert.equal([...text.matchAll(/<h1[ >]/g)].length, 1, path);
      assert.equal([...text.matchAll(/<a [^>]*aria-current="page"/g)].length, 1, path);
      const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      assert.equal(new Set(ids).size, ids.length, `${path}: ids are unique`);
      for (const [, id] of text.matchAll(/<label for="([^"]+)"/g)) assert.ok(ids.includes(id), `${path}: ${id}`);
    }
  }
  for (const path of ELSEWHERE.filter((path) => path.includes("nothing") || path.includes("passwords"))) {
    assert.equal((await app.ask(path, { token: app.token })).status, 404, path);
  }
});

Deno.test("`/admin` refuses a demoted or blocked administrator from the next request on", async () => {
  await using app = await openAdministration();
  await app.post("/admin/users/2/promote");
  assert.equal((await app.ask("/admin", { token: app.tokens.bob })).status, 200);
  await app.post("/admin/users/2/demote");
  assert.equal((await app.ask("/admin", { token: app.tokens.bob })).status, 403);
  await app.post("/admin/users/2/promote");
  await app.post("/admin/users/2/block");
  const blocked = await app.ask("/admin", { token: app.tokens.bob });
  assert.deepEqual([blocked.status, await blocked.json()], [403, { detail: "User is blocked" }]);
});

Deno.test("`/admin` refuses an act that another site's page submits", async () => {
  await using app = await openAdministration();
  const headers = { Origin: "https://evil.example" };
  for (const path of ACTS) {
    assert.equal((await app.ask(path, { cookie: app.cookie, form: { word: "x" }, headers })).status, 403, path);
  }
  assert.deepEqual(await app.audit(10), []);
});

Deno.test("the chat links to the administration for administrators only", async () => {
  await using app = await openAdministration();
  const page = async (token: string) =>
    await (await app.ask("/", { page: true, cookie: `chatterbox_session=${token}` })).text();
  assert.match(await page(app.tokens.alice), /<a href="\/admin">Administration<\/a>/);
  assert.doesNotMatch(await page(app.tokens.bob), /href="\/admin"/);
});
