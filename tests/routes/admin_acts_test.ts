import assert from "node:assert/strict";
import { openAdministration } from "../support/administration.ts";
import { PASSWORD } from "../support/client.ts";

Deno.test("every act on an account takes effect at once and is in the audit log", async () => {
  await using app = await openAdministration();
  const bob = async () => (await app.get("/admin/users/2"));
  const act = async (name: string, body: unknown = {}) => {
    const { status, body: { message } } = await app.post(`/admin/users/2/${name}`, body);
    assert.equal(status, 200, name);
    return message;
  };
  assert.equal(await act("warn", { reason: "manners" }), "User warned");
  assert.equal((await bob()).warning_count, 1);
  assert.equal(await act("reset_warnings"), "Warnings reset");
  assert.equal((await bob()).warning_count, 0);
  assert.equal(await act("block", { reason: "spam" }), "User blocked");
  assert.equal((await bob()).is_blocked, true);
  assert.equal((await app.ask("/users", { token: app.tokens.bob })).status, 403);
  assert.equal(await act("unblock", { reason: "sorry" }), "User unblocked");
  assert.equal((await bob()).is_blocked, false);
  assert.equal(await act("promote"), "User is now an administrator");
  assert.equal((await bob()).is_admin, true);
  assert.equal(await act("demote"), "User is no longer an administrator");
  assert.equal((await bob()).is_admin, false);
  assert.equal(await act("end_sessions"), "Sessions ended");
  assert.equal((await bob()).sessions.length, 0);
  assert.equal(await act("delete_account", { messages: "keep" }), "Account deleted");
  assert.equal((await app.ask("/admin/users/2", { token: app.token })).status, 404);
  assert.deepEqual(await app.audit(20), [
    "alice warn bob manners",
    "alice reset_warnings bob",
    "alice block bob spam",
    "alice unblock bob sorry",
    "alice promote bob",
    "alice demote bob",
    "alice end_sessions bob",
    "alice delete_account bob keep messages",
  ]);
  assert.deepEqual(app.ended.map(({ type }) => type), [
    "user_warned",
    "user_blocked",
    "user_changed",
    "user_changed",
    "sessions_ended",
    "user_blocked",
  ]);
});

Deno.test("a form's act returns to its page and reports the result", async () => {
  await using app = await openAdministration();
  const post = (path: string, form: Record<string, string>) => app.ask(path, { cookie: app.cookie, form });
  const back = "/admin/users?only=blocked&sort=name";
  const response = await post("/admin/users/3/block", { back, reason: "spam" });
  assert.deepEqual([response.status, response.headers.get("Location")], [303, `${back}&done=block`]);
  const page = await (await app.ask(`${back}&done=block`, { page: true, cookie: app.cookie })).text();
  assert.match(page, /role="status">User blocked</);
  assert.match(
    page,
    /name="back" value="\/admin\/users\?only=blocked&amp;sort=name"/,
    "the next act has its own report",
  );
  for (
    const evil of ["https://evil.example", "//evil.example", "/admin/../login", "/admin\\evil", "/login", "/adminx"]
  ) {
    const elsewhere = await post("/admin/users/3/unblock", { back: evil });
    assert.equal(elsewhere.headers.get("Location"), "/admin/users/3?done=unblock", evil);
  }
  const nonsense = await (await app.ask("/admin?done=constructor", { page: true, cookie: app.cookie })).text();
  assert.doesNotMatch(nonsense, /role="status"/);
});

Deno.test("the last administrator cannot be demoted, and the page says why", async () => {
  await using app = await openAdministration();
  for (const [act, what] of [["demote", "demoted"], ["block", "blocked"], ["delete_account", "deleted"]]) {
    const detail = `The last administrator cannot be ${what}`;
    const body = act === "delete_account" ? { messages: "keep" } : {};
    assert.deepEqual(await app.post(`/admin/users/1/${act}`, body), { status: 403, body: { detail } });
    const page = await app.ask(`/admin/users/1/${act}`, { cookie: app.cookie, form: { messages: "keep" } });
    assert.equal(page.status, 403);
    assert.match(await page.text(), new RegExp(`role="alert">${detail}<`));
  }
  assert.deepEqual(await app.audit(5), []);
  await app.post("/admin/users/2/promote");
  assert.equal((await app.post("/admin/users/1/demote")).status, 200, "but one of two can");
});

Deno.test("an unknown act, an unknown user and an empty request are refused", async () => {
  await using app = await openAdministration();
  assert.equal((await app.post("/admin/users/2/explode")).status, 404);
  assert.equal((await app.post("/admin/users/2/constructor")).status, 404);
  assert.deepEqual(await app.post("/admin/users/9/block"), { status: 404, body: { detail: "User not found" } });
  assert.equal((await app.post("/admin/users/bob/block")).status, 404);
  assert.deepEqual(await app.post("/admin/users/2/delete_account"), {
    status: 422,
    body: { detail: "Messages must be keep or remove" },
  });
  assert.equal((await app.post("/admin/users/2/block", { reason: "x".repeat(501) })).status, 422);
  const other = await app.post("/admin/users/2/block", { user: 3 });
  assert.equal(other.status, 200);
  assert.equal((await app.get("/admin/users/3")).is_blocked, false, "the path names the user, not the body");
  const bare = await app.ask("/admin/users/2/unblock", { token: app.token, method: "POST" });
  assert.equal(bare.status, 200, "a body is not needed");
});

Deno.test("deleting an account asks first, and keeps or removes the messages", async () => {
  await using app = await openAdministration();
  await app.say(app.tokens.bob, "Kept");
  await app.say(app.tokens.mallory, "Gone");
  const question = await app.ask("/admin/users/2/delete_account", { page: true, cookie: app.cookie });
  assert.match(await question.text(), /Delete bob\?[^]*value="keep" checked[^]*value="remove"/);
  const kept = await app.ask("/admin/users/2/delete_account", { cookie: app.cookie, form: { messages: "keep" } });
  assert.deepEqual([kept.status, kept.headers.get("Location")], [303, "/admin/users?done=delete_account"]);
  assert.equal((await app.post("/admin/users/3/delete_account", { messages: "remove" })).status, 200);
  const { messages } = await app.get("/admin/messages");
  assert.deepEqual(
    messages.map(({ username, content, deleted_by }: Record<string, string>) => [username, content, deleted_by]),
    [["deleted user", "", "alice"], ["deleted user", "Kept", null]],
  );
  await app.register("bob");
  const page = await (await app.ask("/admin/messages", { page: true, cookie: app.cookie })).text();
  assert.doesNotMatch(page, /href="\/admin\/users\/2"/, "there is no user to link to");
});

Deno.test("a password reset link is shown once, works once, and is not in the log", async () => {
  await using app = await openAdministration({ publicUrl: "http://chat.example.org" });
  const shown = await app.ask("/admin/users/2/reset_password", { cookie: app.cookie, form: {} });
  assert.equal(shown.status, 200);
  const first = /value="(http:\/\/chat\.example\.org\/reset\/[\w-]+)"/.exec(await shown.text())?.[1];
  const { body: { link, message } } = await app.post("/admin/users/2/reset_password");
  assert.equal(message, "Reset link created");
  assert.match(link, /^http:\/\/chat\.example\.org\/reset\/[\w-]{32}$/);
  assert.equal((await app.ask(new URL(first!).pathname, {})).status, 404, "a newer one revokes it");

  const { pathname } = new URL(link);
  const page = await app.ask(pathname, { page: true });
  assert.equal(page.headers.get("Cache-Control"), "no-store");
  assert.match(await page.text(), /For bob[^]*New password/);
  const short = await app.ask(pathname, {
    form: { password: "short" },
    headers: { Origin: "http://chat.example.org" },
  });
  assert.equal(short.status, 422);
  assert.match(await short.text(), /aria-invalid="true"[^]*Password must have at least 8 characters/);
  const set = await app.ask(pathname, { form: { password: "another horse" } });
  assert.deepEqual([set.status, set.headers.get("Location")], [303, "/login"]);
  assert.equal((await app.ask("/users", { token: app.tokens.bob })).status, 401, "the sessions have ended");
  assert.deepEqual(app.ended.at(-1), { type: "sessions_ended", user: 2 });

  const login = (password: string) => app.ask("/login", { json: { username: "bob", password } });
  assert.equal((await login(PASSWORD)).status, 401);
  assert.equal((await login("another horse")).status, 200);
  for (const form of [undefined, { password: "third horse" }]) {
    const again = await app.ask(pathname, { page: true, ...(form ? { form } : {}) });
    assert.equal(again.status, 404);
    assert.match(await again.text(), /This link is no longer valid, ask an administrator for a new one/);
  }
  await app.ask(pathname.replace("/reset", "/%72eset"));
  assert.ok(app.lines.some((line) => line.includes('"/reset/…"')));
  const secrets = [first!, link].map((each) => each.split("/").at(-1)!);
  for (const secret of secrets) assert.ok(!app.lines.some((line) => line.includes(secret)), "the log has no secret");
  assert.deepEqual(await app.audit(4), [
    "alice reset_password bob",
    "alice reset_password bob",
    "bob set_password bob",
    "Chatterbox login_failed bob 1 wrong password from an unknown address",
  ]);
});

Deno.test("a password reset link is available as JSON too, and works for a day", async () => {
  await using app = await openAdministration();
  const { body: { link } } = await app.post("/admin/users/2/reset_password");
  const { pathname } = new URL(link);
  assert.deepEqual(await (await app.ask(pathname)).json(), { username: "bob" });
  const short = await app.ask(pathname, { json: { password: "x" } });
  assert.equal(short.status, 422);
  await app.clock.advance(24 * 3_600_000 + 1);
  const late = await app.ask(pathname, { json: { password: "another horse" } });
  assert.equal(late.status, 404);
});
