import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openAdministration } from "../support/administration.ts";
import { openApp } from "../support/app.ts";
import { PASSWORD } from "../support/client.ts";

const OTHER = { detail: "This page belongs to a different user than the one logged in now", code: "other_user" };

async function contents(app: Awaited<ReturnType<typeof openApp>>, cookie: string): Promise<string[]> {
  const { messages } = await (await app.ask("/rooms/general/messages", { cookie })).json();
  return messages.map(({ content }: { content: string }) => content);
}

Deno.test("a form of alice's page is refused once bob is logged in, and its input is returned", async () => {
  await using app = await openApp();
  await app.cookieOf("alice");
  const bob = await app.cookieOf("bob");
  for (const viewer of ["1", "", "0", "2 ", "02", "nonsense"]) {
    const form = { viewer, content: "\nalice's words\n<b>" };
    const refused = await app.ask("/rooms/general/messages", { cookie: bob, form });
    assert.equal(refused.status, 409, viewer);
    assert.equal(refused.headers.get("Cache-Control"), "no-store");
    const html = await refused.text();
    assert.match(html, /role="alert">This page belongs to a different user/);
    assert.match(html, /You are logged in as bob/);
    assert(html.includes("readonly>\n\nalice&#39;s words\n&lt;b&gt;</textarea>"), html);
  }
  assert.deepEqual(await contents(app, bob), []);
  const own = await app.ask("/rooms/general/messages", { cookie: bob, form: { content: "bob's words" } });
  assert.equal(own.status, 303);
  assert.deepEqual(await contents(app, bob), ["bob's words"]);
});

Deno.test("a browser's form without a viewer is refused; a program's form needs none", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  const body = () => new URLSearchParams({ content: "Hello" });
  const post = (headers: Record<string, string>) =>
    app.request("/rooms/general/messages", {
      method: "POST",
      headers: { Cookie: cookie, Host: "localhost", Accept: "application/json", ...headers },
      body: body(),
    });
  for (const headers of [{ Origin: "http://localhost" }, { "Sec-Fetch-Site": "same-origin" }]) {
    const refused = await post(headers as unknown as Record<string, string>);
    assert.deepEqual([refused.status, await refused.json()], [409, OTHER]);
  }
  assert.equal((await post({})).status, 200);
});

Deno.test("a script of alice's page can neither read nor act as bob", async () => {
  await using app = await openApp();
  await app.cookieOf("alice");
  const cookie = await app.cookieOf("bob");
  const headers = { "X-Viewer": "1" };
  for (
    const [path, more] of [
      ["/rooms/general/messages", {}],
      ["/rooms/general/messages?before=2", { page: true }],
      ["/rooms/general/messages", { json: { content: "alice's words" } }],
      ["/users", {}],
      ["/logout", { method: "POST" }],
      ["/ws?room=general&viewer=1", { headers: { ...headers, Origin: "http://localhost" } }],
    ] as const
  ) {
    const refused = await app.ask(path, { cookie, headers, ...more });
    assert.equal(refused.status, 409, path);
    if (!("page" in more)) assert.deepEqual(await refused.json(), OTHER, path);
  }
  assert.deepEqual(await contents(app, cookie), []);
  assert.equal((await app.ask("/users", { cookie, headers: { "X-Viewer": "2" } })).status, 200);
});

Deno.test("alice's page cannot log bob out", async () => {
  await using app = await openApp();
  await app.cookieOf("alice");
  const cookie = await app.cookieOf("bob");
  const refused = await app.ask("/logout", { cookie, form: { viewer: "1" } });
  assert.deepEqual([refused.status, refused.headers.get("Set-Cookie")], [409, null]);
  assert.equal((await app.ask("/users", { cookie })).status, 200);
});

Deno.test("a token identifies its user, whatever viewer a page names", async () => {
  await using app = await openApp();
  const token = await app.tokenOf("alice");
  const sent = await app.ask("/rooms/general/messages", {
    token,
    json: { content: "Hello" },
    headers: { "X-Viewer": "77" },
  });
  assert.equal(sent.status, 200);
});

Deno.test("the login page has no viewer: it also works beside another login", async () => {
  await using app = await openApp();
  await app.register("alice");
  const bob = await app.cookieOf("bob");
  const form = { username: "alice", password: PASSWORD, viewer: "" };
  const login = await app.ask("/login", { cookie: bob, form });
  assert.deepEqual([login.status, login.headers.get("Location")], [303, "/"]);
});

Deno.test("an act prepared by one administrator is not performed as another", async () => {
  await using app = await openAdministration();
  await app.post("/admin/users/2/promote");
  const cookie = `chatterbox_session=${app.tokens.bob}`;
  for (
    const [path, fields] of [
      ["/admin/users/3/block", { reason: "spam <everywhere>" }],
      ["/admin/users/3/delete_account", { messages: "keep" }],
      ["/admin/words", { word: "fiddlesticks", kind: "forbidden" }],
      ["/admin/settings", { name: "Bob's" }],
    ] as const
  ) {
    const refused = await app.ask(path, { cookie, form: { viewer: String(app.alice.id), ...fields } });
    assert.equal(refused.status, 409, path);
    const html = await refused.text();
    if ("reason" in fields) assert.match(html, /spam &lt;everywhere&gt;<\/textarea>/, "the reason is returned");
  }
  assert.deepEqual(await app.audit(1), ["alice promote bob"]);
  const done = await app.ask("/admin/users/3/warn", { cookie, form: { reason: "spam" } });
  assert.equal(done.status, 303);
});

Deno.test("a form sent after a logout gets its input back", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  await app.ask("/logout", { cookie, form: {} });
  const refused = await app.ask("/rooms/general/messages", { cookie, form: { viewer: "1", content: "unsent" } });
  assert.equal(refused.status, 401);
  const html = await refused.text();
  assert.match(html, /unsent<\/textarea>/);
  assert.match(html, /href="\/login"/);
});

Deno.test("every form that changes something names its viewer, on every page", async () => {
  await using app = await openAdministration();
  const id = (await app.say(app.tokens.mallory, "buy my pills")).id;
  await app.ask("/admin/words", { token: app.token, json: { word: "pills", kind: "allowed" } });
  await app.store.reports.add({
    message: (await app.store.messages.findFor(app.bob.id, id))!,
    reporter: app.bob,
    reason: "spam",
  }, app.clock.now());
  const pages = [
    "/",
    "/?before=2",
    "/docs",
    ...[
      "",
      "/users",
      "/users/3",
      "/users/3/delete_account",
      "/users/3/block",
      "/users/3/promote",
      "/users/3/end_sessions",
      "/reports/1/delete",
      "/reports/1/block",
      "/messages",
      "/reports",
      "/words",
      "/audit",
      "/settings",
    ]
      .map((path) => `/admin${path}`),
  ];
  let forms = 0;
  for (const path of pages) {
    const html = await (await app.ask(path, { cookie: app.cookie, page: true })).text();
    for (const [form] of html.matchAll(/<form method="post"[^]*?<\/form>/g)) {
      forms += 1;
      assert(form.includes(`<input type="hidden" name="viewer" value="${app.alice.id}">`), `${path}: ${form}`);
    }
    if (/js\/(chat|admin)\.js/.test(html)) assert.match(html, /<body[^>]* data-viewer="1"/, path);
  }
  assert(forms > 15, `${forms} forms were found`);
});

Deno.test("views render state-changing forms with `Form`, which always names the viewer", () => {
  const views = join(import.meta.dirname!, "..", "..", "views");
  for (const name of readdirSync(views, { recursive: true }) as string[]) {
    if (!name.endsWith(".tsx") || ["components/form.tsx", "login.tsx", "reset.tsx"].includes(name)) continue;
    assert.doesNotMatch(readFileSync(join(views, name), "utf8"), /<form[^>]*method="post"/i, name);
  }
});
