import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import type * as z from "zod";
import { describeCommands } from "../../routes/openapi/commands.ts";
import { type Operation, operationsOf } from "../../routes/openapi/describe.ts";
import { everyCommand } from "../../ws/commands/all.ts";
import { connectionCommand, connectionCommands } from "../../ws/commands/subscribe.ts";
import { eventSchemas } from "../../ws/encoding/event_schema.ts";
import { jsonEncoding } from "../../ws/encoding/json.ts";
import type { ServerEvent } from "../../ws/event.ts";
import { openApp } from "../support/app.ts";
import { assertDescribed } from "../support/described.ts";
import { readCurl } from "../support/curl.ts";
import { alice, bob, messageOf } from "../support/models.ts";

const operations = await allOperations();

/** Routes outside the JSON API: pages, files, and requests by browsers themselves. */
const PAGES = [
  "POST /csp-reports",
  "GET /admin/reports/{id}/{act}",
  "GET /admin/users/{id}/{act}",
  "GET /docs",
  "GET /login",
  "GET /register",
  "GET /rooms/{room}",
  "GET /static/{version}/{file}",
];

async function allOperations(): Promise<readonly Operation[]> {
  await using app = await openApp();
  return await operationsOf(app.routes);
}

/** Alice, the administrator, and Bob; a message of his that she has reported, and a failed job. */
async function openFixture() {
  const app = await openApp();
  const token = await app.tokenOf("alice", "alice@example.org");
  const bob = await app.tokenOf("bob");
  await app.ask("/rooms/general/messages", { token: bob, json: { content: "Hello" } });
  const [alice, author] = await app.store.users.list();
  const room = (await app.store.rooms.findFor(alice!.id, "general"))!;
  const { messages: [message] } = await app.store.messages.history(room.id, { limit: 1 });
  await app.store.reports.add({ message: message!, reporter: alice!, reason: "Spam" }, app.clock.now());
  const now = app.clock.now();
  await app.store.words.put({ word: "balderdash", kind: "forbidden" }, alice!, now);
  await app.store.jobs.add({ kind: "mail" }, now);
  const job = (await app.store.jobs.claim({ kinds: ["mail"], lease: "a", until: now }, now))!;
  await app.store.jobs.failed(job, { error: "The mail server is away", failedAt: now });
  const reset = await app.store.moderation.startPasswordReset(author!.id, alice!, now);
  return { app, token, bob, alice: alice!, author: author!, room, reset };
}

// deno-lint-ignore no-explicit-any -- a document as it came; the tests say what it must be
async function documentOf(app: Awaited<ReturnType<typeof openApp>>): Promise<any> {
  return await (await app.ask("/openapi.json")).json();
}

Deno.test("`GET /openapi.json` is self-contained OpenAPI 3.1 and needs no login", async () => {
  await using app = await openApp({ publicUrl: "https://chat.example.org" });
  const document = await documentOf(app);
  assert.match(document.openapi, /^3\.1\.\d+$/);
  assert.equal(document.info.title, "Chatterbox");
  assert.equal(document.info.version, "1.2.3");
  assert.deepEqual(document.servers, [{ url: "https://chat.example.org" }]);
  assert.deepEqual(Object.keys(document.components.securitySchemes), ["bearer", "cookie"]);
  assert.match(document.components.securitySchemes.cookie.name, /^__Host-chatterbox_session_[0-9a-f]{8}$/);

  const ids = new Set<string>();
  const tags = document.tags.map((tag: { name: string }) => tag.name);
  for (const [path, item] of Object.entries<Record<string, never>>(document.paths)) {
    assert.match(path, /^\//);
    for (const [method, operation] of Object.entries<typeof document>(item)) {
      const name = `${method} ${path}`;
      assert.match(method, /^(get|post)$/, name);
      assert.ok(!ids.has(operation.operationId), `${name}: its id is unique`);
      ids.add(operation.operationId);
      assert.ok(operation.tags.every((tag: string) => tags.includes(tag)), name);
      assert.ok(operation.summary, name);
      for (const security of operation.security) {
        for (const scheme of Object.keys(security)) assert.ok(scheme in document.components.securitySchemes, name);
      }
      const parameters: typeof document[] = operation.parameters ?? [];
      const inPath = parameters.filter((parameter) => parameter.in === "path");
      assert.deepEqual(
        inPath.map((parameter) => parameter.name).sort(),
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort(),
        name,
      );
      assert.ok(inPath.every((parameter) => parameter.required), name);
      assert.ok(parameters.every((parameter) => parameter.schema), name);
      assert.ok(Object.keys(operation.responses).length > 0, name);
      for (const [status, response] of Object.entries<typeof document>(operation.responses)) {
        assert.match(status, /^[1-5]\d\d$/, name);
        assert.ok(response.description, `${name} ${status}`);
      }
    }
  }
  for (const [, name] of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)) {
    assert.ok(document.components.schemas[name!.replace("#/components/schemas/", "")], `${name} exists`);
  }
});

Deno.test("`GET /openapi.json` answers 304 to a client that has it", async () => {
  await using app = await openApp();
  const first = await app.ask("/openapi.json");
  assert.equal(first.headers.get("Cache-Control"), "public, no-cache");
  await first.text();
  const again = await app.ask("/openapi.json", { headers: { "If-None-Match": first.headers.get("ETag")! } });
  assert.equal(again.status, 304);
});

Deno.test("every route is documented, and everything documented is a route", async () => {
  await using app = await openApp();
  const routes = app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) =>
    `${method} ${path.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}")}`
  );
  const documented = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  assert.deepEqual([...new Set(routes)].sort(), [...documented, ...PAGES].sort());
});

for (const operation of operations.filter(({ answer }) => answer.status === undefined)) {
  const { id, answer, access } = operation;
  Deno.test(`${id}: its curl command on /docs works and returns the documented answer`, async () => {
    const { app, token: administrator, bob, reset } = await openFixture();
    await using _app = app;
    const token = access === "administrators" ? administrator : bob;
    const page = await (await app.ask("/docs", { page: true })).text();
    const command = commandOf(page, id);
    const { url, ...request } = readCurl(command, { TOKEN: token, RESET: reset });
    assert.equal(request.headers.Authorization, access === "anybody" ? undefined : `Bearer ${token}`);
    assert.equal(new URL(url).origin, "http://localhost");
    const response = await app.request(url, request);
    const text = await response.clone().text();
    assert.equal(response.status, 200, text);
    await assertDescribed(await documentOf(app), operation, response, id);
    if (!answer.schema) return;
    // Undocumented fields would be missing from the parsed value.
    assert.deepEqual(answer.schema.parse(JSON.parse(text)), JSON.parse(text));
    assert.deepEqual(answer.schema.parse(answer.example), answer.example, "so does the example");
  });
}

Deno.test("every admin act returns the documented answer", async () => {
  const acts = operations.filter(({ params }) => params && "act" in params.shape);
  for (const operation of acts) {
    for (const act of (operation.params!.shape.act as z.ZodEnum).options) {
      const { app, token } = await openFixture();
      await using _app = app;
      const path = operation.path.replace("{id}", operation.example!.params!.id!).replace("{act}", String(act));
      const body = operation.body ? { reason: "Spam", ...(act === "delete_account" ? { messages: "keep" } : {}) } : {};
      const response = await app.ask(path, { token, json: body });
      const answer = await response.json();
      assert.equal(response.status, 200, `${path}: ${answer.detail}`);
      assert.deepEqual(operation.answer.schema!.parse(answer), answer, path);
    }
  }
});

/** Commands of an owner, and those whose example is about Bob. */
const byAlice = new Set([
  "report",
  "create_room",
  "change_room",
  "delete_room",
  "add_member",
  "remove_member",
  "set_role",
  "time_out",
  "direct",
  "block_user",
  "unblock_user",
]);

Deno.test("every socket command is documented, and its example works", async () => {
  const described = describeCommands();
  assert.deepEqual(
    described.map(({ type }) => type),
    [...everyCommand, ...connectionCommands].map(({ type }) => type),
  );
  for (const { type, text, access, example, schema } of described) {
    assert.notEqual(text, type, `${type} has a description`);
    const known = Object.keys(schema.properties ?? {});
    assert.deepEqual(Object.keys(example).filter((field) => !known.includes(field)), [], type);
    for (const field of schema.required ?? []) assert.ok(field in example, `${type} has its ${field}`);

    if (connectionCommands.some((command) => command.type === type)) {
      assert.deepEqual(connectionCommand({ type, fields: example }), example);
      continue;
    }
    const { app, alice, author, room } = await openFixture();
    await using _app = app;
    // Bob's message is his to edit, and not to report.
    const actor = access === "administrators" || byAlice.has(type) ? alice : author;
    await app.dispatch(alice, { type: "create_room", fields: { name: "Chess club" } });
    if (type !== "join" && type !== "add_member") {
      await app.dispatch(alice, { type: "add_member", fields: { room: "chess-club", username: "bob" } });
    }
    if (type === "unblock_user") await app.dispatch(alice, { type: "block_user", fields: { username: "bob" } });
    await app.dispatch(actor, { type, fields: example }, { room });
    if (access === "administrators") {
      const asMember = app.dispatch(author, { type, fields: example }, { room });
      await assert.rejects(asMember, /Only administrators may do this/);
    }
  }
  await using app = await openApp();
  const document = await documentOf(app);
  assert.deepEqual(document.paths["/ws"].get["x-commands"].map(({ type }: { type: string }) => type), [
    ...described.map(({ type }) => type),
  ]);
});

const general = {
  room: "general",
  name: "General",
  kind: "public",
  topic: "",
  members: 2,
  unread: 100,
  mentions: 1,
  last: 200,
  read: 7,
  notify: "mentions",
  favourite: false,
  archived: false,
  role: "member",
  posting: "everybody",
  slow_mode: 0,
} as const;
const direct = {
  ...general,
  room: "dm-abc",
  kind: "direct",
  users: [{ username: "bob", online: true }],
  timed_out_until: "2026-01-01T12:00:00.000Z",
  inspected_until: "2026-01-01T12:00:00.000Z",
} as const;

/** Each event, with every field that it can have. */
const everyEvent: { [Type in ServerEvent["type"]]: Extract<ServerEvent, { type: Type }>[] } = {
  history: [{
    type: "history",
    room: "general",
    messages: [messageOf(alice, 1), messageOf(bob, 2, { deletedAt: 1, content: "" })],
    head: 3,
    seen: [{ user: bob, seq: 1, message: messageOf(alice, 1).id }],
  }],
  message: [
    { type: "message", message: messageOf(alice, 1) },
    { type: "message", message: messageOf(alice, 1, { rev: 2, editedAt: 1 }) },
    { type: "message", message: messageOf(alice, 1, { rev: 3, deletedAt: 1, content: "" }) },
  ],
  users: [{ type: "users", room: "general", users: [alice, bob], count: 2 }],
  system: [{ type: "system", room: "general", content: "alice joined" }],
  typing: [{ type: "typing", room: "general", user: alice }],
  seen: [{ type: "seen", room: "general", user: bob, message: messageOf(alice, 1).id, seq: 1 }],
  reload: [{ type: "reload", room: "general" }],
  rooms: [{ type: "rooms", rooms: [general] }],
  room: [{ type: "room", ...general }, { type: "room", ...direct }],
  room_gone: [{ type: "room_gone", room: "general" }],
  unread: [{ type: "unread", room: "general", unread: 3, mentions: 1, last: 57 }],
  online: [{ type: "online", user: bob, online: true }],
  ack: [{ type: "ack", nonce: "c1", id: messageOf(alice, 1).id, room: "ops", secret: "s" }, { type: "ack" }],
  warning: [{ type: "warning", detail: "Be kind", warning_count: 1, nonce: "c1" }],
  blocked: [{ type: "blocked", detail: "You are blocked" }],
  error: [
    { type: "error", detail: "Room not found", code: "not_found", nonce: "c1", room: "ops" },
    { type: "error", detail: "Invalid message format", code: "invalid" },
  ],
};

Deno.test("every event of `jsonEncoding` is documented, field by field", async () => {
  const sent = Object.values(everyEvent).flat().flatMap((event) =>
    jsonEncoding.encode(event).split("\n").map((line) => JSON.parse(line))
  );
  const schemas = new Map<string, z.ZodObject>(eventSchemas.map((schema) => [schema.shape.type.value, schema]));
  for (const event of sent) schemas.get(event.type)!.strict().parse(event);
  const types = [...schemas.keys()];
  assert.deepEqual([...new Set(sent.map(({ type }) => type))].sort(), types.toSorted());
  await using app = await openApp();
  const events = (await documentOf(app)).paths["/ws"].get["x-events"];
  assert.deepEqual(events.map(({ type }: { type: string }) => type), types);
  for (const { type, text } of events) assert.ok(text, type);
  const page = await (await app.ask("/docs", { page: true })).text();
  for (const type of types) assert.ok(page.includes(`id="event-${type}"`), type);
});

Deno.test("`GET /docs` is complete without JavaScript and without a login", async () => {
  await using app = await openApp();
  const response = await app.ask("/docs", { page: true });
  assert.equal(response.status, 200);
  assert.match(response.headers.get("Content-Security-Policy")!, /script-src 'self'; style-src 'self';/);
  const page = await response.text();
  for (const { id, path } of operations) {
    assert.ok(page.includes(`id="ask-${id}"`), id);
    assert.ok(page.includes(path), path);
  }
  for (const { type } of [...everyCommand, ...connectionCommands]) {
    assert.ok(page.includes(`id="command-${type}"`), type);
  }
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
  assert.deepEqual(ids.filter((id, at) => ids.indexOf(id) !== at), [], "ids are unique");
  for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.includes(id!), `#${id} exists`);
  assert.doesNotMatch(page, / style="|<script>/);
});

Deno.test("`GET /docs` shows each user their own examples and is rendered once, whatever the Host", async () => {
  await using app = await openApp();
  const token = await app.tokenOf("alice");
  const page = async (origin: string, headers: Record<string, string> = {}) => {
    const response = await app.request(`${origin}/docs`, { headers: { Accept: "text/html", ...headers } });
    assert.equal(response.status, 200);
    return { text: await response.text(), tag: response.headers.get("ETag") };
  };
  const first = await page("http://localhost");
  let pages = 0;
  const { url } = app.assets;
  // Rendering reads the paths of the stylesheets.
  Object.assign(app.assets, { url: (file: string) => (pages += 1, url(file)) });
  const tags = new Set([first.tag]);
  for (const origin of ["http://a.localhost", "http://10.0.0.7:8000", "http://b.localhost:81"]) {
    const { text, tag } = await page(origin);
    tags.add(tag);
    assert.equal(text.replaceAll(origin, "http://localhost"), first.text);
  }
  assert.equal(tags.size, 4, "different hosts get different pages");
  assert.equal(pages, 0, "without a second rendering");
  Object.assign(app.assets, { url });
  assert.equal((await page("http://a.localhost")).tag, [...tags][1]);

  const six = await page("http://[::1]:8000");
  assert.equal(
    commandOf(six.text, "listUsers"),
    `curl 'http://[::1]:8000/users' \\\n  -H "Authorization: Bearer $TOKEN"`,
  );
  for (const odd of ["http://a$(reboot).localhost", "http://a'b.localhost", "http://a`b.localhost"]) {
    const { text } = await page(odd);
    assert.equal(
      commandOf(text, "listUsers"),
      `curl http://localhost/users \\\n  -H "Authorization: Bearer $TOKEN"`,
      odd,
    );
  }
  const hers = await page("http://a.localhost", { Authorization: `Bearer ${token}` });
  assert.match(hers.text, /run as <strong>alice<\/strong>/);
  assert.doesNotMatch(first.text + six.text + hers.text, /\.invalid/, "no placeholder is left");
});

Deno.test("`GET /docs` and `GET /openapi.json` are compressed and answer 304", async () => {
  await using app = await openApp();
  for (const path of ["/docs", "/openapi.json"]) {
    const plain = await app.ask(path, { page: true });
    const zipped = await app.ask(path, { page: true, headers: { "Accept-Encoding": "gzip, br" } });
    assert.equal(zipped.headers.get("Content-Encoding"), "gzip");
    assert.match(zipped.headers.get("Vary")!, /Accept-Encoding/);
    assert.equal(zipped.headers.get("Content-Type"), plain.headers.get("Content-Type"));
    assert.equal(gunzipSync(new Uint8Array(await zipped.arrayBuffer())).toString(), await plain.text());
    const again = await app.ask(path, { page: true, headers: { "If-None-Match": plain.headers.get("ETag")! } });
    assert.equal(again.status, 304);
  }
});

/** The command as copied from the page. */
function commandOf(page: string, id: string): string {
  const article = page.slice(page.indexOf(`id="ask-${id}"`));
  const [, html] = /aria-label="[^"]* with curl"><code>([^<]*)<\/code>/.exec(article)!;
  return html!.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
