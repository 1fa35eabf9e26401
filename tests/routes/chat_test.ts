import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { castOf } from "../support/cast.ts";
import { insertRoom } from "../support/rooms.ts";
import { openApp, type TestApp } from "../support/app.ts";
import { block } from "../support/block.ts";

const MB = 1024 * 1024;

Deno.test("`GET /` tells a program that the server is running, and redirects a browser to the login", async () => {
  await using app = await openApp();
  const program = await app.ask("/");
  assert.deepEqual([program.status, await program.json()], [200, { status: "Server is running" }]);
  const any = await app.ask("/", { headers: { Accept: "*/*" } });
  assert.deepEqual(await any.json(), { status: "Server is running" });
  const browser = await app.ask("/", { page: true });
  assert.deepEqual([browser.status, browser.headers.get("Location")], [303, "/login"]);
});

Deno.test("`GET /` shows the chat, with labels and roles", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  const { id } = (await app.store.users.list())[0]!;
  await app.ask("/rooms/general/messages", { cookie, json: { content: "Hello, world" } });
  const response = await app.ask("/", { page: true, cookie });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("Cache-Control"), "private, no-store");
  const html = await response.text();
  assert.match(html, /^<!DOCTYPE html>/);
  assert.match(
    html,
    /<div id="scroller" role="log" aria-label="Messages" aria-live="off"[^>]*>.*<ol id="messages" role="list" data-head="1"/s,
  );
  assert.match(html, new RegExp(`<li id="message-1"[^>]* data-author="${id}"[^>]*>.*Hello, world`));
  assert.match(html, /<label for="message">Message<\/label>/);
  assert.match(html, /<button type="submit">Send<\/button>/);
  assert.match(html, /<ul aria-label="Online">/);
  assert.match(html, /role="status"/);
  assert.match(html, /<button type="submit" class="quiet">Log out<\/button>/);
  assert.match(html, /hx-ws:connect="\/ws\?room=general&(amp;)?after=1"/, "the socket resumes where the page ends");
});

Deno.test("`GET /` shows a blocked user nothing", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  block(app.file, "alice");
  const response = await app.ask("/", { page: true, cookie });
  assert.equal(response.status, 403);
  assert.match(await response.text(), /User is blocked/);
  assert.equal((await app.ask("/users", { cookie })).status, 403);
});

Deno.test("`GET /` is compressed for clients that accept it", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  const plain = await (await app.ask("/", { page: true, cookie })).text();
  const zipped = await app.ask("/", { page: true, cookie, headers: { "Accept-Encoding": "gzip" } });
  assert.equal(zipped.headers.get("Content-Encoding"), "gzip");
  assert.match(zipped.headers.get("Vary")!, /Accept-Encoding/i);
  const bytes = new Uint8Array(await zipped.arrayBuffer());
  assert.equal(gunzipSync(bytes).toString(), plain);
});

async function filled(app: TestApp, count: number) {
  const cast = await castOf(app.store);
  for (let n = 1; n <= count; n++) await cast.say(cast.alice, `message ${n}`);
  return await app.tokenOf("dave");
}

Deno.test("`GET /rooms/:room/messages` pages back through the history, oldest first", async () => {
  await using app = await openApp();
  const token = await filled(app, 120);
  const page = async (query: string) => {
    const response = await app.ask(`/rooms/general/messages${query}`, { token });
    assert.equal(response.status, 200);
    const { messages, head, ...rest } = await response.json();
    assert.deepEqual([head, rest], [120, {}]);
    return messages as { seq: number; content: string }[];
  };
  const last = await page("");
  assert.deepEqual([last.length, last[0]?.seq, last.at(-1)?.seq], [50, 71, 120]);
  const earlier = await page("?before=71&limit=70");
  assert.deepEqual([earlier.length, earlier[0]?.seq, earlier.at(-1)?.seq], [70, 1, 70]);
  assert.deepEqual(await page("?before=1"), []);
  assert.equal((await page("?limit=200")).length, 120);
});

Deno.test("`GET /rooms/:room/messages` is never larger than a megabyte, and its pages have no gaps", async () => {
  await using app = await openApp();
  const { alice, say } = await castOf(app.store);
  for (let n = 0; n < 40; n++) await say(alice, '"'.repeat(10_000));
  const cookie = await app.cookieOf("dave");

  const seqs: number[] = [];
  let before = "";
  for (let more = true; more;) {
    const response = await app.ask(`/rooms/general/messages?limit=200${before}`, { cookie });
    const text = await response.text();
    assert(text.length < MB, `${text.length} bytes of JSON`);
    const { messages, more: isCut } = JSON.parse(text);
    assert(messages.length > 0);
    seqs.unshift(...messages.map(({ seq }: { seq: number }) => seq));
    before = `&before=${seqs[0]}`;
    more = isCut ?? false;
  }
  assert.deepEqual(seqs, Array.from({ length: 40 }, (_, n) => n + 1));

  const shown = new Set<string>();
  let path: string | undefined = "/?limit=200";
  while (path !== undefined) {
    const html: string = await (await app.ask(path, { cookie, page: true })).text();
    assert(html.length < MB, `${html.length} bytes of HTML`);
    for (const [id] of html.matchAll(/id="message-\d+"/g)) shown.add(id);
    const [, hidden, earlier]: RegExpExecArray | [] =
      /<a id="earlier"[^>]*?( hidden)?[^>]*? hx-get="([^"]+)"/.exec(html) ?? [];
    const isHidden = hidden !== undefined || /<a id="earlier"[^>]* hidden/.test(html);
    path = isHidden ? undefined : earlier!.replaceAll("&amp;", "&");
  }
  assert.equal(shown.size, 40);
});

Deno.test("`GET /rooms/:room/messages` returns a message as the contract says", async () => {
  await using app = await openApp();
  const { alice, bob, room, say } = await castOf(app.store);
  await say(alice, "Hello");
  await say(bob, "Hi");
  await app.store.messages.edit((await say(alice, "Helo")).id, "Hello", Date.now());
  await app.store.rooms.markSeen(room.id, [{ user: bob.id, seq: 1 }]);
  const { messages } = await (await app.ask("/rooms/general/messages", { token: await app.tokenOf("dave") })).json();
  const common = { room: "general", timestamp: "2026-01-01T12:00:00.000Z" };
  assert.deepEqual(messages, [
    { id: 1, username: "alice", content: "Hello", edited: false, seen: true, seq: 1, rev: 1, ...common },
    { id: 2, username: "bob", content: "Hi", edited: false, seen: false, seq: 2, rev: 2, ...common },
    { id: 3, username: "alice", content: "Hello", edited: true, seen: false, seq: 3, rev: 4, ...common },
  ]);
});

Deno.test("`GET /rooms/:room/messages` refuses invalid page parameters with 422", async () => {
  await using app = await openApp();
  const token = await app.tokenOf("alice");
  const wrong = ["limit=0", "limit=201", "limit=x", "limit=1.5", "before=0", "before=-1", "before=x", "before=1e99"];
  for (const query of wrong) {
    const response = await app.ask(`/rooms/general/messages?${query}`, { token });
    assert.equal(response.status, 422, query);
    assert.match((await response.json()).detail, /before=SEQ and limit/);
  }
});

Deno.test("`GET /rooms/:room/messages` sends a browser fragments and the link to earlier ones", async () => {
  await using app = await openApp();
  const { alice, say } = await castOf(app.store);
  for (let n = 1; n <= 3; n++) await say(alice, `message ${n}`);
  const cookie = await app.cookieOf("dave");
  const html = await (await app.ask("/rooms/general/messages?limit=2", { cookie, page: true })).text();
  assert.match(html, /^<li id="message-2".*<li id="message-3".*<a id="earlier"/s);
  assert.match(html, /before=2/);
  assert.match(html, /hx-swap-oob/);
  const first = await (await app.ask("/rooms/general/messages?before=2", { cookie, page: true })).text();
  assert.match(first, /<a id="earlier"[^>]* hidden/, "no link back from the beginning");
});

Deno.test("routes that need a login answer a program with 401 and redirect a browser", async () => {
  await using app = await openApp();
  for (const path of ["/rooms/general/messages", "/users"]) {
    for (const credentials of [{}, { token: "nonsense" }, { cookie: "chatterbox_session=nonsense" }]) {
      const response = await app.ask(path, credentials);
      assert.equal(response.status, 401, path);
      assert.deepEqual(await response.json(), { detail: "Not authenticated" });
      assert.equal(response.headers.get("WWW-Authenticate"), "Bearer");
    }
  }
  const post = await app.ask("/rooms/general/messages", { json: { content: "Hello" } });
  assert.equal(post.status, 401);
  const browser = await app.ask("/rooms/general/messages", { page: true });
  assert.deepEqual([browser.status, browser.headers.get("Location")], [303, "/login"]);
});

Deno.test("an unknown room and an invalid room name are not found", async () => {
  await using app = await openApp();
  const token = await app.tokenOf("alice");
  for (const room of ["nowhere", "GENERAL", "..%2f", "a%20b", "x".repeat(100), "general%00"]) {
    const response = await app.ask(`/rooms/${room}/messages`, { token });
    assert.deepEqual([response.status, await response.json()], [404, { detail: "Room not found" }], room);
    assert.equal((await app.ask(`/rooms/${room}/messages`, { token, json: { content: "Hello" } })).status, 404);
  }
});

Deno.test("`POST /rooms/:room/messages` stores a message, by JSON and by form", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  const json = await app.ask("/rooms/general/messages", { cookie, json: { content: "from a program", nonce: "n1" } });
  assert.deepEqual([json.status, await json.json()], [200, { id: 1 }]);
  const again = await app.ask("/rooms/general/messages", { cookie, json: { content: "from a program", nonce: "n1" } });
  assert.deepEqual([again.status, await again.json()], [200, { id: 1 }], "a retry has no effect");
  const form = await app.ask("/rooms/general/messages", { cookie, form: { content: "from a form" } });
  assert.deepEqual([form.status, form.headers.get("Location")], [303, "/"]);
  const { messages } = await (await app.ask("/rooms/general/messages", { cookie })).json();
  assert.deepEqual(messages.map(({ content }: { content: string }) => content), ["from a program", "from a form"]);
});

Deno.test("`POST /rooms/:room/messages` refuses an invalid message, and a form keeps its draft", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  for (const json of [{}, { content: "" }, { content: " \n " }, { content: 7 }, { content: "x".repeat(10_001) }]) {
    const response = await app.ask("/rooms/general/messages", { cookie, json });
    assert.equal(response.status, 422);
    assert.equal(typeof (await response.json()).detail, "string");
  }
  const draft = `${"x".repeat(10_001)}</textarea><script>`;
  const form = await app.ask("/rooms/general/messages", { cookie, form: { content: draft } });
  assert.equal(form.status, 422);
  const html = await form.text();
  assert.match(html, /role="alert"><p>Message must have at most 10000 characters<\/p>/);
  assert(html.includes(`${"x".repeat(10_001)}&lt;/textarea&gt;&lt;script&gt;</textarea>`));
});

Deno.test("`GET /rooms/:room` shows the room to its members; to others it does not exist", async () => {
  await using app = await openApp();
  const alice = await app.cookieOf("alice");
  const bob = await app.cookieOf("bob");
  insertRoom(app.file, "ops", [1]);
  await app.ask("/rooms/ops/messages", { cookie: alice, json: { content: "only here" } });
  const open = async (room: string, cookie?: string) => {
    const response = await app.ask(`/rooms/${room}`, { page: true, ...(cookie === undefined ? {} : { cookie }) });
    return { status: response.status, location: response.headers.get("Location"), html: await response.text() };
  };
  const drawn = await open("ops", alice);
  assert.equal(drawn.status, 200);
  assert.match(drawn.html, /<main data-room="ops"/);
  assert.match(drawn.html, /<body[^>]* hx-ws:connect="\/ws\?room=ops&amp;after=1"/);
  assert.match(drawn.html, /only here/);
  assert.match((await open("general", bob)).html, /<main data-room="general"/);
  const foreign = await open("ops", bob);
  assert.equal(foreign.status, 404);
  assert.deepEqual(foreign, await open("nowhere", bob));
  assert.deepEqual(await open("ops"), { status: 303, location: "/login", html: "" });
});

Deno.test("a room's form returns to that room, accepted or refused", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  insertRoom(app.file, "ops", [1]);
  const sent = await app.ask("/rooms/ops/messages", { cookie, form: { content: "hello" } });
  assert.deepEqual([sent.status, sent.headers.get("Location")], [303, "/rooms/ops"]);
  const refused = await app.ask("/rooms/ops/messages", { cookie, form: { content: " " } });
  assert.equal(refused.status, 422);
  assert.match(await refused.text(), /<main data-room="ops"/);
});
