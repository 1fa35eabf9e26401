import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";
import { PASSWORD } from "../support/client.ts";

Deno.test("`GET /healthz` says that the process lives, `/readyz` that it can serve", async () => {
  await using app = await openApp();
  assert.deepEqual(await (await app.ask("/healthz")).json(), { status: "ok", version: "1.2.3" });
  const ready = await app.ask("/readyz");
  assert.deepEqual([ready.status, await ready.json()], [200, { status: "ok" }]);
  await app.store.close();
  const closed = await app.ask("/readyz");
  assert.deepEqual(
    [closed.status, await closed.json()],
    [503, { status: "unavailable", detail: "Store cannot be read or written" }],
  );
  assert.equal((await app.ask("/healthz")).status, 200);
});

Deno.test("an unknown path answers 404 as HTML or JSON", async () => {
  await using app = await openApp();
  const program = await app.ask("/nowhere");
  assert.deepEqual([program.status, await program.json()], [404, { detail: "Not found" }]);
  const browser = await app.ask("/nowhere", { page: true });
  assert.equal(browser.status, 404);
  assert.match(await browser.text(), /<h1>Not found<\/h1><p>This page does not exist\.<\/p>/);
  assert.equal((await app.ask("/login", { method: "PUT", json: {} })).status, 404);
});

Deno.test("a fault is logged in full and shown as one neutral sentence", async () => {
  await using app = await openApp();
  const token = await app.tokenOf("alice");
  app.store.users.list = () => Promise.reject(new Error("disk I/O error at page 7"));
  const response = await app.ask("/users", { token });
  assert.deepEqual([response.status, await response.json()], [500, {
    detail: "Internal server error",
  }]);
  const line = app.lines.map((line) => JSON.parse(line)).find(({ level }) => level === "error");
  assert.match(line.error, /disk I\/O error at page 7\n {4}at /);
  assert.equal(line.request, response.headers.get("X-Request-Id"));
  const page = await app.ask("/users", { token, page: true });
  assert.equal(page.status, 500);
  assert.doesNotMatch(await page.text(), /disk|page 7/);
});

Deno.test("`GET /ws` without an upgrade explains itself", async () => {
  await using app = await openApp();
  const response = await app.ask("/ws", { token: await app.tokenOf("alice") });
  assert.equal(response.status, 426);
  assert.equal(response.headers.get("Upgrade"), "websocket");
});

Deno.test("the log has one line per request: user, path, duration, and no secret", async () => {
  await using app = await openApp();
  const token = await app.tokenOf("alice");
  const cookie = await app.cookieOf("bob");
  await app.ask("/rooms/general/messages", { token, json: { content: "a confidential remark" } });
  await app.ask("/rooms/general/messages", { cookie, form: { content: "a confidential remark" } });
  await app.ask(`/ws?token=${token}`);
  await app.ask("/login", { json: { username: "alice", password: "wrong horse" } });
  await app.ask(`/nowhere?token=${token}`);
  const secrets = [token, cookie.split("=")[1]!, PASSWORD, "wrong horse", "confidential", "Bearer"];
  for (const secret of secrets) assert(!app.lines.join("\n").includes(secret), secret);

  const requests = app.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "request");
  const logged = requests.map(({ method, path, status, user }) => [method, path, status, user]);
  assert.deepEqual(logged, [
    ["POST", "/register", 200, undefined],
    ["POST", "/login", 200, undefined],
    ["POST", "/register", 303, undefined],
    ["POST", "/rooms/general/messages", 200, 1],
    ["POST", "/rooms/general/messages", 303, 2],
    ["GET", "/ws", 426, 1],
    ["POST", "/login", 401, undefined],
    ["GET", "/nowhere", 404, undefined],
  ]);
  for (const { time, level, ms, request } of requests) {
    assert.match(time, /^\d{4}-.*Z$/);
    assert.equal(level, "info");
    assert.equal(typeof ms, "number");
    assert.match(request, /^[0-9a-f-]{36}$/);
  }
});

Deno.test("the log skips successful health checks", async () => {
  await using app = await openApp();
  for (const path of ["/healthz", "/readyz", app.assets.url("css/chat.css")]) await (await app.ask(path)).text();
  assert.deepEqual(app.lines.map((line) => JSON.parse(line).level), ["debug", "debug", "debug"]);
});
