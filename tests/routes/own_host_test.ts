import assert from "node:assert/strict";
import { hostname } from "node:os";
import { openApp, type TestApp } from "../support/app.ts";
import { api, PASSWORD, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";
import { dialRaw, seesConnections, upgradeRequest } from "../support/raw_socket.ts";

const alice = { username: "alice", password: PASSWORD };

async function statusFor(app: TestApp, host: string, path = "/healthz"): Promise<number> {
  const response = await app.ask(path, { headers: { Host: host } });
  await response.body?.cancel();
  return response.status;
}

const OURS = [
  "localhost",
  "localhost:8000",
  "LOCALHOST:8000",
  "localhost.",
  "chat.localhost:8000",
  "127.0.0.1:8000",
  "192.168.1.20",
  "0x7f.1:8000",
  "2130706433",
  "[::1]:8000",
  "[fe80::1]",
];

const FOREIGN = [
  "evil.example",
  "evil.example:8000",
  "EVIL.example.",
  "localhost.evil.example",
  "127.0.0.1.evil.example",
  "evil-localhost",
  "notlocalhost",
  "1.2.3.4.5",
  "evil",
  "localhost@evil.example",
  "evil.example@localhost",
  "evil.example#localhost",
  "[::1].evil.example",
  "ⓔvil.example".normalize("NFKC"),
  "tower.evil.example",
];

Deno.test("the host check without PUBLIC_URL accepts localhost, IP addresses and the machine's own names", async () => {
  await using app = await openApp({ ownNames: ["tower", "tower.local"] });
  for (const host of [...OURS, "tower:8000", "Tower.local"]) assert.equal(await statusFor(app, host), 200, host);
  for (const host of FOREIGN) assert.equal(await statusFor(app, host), 421, host);
});

Deno.test("the host check with PUBLIC_URL accepts its name too, and dotless names in a container network", async () => {
  await using app = await openApp({ publicUrl: "https://Chat.example.org", ownNames: ["tower"] });
  for (const host of [...OURS, "chat.example.org", "chat.example.org:443", "chat.example.org.", "chatterbox:8000"]) {
    assert.equal(await statusFor(app, host), 200, host);
  }
  for (const host of ["evil.example", "example.org", "www.chat.example.org", "chat.example.org.evil.example"]) {
    assert.equal(await statusFor(app, host), 421, host);
  }
});

Deno.test("the host check refuses a foreign name on every path with one sentence that names the setting, as page and JSON", async () => {
  await using app = await openApp();
  const headers = { Host: "evil.example:8000" };
  const detail = 'This server is not known as "evil.example:8000": set PUBLIC_URL to the address that users open';
  const paths = [
    "/",
    "/login",
    "/healthz",
    "/readyz",
    "/metrics",
    "/ws",
    "/docs",
    "/openapi.json",
    "/admin",
    "/nowhere",
  ];
  for (const path of [...paths, app.assets.url("css/chat.css")]) {
    const json = await app.ask(path, { headers });
    assert.deepEqual([json.status, await json.json()], [421, { detail }], path);
    const page = await app.ask(path, { headers, page: true });
    const html = await page.text();
    assert.equal(page.status, 421, path);
    assert(html.includes(detail.replaceAll('"', "&quot;")), html);
  }
  const other = await openApp({ publicUrl: "https://chat.example.org" });
  await using _ = other;
  const { detail: hint } = await (await other.ask("/", { headers })).json();
  assert.match(hint, /: use the address in PUBLIC_URL, and let a proxy pass on Host$/);
  const long = await (await app.ask("/", { headers: { Host: `${"x".repeat(5000)}.example` } })).text();
  assert(long.length < 300);
});

Deno.test("the host check stops DNS rebinding from registering and logging in", async () => {
  for (const publicUrl of [undefined, "https://chat.example.org"]) {
    await using app = await openApp(publicUrl === undefined ? {} : { publicUrl });
    const rebound: Record<string, string>[] = [
      { Host: "evil.example" },
      { Host: "evil.example", Origin: "http://evil.example" },
      { Host: "evil.example", "Sec-Fetch-Site": "same-origin", Origin: "http://evil.example" },
    ];
    for (const headers of rebound) {
      for (const path of ["/register", "/login"]) {
        assert.equal((await app.ask(path, { json: alice, headers })).status, 421);
        assert.equal((await app.ask(path, { form: alice, headers })).status, 421);
      }
    }
    assert.equal(await app.store.users.any(), false);
  }
});

Deno.test("the host check logs a foreign name once a minute, for a bounded number of names", async () => {
  await using app = await openApp();
  const logged = () => app.lines.filter((line) => line.includes("Request for an unknown host"));
  for (let n = 0; n < 3; n++) await statusFor(app, "evil.example");
  assert.equal(logged().length, 1);
  assert.equal(JSON.parse(logged()[0]!).host, "evil.example");
  for (let n = 0; n < 100; n++) await statusFor(app, `n${n}.evil.example`);
  assert.equal(logged().length, 20);
  await app.clock.advance(60_000);
  await statusFor(app, "evil.example");
  assert.equal(logged().length, 21);
});

Deno.test("the program serves its own names only, for requests of every form and for sockets", async () => {
  await using server = await startProgram();
  async function answer(request: string): Promise<string> {
    await using raw = await dialRaw(server);
    raw.write(request);
    await eventually(() => raw.text.includes("\r\n") || raw.isGone);
    return raw.text.split("\r\n")[0]!;
  }
  const get = (target: string, host: string) => `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  for (const host of [hostname(), `${hostname().split(".")[0]}.local:1`, "localhost"]) {
    assert.match(await answer(get("/healthz", host)), / 200 /, host);
  }
  assert.match(await answer(get("/healthz", "evil.example")), / 421 /);
  assert.match(await answer(get("http://localhost/healthz", "evil.example")), / 421 /);
  assert.match(await answer("GET /healthz HTTP/1.0\r\n\r\n"), / 200 /, "a health check without Host");
  // Older Deno hides the address in a request line (which browsers send to proxies only) and cannot refuse an upgrade.
  if (await seesConnections(server)) {
    assert.match(
      await answer(get("http://evil.example/healthz", "localhost")),
      / 421 /,
      "an address as request target",
    );
    const evil = upgradeRequest({ url: "http://evil.example" }, {
      Authorization: `Bearer ${await tokenOf(server, "alice")}`,
    });
    assert.match(await answer(evil), / 421 /);
  }
  assert.equal((await api(server, "/healthz")).status, 200);
});
