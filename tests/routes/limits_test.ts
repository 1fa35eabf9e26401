import assert from "node:assert/strict";
import { openAdministration } from "../support/administration.ts";

/** Routes before or at the end of a login; they have limits of their own, or need none. */
const FOR_STRANGERS = ["/register", "/login", "/logout", "/reset/:token", "/csp-reports"];

/** Sends as many commands as this user may at once, over the same transport as the test. */
async function exhaust(app: Awaited<ReturnType<typeof openAdministration>>, token: string): Promise<void> {
  for (let n = 0; n < 60; n++) {
    const response = await app.ask("/rooms/general/messages", { token, json: { content: `${n}` } });
    assert.equal(response.status, 200, `message ${n}: ${await response.text()}`);
  }
}

Deno.test("`POST /rooms/:room/messages` admits sixty at once and fifteen a second, as the socket does", async () => {
  await using app = await openAdministration({ limits: true });
  await exhaust(app, app.tokens.bob);
  const post = () => app.ask("/rooms/general/messages", { token: app.tokens.bob, json: { content: "more" } });
  const refused = await post();
  assert.deepEqual([refused.status, refused.headers.get("Retry-After")], [429, "1"]);
  assert.deepEqual(await refused.json(), { detail: "Too many messages, wait a moment" });
  await app.say(app.tokens.mallory, "somebody else goes on");
  await app.clock.advance(1000);
  const statuses = [];
  for (let n = 0; n < 20; n++) statuses.push((await post()).status);
  assert.deepEqual(statuses, [...Array(15).fill(200), ...Array(5).fill(429)]);
});

Deno.test("a rate-limited form returns its input", async () => {
  await using app = await openAdministration({ limits: true });
  await exhaust(app, app.token);
  for (
    const [path, form, kept] of [
      ["/rooms/general/messages", { content: "A long <thought>" }, "A long &lt;thought&gt;"],
      ["/admin/words", { word: "balderdash", kind: "forbidden" }, "balderdash"],
      ["/admin/settings", { name: "The Shire" }, "The Shire"],
    ] as const
  ) {
    const response = await app.ask(path, { cookie: app.cookie, form });
    const html = await response.text();
    assert.equal(response.status, 429, path);
    assert(html.includes(kept), path);
    assert(html.includes("Too many messages, wait a moment"), path);
  }
});

Deno.test("every change over HTTP counts as a command of its user", async () => {
  await using app = await openAdministration({ limits: true });
  await exhaust(app, app.token);
  const changes = app.routes.filter(({ method, path }) =>
    !["GET", "ALL"].includes(method) && !FOR_STRANGERS.includes(path)
  );
  assert(changes.length >= 7, "and some were found");
  for (const { method, path } of changes) {
    const acts = path.startsWith("/admin/reports") ? ["dismiss"] : ["block"];
    for (const act of acts) {
      const address = path.replace(":act", act).replace(":room", "general").replace(/:\w+/g, "2");
      const json = { content: "x", word: "balderdash", kind: "forbidden", messages: "keep" };
      const response = await app.ask(address, { method, token: app.token, json });
      assert.equal(response.status, 429, `${method} ${address}: ${await response.text()}`);
    }
  }
  assert.deepEqual(await app.audit(10), [], "and nothing happened");
});

Deno.test("`RATE_LIMITS=off` lifts the command limit", async () => {
  await using app = await openAdministration({ limits: false });
  for (let n = 0; n < 100; n++) await app.say(app.token, `${n}`);
});
