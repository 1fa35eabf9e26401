import assert from "node:assert/strict";
import { loggedPath } from "../../routes/logged_path.ts";
import { openAdministration } from "../support/administration.ts";
import { openApp } from "../support/app.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";
import { dialRaw } from "../support/raw_socket.ts";

Deno.test("the request log shows the paths of our routes unchanged", async () => {
  await using app = await openAdministration();
  const paths = ["/", "/login", "/rooms/general/messages", "/admin/users/2", "/admin/download/users", "/openapi.json"];
  for (const path of [...paths, app.assets.url("css/chat.css"), `/rooms/${"a-long-room-".repeat(4)}/messages`]) {
    app.lines.length = 0;
    await (await app.ask(path, { cookie: app.cookie })).body?.cancel();
    assert(app.lines.some((line) => JSON.parse(line).path === path), path);
  }
});

Deno.test("the request log masks the secret of a link in every spelling of its path", async () => {
  await using app = await openAdministration();
  const { body: { link } } = await app.post("/admin/users/2/reset_password");
  const secret = new URL(link).pathname.split("/").at(-1)!;
  const ways = [
    (secret: string) => `/reset/${secret}`,
    (secret: string) => `//reset/${secret}`,
    (secret: string) => `/reset//${secret}`,
    (secret: string) => `/reset/${secret}/`,
    (secret: string) => `/reset/${secret}/more`,
    (secret: string) => `/reset/x/${secret}`,
    (secret: string) => `/%72eset/${secret}`,
    (secret: string) => `/%2572eset/${secret}`,
    (secret: string) => `/reset%2F${secret}`,
    (secret: string) => `/%2Freset/${secret}`,
    (secret: string) => `/RESET/${secret}`,
    (secret: string) => `/Reset/${secret}.`,
    (secret: string) => `/./reset/${secret}`,
    (secret: string) => `/x/../reset/${secret}`,
    (secret: string) => `/reset;x/${secret}`,
    (secret: string) => `/resets/${secret}`,
    (secret: string) => `/chat/reset/${secret}`,
    (secret: string) => `/${secret}`,
    (secret: string) => `/rooms/${secret}/messages`,
    (secret: string) => `/static/${secret}/${secret}`,
    (secret: string) => `/ws?token=${secret}`,
    (secret: string) => `/ws%3Ftoken=${secret}`,
    (secret: string) => `/ws;token=${secret}`,
    (secret: string) => `/login?next=/reset/${secret}`,
    (secret: string) => `/reset\\${secret}`,
  ];
  for (const way of ways) {
    for (const method of ["GET", "POST", "PUT", "OPTIONS"]) {
      for (const part of [secret, secret.slice(0, 20), [...secret].join("/")]) {
        // A segment short enough to be a word is masked after the page's name.
        if (part !== secret && !/reset\/\/?$/i.test(way(""))) continue;
        app.lines.length = 0;
        const response = await app.ask(way(part), { method, headers: { Origin: "http://localhost" } });
        await response.body?.cancel();
        assert(app.lines.length > 0, "it is logged");
        for (const line of app.lines) assert(!line.includes(part), `${method} ${way(part)}: ${line}`);
      }
    }
  }
});

Deno.test("`loggedPath()` is bounded, and shows of an unknown path only what cannot be a secret", () => {
  assert.equal(loggedPath("/wp-login.php", undefined), "/wp-login.php");
  assert.equal(loggedPath("/a/eyJhbGciOiJIUzI1NiJ9.eyJzaWQiOiIx/b", undefined), "/a/…/b");
  assert.equal(loggedPath("/a b/ü/x=y", undefined), "/…/…/…");
  assert(loggedPath("/x".repeat(10_000), undefined).length <= 200);
  assert(loggedPath(`/${"x".repeat(100_000)}`, undefined).length <= 200);
  for (let n = 180; n < 210; n++) {
    const long = loggedPath(
      `/${"x/".repeat(n / 2)}${n % 2 === 0 ? "" : "y"}Secret-of-32-characters-ABCDEFGHI`,
      undefined,
    );
    assert.doesNotMatch(long, /S/, "no part of it");
  }
  assert.equal(loggedPath("/reset/short", "/reset/:token"), "/reset/…");
});

for (const LOG_FORMAT of ["pretty", "json"]) {
  Deno.test(`a request cannot inject lines or escape sequences into the ${LOG_FORMAT} log`, async () => {
    await using server = await startProgram({ env: { LOG_FORMAT, LOG_LEVEL: "debug" } });
    const forged = "%0D%0A03:00:00.000%20info%20%20request%20path=/admin%1B%5B2J%C2%9B31m%E2%80%AE%E2%80%A8x";
    for (const path of [`/${forged}`, `/rooms/${forged}/messages`, `/static/x/${forged}`, `/reset/${forged}`]) {
      await using raw = await dialRaw(server);
      raw.write(
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: \x1b[2Jforged\r\nConnection: close\r\n\r\n`,
      );
      await eventually(() => raw.isGone);
    }
    await using app = await dialRaw(server);
    app.write("GET /healthz HTTP/1.1\r\nHost: evil\x1b[2J.example\r\nConnection: close\r\n\r\n");
    await eventually(() => app.isGone);
    assert.equal(await server.stop(), 0);
    const lines = server.stderr.trimEnd().split("\n");
    // deno-lint-ignore no-control-regex
    for (const line of lines) assert.doesNotMatch(line, /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202e]/, line);
    if (LOG_FORMAT === "json") { for (const line of lines) JSON.parse(line); }
    else for (const line of lines) assert.match(line, /^\d\d:\d\d:\d\d\.\d{3} (debug|info |warn |error) /);
    assert.equal(lines.filter((line) => /request/.test(line) && /forged|03:00:00\.000/.test(line)).length, 0);
  });
}

Deno.test("the request log has no name without a login", async () => {
  await using app = await openApp();
  await app.ask("/login", { json: { username: "\x1b[2Jevil", password: "wrong horse" } });
  for (const line of app.lines) assert(!line.includes("evil"));
});
