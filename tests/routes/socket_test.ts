import assert from "node:assert/strict";
import { openAdministration } from "../support/administration.ts";
import { openApp, type TestApp } from "../support/app.ts";

async function refusalOf(app: Pick<TestApp, "ask">, path: string, options: Parameters<TestApp["ask"]>[1]) {
  const response = await app.ask(path, options);
  const { detail, code } = await response.json();
  return { status: response.status, code, detail };
}

function warnings(app: Pick<TestApp, "lines">) {
  return app.lines.map((line) => JSON.parse(line)).filter(({ level }) => level === "warn");
}

Deno.test("`GET /ws` without an upgrade says that the upgrade is missing, and how to configure the proxy", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  const token = await app.tokenOf("bob");
  const asks: [string, Parameters<TestApp["ask"]>[1]][] = [
    ["/ws?room=general&origin=http://localhost", { cookie }],
    ["/ws?room=general&after=0", { cookie, headers: { Origin: "http://localhost" } }],
    ["/ws", { cookie, headers: { Referer: "http://localhost/" } }],
    ["/ws", { token }],
    // The proxy passes on Upgrade, but not Connection.
    ["/ws", { token, headers: { Upgrade: "websocket", "Sec-WebSocket-Version": "13" } }],
  ];
  for (const [path, options] of asks) {
    const response = await app.ask(path, options);
    assert.equal(response.status, 426, path);
    assert.equal(response.headers.get("Upgrade"), "websocket");
    const { detail, code } = await response.json();
    assert.equal(code, "upgrade_missing");
    assert.match(detail, /proxy pass on Upgrade and Connection/);
  }
  const [warning, ...more] = warnings(app);
  assert.equal(warning.event, "Socket refused: Upgrade header missing");
  assert.match(warning.detail, /proxy_set_header Upgrade \$http_upgrade/);
  assert.deepEqual([warning.origin, warning.host], ["http://localhost", "localhost"]);
  assert.deepEqual(more, []);
});

Deno.test("`GET /ws` without an upgrade reports a page at another address than PUBLIC_URL", async () => {
  await using app = await openApp({ publicUrl: "https://chat.example.org" });
  const cookie = await app.cookieOf("alice");
  const at = (origin: string) => refusalOf(app, `/ws?room=general&origin=${encodeURIComponent(origin)}`, { cookie });
  const { status, code, detail } = await at("http://localhost:8000");
  assert.deepEqual([status, code], [403, "origin_mismatch"]);
  assert.match(detail, /this page is at http:\/\/localhost:8000, but PUBLIC_URL is https:\/\/chat\.example\.org;/);
  assert.equal((await at("https://chat.example.org")).code, "upgrade_missing");
  assert.equal((await at("https://chat.example.org:443")).code, "upgrade_missing");
  assert.equal((await at("http://chat.example.org")).code, "origin_mismatch");
  for (const none of ["null", "", "nonsense", "file:///etc/passwd"]) {
    assert.deepEqual((await at(none)).code, "origin_mismatch", none);
  }
  const [warning] = warnings(app);
  assert.equal(warning.event, "Socket refused: origin not allowed");
  assert.deepEqual([warning.origin, warning.publicUrl], ["http://localhost:8000", "https://chat.example.org"]);
});

Deno.test("`GET /ws` without an upgrade reports a proxy that rewrites Host", async () => {
  await using app = await openApp({ ownNames: ["chat.example.org"] });
  const cookie = await app.cookieOf("alice");
  const at = (origin: string, host: string) =>
    refusalOf(app, `/ws?origin=${origin}`, { cookie, headers: { Host: host } });
  const { status, code, detail } = await at("https://chat.example.org", "127.0.0.1:8000");
  assert.deepEqual([status, code], [403, "origin_mismatch"]);
  assert.match(detail, /arrived for the host "127\.0\.0\.1:8000"; set PUBLIC_URL to .* pass on Host/);
  const same: [string, string][] = [
    ["https://chat.example.org", "chat.example.org"],
    ["https://chat.example.org", "Chat.Example.org:443"],
    ["http://chat.example.org", "chat.example.org:80"],
    ["https://chat.example.org:8443", "chat.example.org:8443"],
  ];
  for (const [origin, host] of same) assert.equal((await at(origin, host)).code, "upgrade_missing", host);
  const other: [string, string][] = [
    ["https://chat.example.org", "chat.example.org:80"],
    ["https://chat.example.org:8443", "chat.example.org"],
  ];
  for (const [origin, host] of other) assert.equal((await at(origin, host)).code, "origin_mismatch", host);
});

Deno.test("`GET /ws` refuses with a code per cause, in the order in which they must be fixed", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  const { status, code } = await refusalOf(app, "/ws?origin=http://localhost", {});
  assert.deepEqual([status, code], [401, "unauthenticated"]);
  assert.equal((await refusalOf(app, "/ws?origin=http://localhost&room=nowhere", { cookie })).code, "forbidden");
  assert.equal((await refusalOf(app, "/ws?origin=http://localhost&after=x", { cookie })).code, "invalid");
  assert.equal((await refusalOf(app, "/ws", { cookie })).code, "origin_mismatch", "it does not reveal the address");
});

Deno.test("`GET /ws` without an upgrade tells a blocked user so", async () => {
  await using app = await openAdministration();
  await app.post("/admin/users/2/block");
  const { status, code, detail } = await refusalOf(app, "/ws", { token: app.tokens.bob });
  assert.deepEqual([status, code, detail], [403, "blocked", "User is blocked"]);
});

Deno.test("the log has each socket misconfiguration once a minute, however many clients try", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  for (let n = 0; n < 50; n++) {
    await refusalOf(app, `/ws?origin=https://${n}.example`, { cookie });
    await refusalOf(app, "/ws?origin=http://localhost", { cookie });
  }
  assert.equal(warnings(app).length, 2);
  await app.clock.advance(60_000);
  await refusalOf(app, `/ws?origin=https://${"x".repeat(3000)}.example`, { cookie });
  const all = warnings(app);
  assert.equal(all.length, 3);
  assert.equal(all[2].before, 49);
  assert(JSON.stringify(all[2]).length < 2000);
});
