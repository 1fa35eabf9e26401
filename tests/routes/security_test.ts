import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { openApp } from "../support/app.ts";
import { PASSWORD } from "../support/client.ts";

const alice = { username: "alice", password: PASSWORD };

function policyOf(response: Response): Record<string, string[]> {
  const policy = response.headers.get("Content-Security-Policy")!;
  return Object.fromEntries(
    policy.split("; ").map((rule) => {
      const [name, ...sources] = rule.split(" ");
      return [name!, sources];
    }),
  );
}

Deno.test("every response forbids browser features that our pages do not use", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  for (const path of ["/", "/login", "/users", "/healthz", "/nowhere", app.assets.url("css/chat.css")]) {
    for (const page of [true, false]) {
      const response = await app.ask(path, { page, ...(path === "/" ? { cookie } : {}) });
      const { headers } = response;
      assert.equal(headers.get("X-Content-Type-Options"), "nosniff", path);
      assert.equal(headers.get("X-Frame-Options"), "DENY", path);
      assert.equal(headers.get("Referrer-Policy"), "same-origin", path);
      assert.equal(headers.get("Strict-Transport-Security"), null, path);
      const permissions = headers.get("Permissions-Policy")!.split(", ");
      for (const name of ["camera", "microphone", "geolocation", "usb", "payment"]) {
        assert(permissions.includes(`${name}=()`), `${name} at ${path}`);
      }
      assert.match(headers.get("X-Request-Id")!, /^[0-9a-f-]{36}$/);
      const policy = policyOf(response);
      assert.deepEqual(policy["default-src"], ["'none'"], path);
      assert.deepEqual(policy["script-src"], ["'self'"], path);
      assert.deepEqual(policy["frame-ancestors"], ["'none'"], path);
      assert.deepEqual(policy["base-uri"], ["'none'"], path);
      assert.deepEqual(policy["form-action"], ["'self'"], path);
      await response.body?.cancel();
    }
  }
});

Deno.test("personal responses are uncacheable for every route, method and status", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  const fits = (path: string) => path.replace(":room", "general").replace(/:(\w+)(\{[^}]*\})?/g, "1");
  const routes = app.routes.filter(({ method }) => method !== "ALL").map(({ path }) => fits(path));
  const open = ["/healthz", "/readyz", "/static/1/1", "/openapi.json", "/csp-reports"];
  const paths = [...new Set(routes), "/nowhere", "/admin/nowhere"].filter((path) => !open.includes(path));
  assert(paths.length > 25);
  for (const path of paths) {
    for (
      const options of [{ page: true }, {}, { json: {} }, { form: {}, headers: { Origin: "https://evil.example" } }]
    ) {
      const response = await app.ask(path, { ...options, cookie: path === "/logout" ? "" : cookie });
      await response.body?.cancel();
      assert.match(response.headers.get("Cache-Control") ?? "", /\bno-store\b/, `${path} ${response.status}`);
    }
  }
});

Deno.test("the chat page's policy allows exactly its one style", async () => {
  await using app = await openApp();
  for (const name of ["alice", "bob"]) {
    const response = await app.ask("/", { page: true, cookie: await app.cookieOf(name) });
    const html = await response.text();
    const styles = [...html.matchAll(/<style>([^]*?)<\/style>/g)].map(([, style]) => style!);
    assert.equal(styles.length, 1);
    const hash = createHash("sha256").update(styles[0]!).digest("base64");
    assert.deepEqual(policyOf(response)["style-src"], ["'self'", `'sha256-${hash}'`]);
    assert.doesNotMatch(html, /<[^>]+ (?:style|on\w+)=/i, "no inline style or handler, which the policy would refuse");
    assert.doesNotMatch(html, /<script(?![^>]* src=)/, "no inline script");
  }
});

Deno.test("an https PUBLIC_URL enables HSTS, and the policy allows the socket's URL", async () => {
  await using app = await openApp({ publicUrl: "https://chat.example.org" });
  const response = await app.ask("/login", { page: true });
  assert.equal(response.headers.get("Strict-Transport-Security"), "max-age=31536000");
  assert.deepEqual(policyOf(response)["connect-src"], ["'self'", "wss://chat.example.org"]);
});

Deno.test("a form from another site is refused and changes nothing", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  const foreign = ["https://evil.example", "http://localhost.evil.example", "http://localhost:81", "null", "", "x"];
  for (const Origin of foreign) {
    for (const type of ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]) {
      const response = await app.ask("/rooms/general/messages", {
        cookie,
        form: { content: "Hello" },
        headers: { Origin, "Content-Type": type },
      });
      assert.equal(response.status, 403, `${Origin} with ${type}`);
    }
  }
  const login = await app.ask("/login", { form: alice, headers: { Origin: "https://evil.example" } });
  assert.deepEqual([login.status, login.headers.get("Set-Cookie")], [403, null], "nor does it log anybody in");
  assert.equal(
    (await app.ask("/logout", { cookie, form: {}, headers: { Origin: "https://evil.example" } })).status,
    403,
  );
  const { messages } = await (await app.ask("/rooms/general/messages", { cookie })).json();
  assert.deepEqual(messages, []);
});

Deno.test("a PUBLIC_URL allows its own origin only, whatever the Host", async () => {
  await using app = await openApp({ publicUrl: "https://chat.example.org" });
  const own = await app.ask("/register", { form: alice });
  assert.equal(own.status, 303);
  for (const origin of ["http://chat.example.org", "https://chat.example.org:8443", "https://127.0.0.1:8000"]) {
    const response = await app.ask("/login", { form: alice, headers: { Origin: origin, Host: new URL(origin).host } });
    assert.equal(response.status, 403, origin);
  }
});

Deno.test("a script with a token needs no Origin", async () => {
  await using app = await openApp();
  const token = await app.tokenOf("alice");
  const response = await app.ask("/rooms/general/messages", { token, json: { content: "Hello" } });
  assert.equal(response.status, 200);
});

Deno.test("a body over 64 KiB is refused with 413, with Content-Length or without, and 64 KiB are accepted", async () => {
  await using app = await openApp();
  const token = await app.tokenOf("alice");
  const json = (size: number) => {
    const frame = JSON.stringify({ content: "Hello", padding: "" });
    return { content: "Hello", padding: "x".repeat(size - frame.length) };
  };
  const fits = await app.ask("/rooms/general/messages", { token, json: json(64 * 1024) });
  assert.equal(fits.status, 200);
  const large = json(64 * 1024 + 1);
  const length = String(JSON.stringify(large).length);
  for (const headers of [{}, { "Content-Length": length }]) {
    const refused = await app.ask("/rooms/general/messages", { token, json: large, headers });
    assert.deepEqual([refused.status, await refused.json()], [413, { detail: "Body must have at most 65536 bytes" }]);
  }
});
