import assert from "node:assert/strict";
import { openAdministration } from "../support/administration.ts";

/** Forms of a page by their action, each as the fields that a browser would send. */
function formsOf(page: string): Map<string, Record<string, string>> {
  const forms = [...page.matchAll(/<form method="post" action="([^"]*)"[^>]*>([^]*?)<\/form>/g)];
  return new Map(forms.map(([, action, body]) => {
    const inputs = [...body!.matchAll(/<input [^>]*>/g)].map(([tag]) => ({
      name: / name="([^"]*)"/.exec(tag)?.[1] ?? "",
      value: (/ value="([^"]*)"/.exec(tag)?.[1] ?? "").replaceAll("&amp;", "&"),
      isSent: !/ disabled/.test(tag) && (!/type="radio"/.test(tag) || / checked/.test(tag)),
    }));
    return [action!, Object.fromEntries(inputs.filter(({ isSent }) => isSent).map(({ name, value }) => [name, value]))];
  }));
}

const HURTS = /\/(block|promote|demote|end_sessions|delete_account)$|reports\/\d+\/(delete|warn|block)$/;

Deno.test("no page performs a destructive act without a question that names its target", async () => {
  await using app = await openAdministration();
  const message = await app.say(app.tokens.bob, "rude words");
  await app.store.reports.add({ message, reporter: app.mallory, reason: "" }, app.clock.now());
  const page = async (path: string) => await (await app.ask(path, { page: true, cookie: app.cookie })).text();
  const questions = new Set<string>();
  for (const path of ["/admin/users", "/admin/users/2", "/admin/reports"]) {
    const text = await page(path);
    assert.deepEqual([...formsOf(text).keys()].filter((action) => HURTS.test(action)), [], path);
    for (const [, href] of text.matchAll(/<a [^>]*data-ask[^>]*href="([^"]*)"|<a [^>]*href="([^"]*)"[^>]*data-ask/g)) {
      if (href !== undefined) questions.add(href.replaceAll("&amp;", "&"));
    }
  }
  assert.ok(questions.size >= 8, [...questions].join());
  for (const href of questions) {
    if (href.includes("/users/3/")) continue;
    const text = await page(href);
    assert.match(text, /<h1>[^<]*bob[^<]*\?<\/h1>/, href);
    const [path] = href.split("?");
    const fields = formsOf(text).get(path!);
    assert.ok(fields && "reason" in fields, href);
    assert.match(fields.back!, /^\/admin\//);
    if (href.includes("reports")) assert.match(text, /<blockquote class="message-said">rude words/);
  }
  const question = await page("/admin/users/2/block?back=/admin/users?only=online");
  const response = await app.ask("/admin/users/2/block", {
    cookie: app.cookie,
    form: { ...formsOf(question).get("/admin/users/2/block"), reason: "spam" },
  });
  assert.deepEqual([response.status, response.headers.get("Location")], [303, "/admin/users?only=online&done=block"]);
  assert.deepEqual(await app.audit(1), ["alice block bob spam"]);
});

Deno.test("an unavailable act is not offered, and the page says why", async () => {
  await using app = await openAdministration();
  const page = async (path: string) => await (await app.ask(path, { page: true, cookie: app.cookie })).text();
  const hers = await page("/admin/users/1");
  for (const act of ["block", "demote", "delete_account"]) assert.doesNotMatch(hers, new RegExp(`users/1/${act}`));
  assert.match(hers, /The last administrator cannot be blocked/);
  assert.match(await page("/admin/users"), /title="The last administrator cannot be blocked"/);
  for (const [act, what] of [["block", "blocked"], ["demote", "demoted"], ["delete_account", "deleted"]]) {
    const question = await app.ask(`/admin/users/1/${act}`, { page: true, cookie: app.cookie });
    assert.equal(question.status, 403);
    assert.match(await question.text(), new RegExp(`The last administrator cannot be ${what}`));
  }
  await app.post("/admin/users/2/promote");
  const both = await page("/admin/users/1");
  assert.doesNotMatch(both, /users\/1\/block/);
  assert.match(both, /You cannot block yourself/);
  assert.match(both, /users\/1\/demote/);
  assert.deepEqual(await app.post("/admin/users/1/block"), {
    status: 403,
    body: { detail: "You cannot block yourself" },
  });
});

Deno.test("a question links back to admin pages only", async () => {
  await using app = await openAdministration();
  const back = encodeURIComponent("https://evil.example/admin");
  const text = await (await app.ask(`/admin/users/2/block?back=${back}`, { page: true, cookie: app.cookie })).text();
  assert.equal(formsOf(text).get("/admin/users/2/block")?.back, "/admin/users/2");
  assert.equal((await app.ask("/admin/users/2/explode", { page: true, cookie: app.cookie })).status, 404);
  assert.equal((await app.ask("/admin/reports/7/block", { page: true, cookie: app.cookie })).status, 404);
});

Deno.test("settings that remove messages ask first, and keep the other input", async () => {
  await using app = await openAdministration();
  const settings = await app.ask("/admin/settings", { page: true, cookie: app.cookie });
  const fields = formsOf(await settings.text()).get("/admin/settings")!;
  const form = { ...fields, registration: "open", name: "Chess club", retentionDays: "7" };
  const question = await app.ask("/admin/settings", { cookie: app.cookie, form });
  const text = await question.text();
  assert.match(text, /<h1>Keep messages for 7 days only\?<\/h1>/);
  assert.equal((await app.get("/admin/settings")).retentionDays, 0);
  const sure = await app.ask("/admin/settings", { cookie: app.cookie, form: formsOf(text).get("/admin/settings")! });
  assert.equal(sure.status, 303);
  const { name, retentionDays } = await app.get("/admin/settings");
  assert.deepEqual([name, retentionDays], ["Chess club", 7]);
  const longer = await app.ask("/admin/settings", { cookie: app.cookie, form: { ...form, retentionDays: "8" } });
  assert.equal(longer.status, 303, "a longer retention removes nothing");
});

Deno.test("reports show and return the reported text and the current one", async () => {
  await using app = await openAdministration();
  const message = await app.say(app.tokens.bob, "rude words");
  await app.store.reports.add({ message, reporter: app.mallory, reason: "" }, app.clock.now());
  const at = new Date(app.clock.now()).toISOString();
  const look = async () => ({
    page: await (await app.ask("/admin/reports", { page: true, cookie: app.cookie })).text(),
    json: (await app.get("/admin/reports")).reports[0],
  });
  const reported = { username: "bob", content: "rude words", timestamp: at, edited_at: null };
  let { page, json } = await look();
  assert.match(page, /Unchanged since/);
  assert.deepEqual([json.reported, json.fate, json.author_deleted], [reported, "unchanged", false]);
  await app.store.messages.edit(message.id, "kind words", app.clock.now());
  ({ page, json } = await look());
  assert.match(page, /<blockquote class="message-said">rude words[^]*Edited since[^]*kind words/);
  assert.deepEqual([json.reported, json.fate], [reported, "edited"]);
  await app.store.messages.remove(message.id, app.bob, app.clock.now());
  ({ page, json } = await look());
  assert.match(page, /<blockquote class="message-said">rude words[^]*Deleted since/);
  assert.doesNotMatch(page, /reports\/1\/delete/, "there is nothing left to delete");
  await app.post("/admin/users/2/delete_account", { messages: "remove" });
  ({ page, json } = await look());
  assert.match(page, /The text was removed with the account/);
  assert.doesNotMatch(page, /rude words|reports\/1\/(warn|block)/);
  assert.deepEqual([json.reported.content, json.reported.username, json.author_deleted], ["", "bob", true]);
});
