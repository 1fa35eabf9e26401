import assert from "node:assert/strict";
import { openAdministration } from "../support/administration.ts";

const HOUR = 3_600_000;

function contents(page: { messages: { content: string }[] }): string[] {
  return page.messages.map(({ content }) => content);
}

Deno.test("`GET /admin/messages` is newest first, and filters by text, user, room and time", async () => {
  await using app = await openAdministration();
  const start = app.clock.now();
  await app.say(app.tokens.alice, "one apple");
  app.clock.set(start + HOUR / 2);
  await app.say(app.tokens.bob, "two Apples");
  await app.say(app.tokens.bob, "100% pears");
  const find = async (query: string) => contents(await app.get(`/admin/messages?${query}`));
  const at = (ms: number) => new Date(start + ms).toISOString();
  assert.deepEqual(await find(""), ["100% pears", "two Apples", "one apple"]);
  assert.deepEqual(await find("search=apple"), ["two Apples", "one apple"]);
  assert.deepEqual(await find("search=0%25"), ["100% pears"]);
  assert.deepEqual(await find("user=BOB&search=two"), ["two Apples"]);
  assert.deepEqual(await find("room=%23general&user=alice"), ["one apple"]);
  assert.deepEqual(await find("room=cellar"), []);
  assert.deepEqual(await find(`from=${at(HOUR / 2)}`), ["100% pears", "two Apples"]);
  assert.deepEqual(await find(`to=${at(HOUR / 2)}`), ["one apple"]);
  assert.deepEqual(await find(`to=${at(HOUR / 2).slice(0, -1)}`), ["one apple"], "UTC unless stated otherwise");
  assert.deepEqual(await find("to=2000-01-01"), []);
  const [message] = (await app.get("/admin/messages?user=alice")).messages;
  assert.deepEqual(message, {
    id: 1,
    room: "general",
    user_id: 1,
    username: "alice",
    content: "one apple",
    timestamp: at(0),
    edited_at: null,
    deleted_at: null,
    deleted_by: null,
  });
});

Deno.test("`GET /admin/messages` shows who deleted a message and when, without its text", async () => {
  await using app = await openAdministration();
  const edited = await app.say(app.tokens.bob, "first");
  await app.store.messages.edit(edited.id, "second", app.clock.now());
  const own = await app.say(app.tokens.bob, "my secret");
  await app.store.messages.remove(own.id, app.bob, app.clock.now());
  const rude = await app.say(app.tokens.mallory, "your secret");
  assert.deepEqual(await app.post(`/admin/messages/${rude.id}/delete`), {
    status: 200,
    body: { message: "Message deleted" },
  });
  assert.deepEqual(await app.post(`/admin/messages/${rude.id}/delete`), {
    status: 404,
    body: { detail: "Message not found" },
  });
  assert.deepEqual(await app.audit(5), ["alice delete_message mallory"]);
  const { messages } = await app.get("/admin/messages");
  const now = new Date(app.clock.now()).toISOString();
  assert.deepEqual(
    messages.map(({ content, edited_at, deleted_at, deleted_by }: Record<string, string>) => [
      content,
      edited_at,
      deleted_at,
      deleted_by,
    ]),
    [["", null, now, "alice"], ["", null, now, "bob"], ["second", now, null, null]],
  );
  const page = await (await app.ask("/admin/messages", { page: true, cookie: app.cookie })).text();
  assert.match(page, /Deleted by alice[^]*Deleted by bob[^]*Edited by bob/);
  assert.doesNotMatch(page, /secret|>first/);
  assert.equal((await app.get("/admin/messages?state=deleted")).messages.length, 2);
  assert.deepEqual(contents(await app.get("/admin/messages?state=standing")), ["second"]);
});

Deno.test("`GET /admin/messages` pages through all messages, each once", async () => {
  await using app = await openAdministration();
  const room = (await app.store.rooms.findFor(app.bob.id, "general"))!.id;
  for (let n = 1; n <= 120; n++) {
    await app.store.messages.post({ room, author: app.bob.id, content: `message ${n}`, nonce: null }, app.clock.now());
  }
  const found: string[] = [];
  let after = "";
  do {
    const page = await app.get(`/admin/messages?user=bob${after}`);
    found.push(...contents(page));
    after = page.next === null ? "" : `&after=${page.next}`;
  } while (after !== "");
  assert.deepEqual(found, Array.from({ length: 120 }, (_, n) => `message ${120 - n}`));
  const last = await (await app.ask("/admin/messages?user=bob&after=21", { page: true, cookie: app.cookie })).text();
  assert.doesNotMatch(last, /hx-select-oob/, "only the first page updates live");
});

Deno.test("the report queue shows each message once, in context, with all its reports", async () => {
  await using app = await openAdministration();
  const lines = [];
  for (let n = 1; n <= 9; n++) lines.push(await app.say(app.tokens.mallory, `line ${n}`));
  const [, , , , fifth] = lines;
  await app.store.reports.add({ message: fifth!, reporter: app.bob, reason: "rude" }, app.clock.now());
  await app.store.reports.add({ message: fifth!, reporter: app.alice, reason: "" }, app.clock.now());
  const { reports } = await app.get("/admin/reports");
  assert.deepEqual(reports.map(({ reporter, reason }: Record<string, string>) => [reporter, reason]), [
    ["alice", ""],
    ["bob", "rude"],
  ]);
  assert.deepEqual(
    contents({ messages: reports[0].context }),
    ["line 2", "line 3", "line 4", "line 5", "line 6", "line 7", "line 8"],
  );
  const page = await (await app.ask("/admin/reports", { page: true, cookie: app.cookie })).text();
  assert.equal([...page.matchAll(/<article/g)].length, 1);
  assert.match(page, /alice[^]*without a reason[^]*bob[^]*<q>rude<\/q>[^]*class="report-reported"[^]*line 5/);
});

Deno.test("a report is dismissed, or settled by deleting, warning or blocking, together with all reports of the message", async () => {
  await using app = await openAdministration();
  for (
    const [act, outcome, entry] of [
      ["dismiss", "Report dismissed", undefined],
      ["delete", "Message deleted", "alice delete_message mallory rude"],
      ["warn", "Author warned", "alice warn mallory rude"],
      ["block", "Author blocked", "alice block mallory rude"],
    ] as const
  ) {
    const message = await app.say(app.tokens.mallory, "Hello");
    await app.store.reports.add({ message, reporter: app.alice, reason: "rude too" }, app.clock.now());
    await app.store.reports.add({ message, reporter: app.bob, reason: "rude" }, app.clock.now());
    const [{ id }] = (await app.get("/admin/reports")).reports;
    assert.deepEqual(await app.post(`/admin/reports/${id}/${act}`), { status: 200, body: { message: outcome } });
    assert.deepEqual((await app.get("/admin/reports")).reports, []);
    const audit = await app.audit(2);
    assert.equal(audit[1], `alice resolve_report mallory ${act}`);
    if (entry !== undefined) assert.equal(audit[0], entry);
    assert.equal((await app.post(`/admin/reports/${id}/${act}`)).status, 404, "settled once");
  }
  assert.equal((await app.get("/admin/users/3")).is_blocked, true);
});

Deno.test("every admin page escapes user text", async () => {
  await using app = await openAdministration();
  const evil = `<img src=x onerror="alert(1)"> <a href="javascript:alert(1)">x</a> https://example.org/"onclick=`;
  const message = await app.say(app.tokens.mallory, evil);
  await app.store.reports.add({ message, reporter: app.bob, reason: evil }, app.clock.now());
  await app.post("/admin/users/3/warn", { reason: evil });
  await app.post("/admin/settings", { name: "<b>Evil</b>" });
  const query = new URLSearchParams({ search: evil, actor: evil.slice(0, 60), user: `"><b>` });
  for (const path of ["messages", "reports", "audit", "users/3", `messages?${query}`, `audit?${query}`, "settings"]) {
    const page = await (await app.ask(`/admin/${path}`, { page: true, cookie: app.cookie })).text();
    assert.doesNotMatch(page, /<img src=x|href="javascript|<b>/, path);
  }
});
