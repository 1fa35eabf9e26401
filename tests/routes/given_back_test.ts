import assert from "node:assert/strict";
import { openAdministration } from "../support/administration.ts";
import { openApp } from "../support/app.ts";

/** The content of a page's text box as a browser reads it: without the first line break. */
function boxOf(html: string, id: string): string | undefined {
  const text = new RegExp(`<textarea id="${id}"[^>]*>([^]*?)</textarea>`).exec(html)?.[1];
  return text?.replace(/^\n/, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll(
    "&#39;",
    "'",
  )
    .replaceAll("&amp;", "&");
}

Deno.test("a form accepts the longest message in any script, and returns a longer one to its box", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  const send = (content: string) => app.ask("/rooms/general/messages", { cookie, form: { content } });
  for (const text of ["漢".repeat(7400), "漢".repeat(10_000), "\u{1F642}".repeat(5000), "\n漢".repeat(4999)]) {
    assert.equal((await send(text)).status, 303, `${text.length} of ${text.slice(-2)}`);
  }
  for (const text of ["漢".repeat(10_001), "漢".repeat(28_000), "\n x\n".repeat(4000), "&".repeat(12_689)]) {
    const refused = await send(text);
    assert.equal(refused.status, 422);
    const html = await refused.text();
    assert.match(html, /role="alert"><p>Message must have at most 10000 characters/);
    assert.equal(boxOf(html, "message"), text, "all of it is in the box");
  }
  const all = await (await app.ask("/rooms/general/messages", { cookie })).json();
  assert.equal(all.messages.length, 4);
});

Deno.test("a form over 256 KiB is refused before it is read, and other bodies over 64 KiB", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  const form = { content: "漢".repeat(29_200) };
  for (const headers of [{}, { "Content-Length": "262800" }]) {
    const refused = await app.ask("/rooms/general/messages", { cookie, form, headers });
    assert.equal(refused.status, 413);
    assert.match(await refused.text(), /Body must have at most 262144 bytes/);
  }
  // So is a form from another site, of any length.
  let pulled = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new TextEncoder().encode("x".repeat(64 * 1024)));
    },
  });
  const foreign = await app.request("/rooms/general/messages", {
    method: "POST",
    headers: {
      Cookie: cookie,
      Host: "localhost",
      Origin: "https://evil.example",
      Accept: "text/html",
      "Content-Type": "application/x-www-form-urlencoded",
    },
    body: endless,
    duplex: "half",
  } as RequestInit);
  assert.equal(foreign.status, 403);
  assert(pulled < 5, `${pulled} chunks were read`);
});

Deno.test("a refused form returns its input for every reason: warned, forbidden, unknown room, logged out", async () => {
  await using app = await openApp();
  await app.register("olga");
  const cookie = await app.cookieOf("alice");
  const text = '  fucking "text" <b>\nof two lines';
  const warned = await app.ask("/rooms/general/messages", { cookie, form: { content: text } });
  assert.equal(warned.status, 422);
  assert.equal(boxOf(await warned.text(), "message"), text);
  for (
    const [path, credentials, status] of [["/rooms/nowhere/messages", { cookie }, 404], [
      "/rooms/general/messages",
      {},
      401,
    ]] as const
  ) {
    const refused = await app.ask(path, { ...credentials, form: { content: text } });
    assert.equal(refused.status, status, path);
    assert.equal(boxOf(await refused.text(), "typed-content"), text, path);
  }
  const login = await app.ask("/login", { form: { username: "alice", password: "wrong horse" } });
  assert.doesNotMatch(await login.text(), /wrong horse/, "a password is never shown");
});

Deno.test("a refused act returns the administrator's reason to its field", async () => {
  await using app = await openAdministration();
  const refused = await app.ask("/admin/users/1/warn", {
    cookie: app.cookie,
    form: { reason: `${"long ".repeat(120)}"x"` },
  });
  assert.equal(refused.status, 422);
  const html = await refused.text();
  assert.match(html, /<input id="warn-reason"[^>]*value="long long [^"]*&quot;x&quot;"/);
  assert.doesNotMatch(html, /<input id="block-reason"[^>]*value="long/);
});

Deno.test("no field truncates a paste", async () => {
  await using app = await openAdministration();
  for (const path of ["/", "/admin/users/3", "/admin/words", "/admin/settings"]) {
    const html = await (await app.ask(path, { cookie: app.cookie, page: true })).text();
    for (const [form] of html.matchAll(/<form (?!method="get")[^]*?<\/form>/g)) {
      assert.doesNotMatch(form, /maxlength/, path);
    }
  }
  for (const path of ["/login", "/register"]) {
    assert.doesNotMatch(await (await app.ask(path, { page: true })).text(), /maxlength/, path);
  }
});
