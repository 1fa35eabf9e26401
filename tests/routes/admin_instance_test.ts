import assert from "node:assert/strict";
import { openAdministration } from "../support/administration.ts";

Deno.test("a word takes effect at once: forbidden, allowed, and removed again", async () => {
  await using app = await openAdministration();
  const status = async (content: string) =>
    (await app.ask("/rooms/general/messages", { token: app.token, json: { content } })).status;
  assert.equal(await status("balderdash"), 200);
  assert.deepEqual(await app.post("/admin/words", { word: " Balderdash ", kind: "forbidden" }), {
    status: 200,
    body: { message: "Word added" },
  });
  assert.equal(await status("What balderdash"), 422);
  assert.deepEqual((await app.get("/admin/words")).words, [{ word: "balderdash", kind: "forbidden" }]);
  assert.equal((await app.post("/admin/words", { word: "balderdash", kind: "allowed" })).status, 200);
  assert.equal(await status("What balderdash"), 200);
  assert.equal((await app.post("/admin/words/remove", { word: "Balderdash" })).body.message, "Word removed");
  assert.deepEqual((await app.get("/admin/words")).words, []);
  assert.equal((await app.post("/admin/words/remove", { word: "balderdash" })).status, 404);
  assert.deepEqual((await app.audit(9)).filter((entry) => entry.includes("word")), [
    "alice forbid_word balderdash",
    "alice allow_word balderdash",
    "alice remove_word balderdash",
  ]);
});

Deno.test("an invalid word is refused beside its field, and the input is kept", async () => {
  await using app = await openAdministration();
  for (
    const [body, detail] of [
      [{ kind: "forbidden" }, "Word is required"],
      [{ word: "x", kind: "forbidden" }, "Word must have at least 2 letters"],
      [{ word: "no-go", kind: "forbidden" }, "Word may have only letters and digits"],
      [{ word: "fine", kind: "unloved" }, "Kind must be forbidden or allowed"],
    ] as const
  ) assert.deepEqual(await app.post("/admin/words", body), { status: 422, body: { detail } });
  const form = { word: "no-go", kind: "allowed" };
  const page = await app.ask("/admin/words", { cookie: app.cookie, form });
  assert.equal(page.status, 422);
  const text = await page.text();
  assert.match(text, /<input id="word"[^>]*aria-invalid="true"[^>]*value="no-go"/);
  assert.match(text, /role="alert">Word may have only letters and digits</);
  assert.match(text, /<option value="allowed" selected/);
  const added = await app.ask("/admin/words", {
    cookie: app.cookie,
    form: { word: "fiddlesticks", kind: "forbidden" },
  });
  assert.deepEqual([added.status, added.headers.get("Location")], [303, "/admin/words?done=put_word"]);
});

Deno.test("settings take effect when saved, and the changes are in the audit log", async () => {
  await using app = await openAdministration();
  const before = await app.get("/admin/settings");
  assert.deepEqual(before, {
    name: "Chatterbox",
    registration: "open",
    warnings: 2,
    warningDays: 30,
    sessionDays: 1 / 24,
    retentionDays: 0,
    fixed: ["sessionDays"],
  });
  const form = { name: "Chess club", registration: "closed", warnings: "0", warningDays: "7", retentionDays: "365" };
  const saved = await app.ask("/admin/settings", { cookie: app.cookie, form });
  assert.deepEqual([saved.status, saved.headers.get("Location")], [303, "/admin/settings?done=settings"]);
  assert.deepEqual(await app.audit(1), [
    "alice change_settings  name: Chatterbox → Chess club, registration: open → closed, warnings: 2 → 0, " +
    "warningDays: 30 → 7, retentionDays: 0 → 365",
  ]);
  assert.equal((await app.ask("/register", { json: { username: "carol", password: "correct horse" } })).status, 403);
  await app.ask("/rooms/general/messages", { token: app.tokens.mallory, json: { content: "fuck" } });
  assert.equal((await app.get("/admin/users/3")).is_blocked, true, "without warnings, the first offence blocks");
  assert.deepEqual(await app.post("/admin/settings", { name: "Chess" }), {
    status: 200,
    body: { message: "Settings saved" },
  });
  assert.equal((await app.get("/admin/settings")).retentionDays, 365, "omitted settings stay");
});

Deno.test("invalid settings are refused beside their fields, all at once, and the input is kept", async () => {
  await using app = await openAdministration();
  const form = { name: " ", registration: "open", warnings: "many", warningDays: "0", retentionDays: "" };
  const page = await app.ask("/admin/settings", { cookie: app.cookie, form });
  assert.equal(page.status, 422);
  const text = await page.text();
  for (const name of ["name", "warnings", "warningDays", "retentionDays"]) {
    assert.match(text, new RegExp(`id="${name}"[^>]*aria-invalid="true"`), name);
    assert.match(text, new RegExp(`id="${name}-note" class="error" role="alert">[A-Z]`), name);
  }
  assert.match(text, /<input id="warnings"[^>]*value="many"/);
  assert.match(text, /<p id="retentionDays-note"[^>]*>Retention must be 0 to 36500</);
  assert.match(text, /<p id="warnings-note"[^>]*>Warnings must be 0 to 100</);
  assert.deepEqual(await app.post("/admin/settings", { registration: "maybe" }), {
    status: 422,
    body: { detail: "Registration must be open or closed" },
  });
  for (const warnings of [null, "", " ", true, "1e9", 1.5, []]) {
    assert.equal((await app.post("/admin/settings", { warnings })).status, 422, JSON.stringify(warnings));
  }
  assert.equal((await app.get("/admin/settings")).warnings, 2);
  assert.deepEqual(await app.audit(3), []);
});

Deno.test("settings from the environment are shown read-only and do not change", async () => {
  await using app = await openAdministration();
  const page = await (await app.ask("/admin/settings", { page: true, cookie: app.cookie })).text();
  assert.match(page, /<input id="sessionDays"[^>]* disabled/);
  assert.match(page, /id="sessionDays-note"[^>]*>Set in the environment/);
  assert.doesNotMatch(page, /<input id="warnings"[^>]* disabled/);
  await app.post("/admin/settings", { sessionDays: 99 });
  assert.equal((await app.get("/admin/settings")).sessionDays, 1 / 24);
});

Deno.test("the audit log filters by actor, target, action and time, and is read-only", async () => {
  await using app = await openAdministration();
  await app.post("/admin/users/2/warn", { reason: "manners" });
  app.clock.set(app.clock.now() + 60_000);
  const later = new Date(app.clock.now()).toISOString();
  await app.post("/admin/users/3/block");
  const find = async (query: string) =>
    (await app.get(`/admin/audit?${query}`)).audit.map(({ action }: { action: string }) => action);
  assert.deepEqual(await find(""), ["block", "warn"]);
  assert.deepEqual(await find("actor=Alice"), ["block", "warn"]);
  assert.deepEqual(await find("actor=bob"), []);
  assert.deepEqual(await find("target=BOB"), ["warn"]);
  assert.deepEqual(await find("action=block"), ["block"]);
  assert.deepEqual(await find(`from=${later}`), ["block"]);
  assert.deepEqual(await find(`to=${later}`), ["warn"]);
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    assert.equal((await app.ask("/admin/audit", { method, token: app.token })).status, 404, method);
  }
});

Deno.test("the overview counts, and shows the counts as a chart and a table", async () => {
  await using app = await openAdministration();
  await app.say(app.tokens.bob, "Hello");
  const gone = await app.say(app.tokens.bob, "Goodbye");
  await app.store.messages.remove(gone.id, app.bob, app.clock.now());
  app.clock.set(app.clock.now() + 24 * 3_600_000);
  const { token } = await (await app.ask("/login", { json: { username: "alice", password: "correct horse" } })).json();
  await app.say(token, "Next day");
  await app.store.moderation.block(app.mallory.id, app.alice, "", app.clock.now());
  const overview = await (await app.ask("/admin", { token })).json();
  assert.deepEqual(
    [
      overview.users,
      overview.online,
      overview.messages_today,
      overview.messages,
      overview.blocked_users,
      overview.reports,
    ],
    [3, 0, 1, 2, 1, 0],
  );
  assert.equal(overview.version, "1.2.3");
  assert.ok(overview.database_bytes > 4096 && overview.uptime_seconds >= 0);
  assert.deepEqual([overview.messages_per_hour.length, overview.messages_per_day.length], [24, 30]);
  assert.deepEqual([overview.messages_per_hour.at(-1), overview.messages_per_day.slice(-2)], [1, [2, 1]]);

  const page = await (await app.ask("/admin", { page: true, cookie: `chatterbox_session=${token}` })).text();
  assert.match(page, /<dt>Messages today<\/dt><dd *>1<\/dd>/);
  assert.match(page, /<svg role="img" aria-label="Messages per hour, last 24 hours\. 1 total, peak at [\d :-]+: 1"/);
  assert.equal([...page.matchAll(/<rect /g)].length, 54);
  assert.equal([...page.matchAll(/<th scope="row">/g)].length, 54);
});
