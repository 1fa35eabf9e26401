import assert from "node:assert/strict";
import * as z from "zod";
import { addressOf } from "../../routes/openapi/curl.ts";
import { type Operation, operationsOf } from "../../routes/openapi/describe.ts";
import { openApp } from "../support/app.ts";
import { PASSWORD } from "../support/client.ts";
import { assertDescribed } from "../support/described.ts";

/** A request to an operation, and the status it must be refused with. */
interface Refusal {
  readonly what: string;
  readonly status: number;
  readonly path: string;
  readonly init: RequestInit;
}

// deno-lint-ignore no-explicit-any -- a document as it came
type Json = any;

/** An id and names that do not exist. */
const NOWHERE: Record<string, string> = { id: "999999", room: "nowhere", act: "nothing", token: "nothing" };

/** Values that some field does not accept. */
const ODD = ["", "-1", "soon", "x".repeat(1000)];

/** Alice, the administrator, Bob, and Carol, who is blocked; Bob's message that Alice has reported, and his link. */
async function openFixture(options: { limits?: boolean } = {}) {
  const app = await openApp(options);
  const alice = await app.tokenOf("alice");
  const bob = await app.tokenOf("bob");
  const carol = await app.tokenOf("carol");
  const [admin, author, blocked] = await app.store.users.list();
  const now = app.clock.now();
  await app.ask("/rooms/general/messages", { token: bob, json: { content: "Hello" } });
  await app.ask("/admin/words", { token: alice, json: { word: "balderdash", kind: "forbidden" } });
  const room = (await app.store.rooms.findFor(admin!.id, "general"))!;
  const { messages: [message] } = await app.store.messages.history(room.id, { limit: 1 });
  await app.store.reports.add({ message: message!, reporter: admin!, reason: "Spam" }, now);
  const reset = await app.store.moderation.startPasswordReset(author!.id, admin!, now);
  await app.store.moderation.block(blocked!.id, admin!, "Spam", now);
  // What the environment sets is not read from a body.
  const { fixed } = await (await app.ask("/admin/settings", { token: alice })).json() as { fixed: string[] };
  const document: Json = await (await app.ask("/openapi.json")).json();
  return { app, alice, bob, carol, admin: admin!, reset, fixed, document, operations: await operationsOf(app.routes) };
}

type Fixture = Awaited<ReturnType<typeof openFixture>>;

/** The operation's example request, by a user it is meant for; `change` makes it invalid. */
function request(
  { alice, reset }: Pick<Fixture, "alice" | "reset">,
  operation: Operation,
  change: { token?: string | undefined; body?: unknown; text?: string; headers?: Record<string, string> } = {},
): RequestInit & { path: string } {
  const { method, example = {}, body } = operation;
  const token = "token" in change ? change.token : operation.access === "anybody" ? undefined : alice;
  const sent = change.text ?? (body && JSON.stringify("body" in change ? change.body : example.body ?? {}));
  return {
    path: addressOf(operation).replace("$RESET", reset),
    method: method.toUpperCase(),
    headers: {
      Accept: "application/json",
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(sent === undefined ? {} : { "Content-Type": "application/json" }),
      ...change.headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  };
}

/** Every refusal that follows from the operation's description. */
function* refusalsOf(fixture: Fixture, operation: Operation): Generator<Refusal> {
  const { access, method, params, query, body } = operation;
  const ask = (what: string, status: number, change?: Parameters<typeof request>[2], path?: string): Refusal => {
    const { path: own, ...init } = request(fixture, operation, change);
    return { what, status, path: path ?? own, init };
  };
  if (access !== "anybody") {
    yield ask("without a login", 401, { token: undefined });
    yield ask("with a token that is none", 401, { token: "nothing" });
  }
  if (access !== "anybody" && !operation.isWayOut) yield ask("by a blocked user", 403, { token: fixture.carol });
  if (access === "administrators") yield ask("by a member", 403, { token: fixture.bob });
  if (method === "post") {
    yield ask("from another site", 403, {
      headers: { "Sec-Fetch-Site": "cross-site", Origin: "https://other.example" },
    });
  }
  for (const name of Object.keys(params?.shape ?? {})) {
    const given = { ...operation.example?.params, [name]: NOWHERE[name]! };
    const path = addressOf({ ...operation, example: { ...operation.example, params: given } });
    yield ask(`with an unknown ${name}`, 404, undefined, path.replace("$RESET", fixture.reset));
  }
  for (const name of Object.keys(query?.shape ?? {})) {
    for (const value of ODD.filter((value) => value !== "" && !query!.safeParse({ [name]: value }).success)) {
      const path = addressOf({ ...operation, example: { ...operation.example, query: { [name]: value } } });
      yield ask(`with ${name}=${value.slice(0, 10)}`, 422, undefined, path);
    }
  }
  if (body === undefined) return;
  yield ask("with a list as body", 422, { body: [] });
  yield ask("with a body that is not JSON", 422, { text: "{" });
  yield ask("with a body that is too large", 413, { text: JSON.stringify({ filler: "x".repeat(70_000) }) });
  const fields = Object.keys((z.toJSONSchema(body, { io: "input" }) as Json).properties);
  for (const name of fields.filter((name) => !fixture.fixed.includes(name))) {
    // Of the acts on an account, one takes this.
    const path = name === "messages"
      ? addressOf({ ...operation, example: { params: { ...operation.example?.params, act: "delete_account" } } })
      : undefined;
    for (const value of [{}, [], 7.5, ...ODD]) {
      const wrong = { ...operation.example?.body, [name]: value };
      if (!body.safeParse(wrong).success) {
        yield ask(`with ${name}: ${JSON.stringify(value).slice(0, 10)}`, 422, { body: wrong }, path);
      }
    }
    const { [name]: _, ...rest } = (operation.example?.body ?? {}) as Record<string, unknown>;
    if (!body.safeParse(rest).success) yield ask(`without ${name}`, 422, { body: rest }, path);
  }
}

Deno.test("every operation refuses as documented, with the documented answer", async () => {
  await using fixture = disposable(await openFixture());
  const { app, document, operations } = fixture;
  const counts: Record<number, number> = {};
  for (const operation of operations) {
    for (const { what, status, path, init } of refusalsOf(fixture, operation)) {
      const name = `${operation.id} ${what}`;
      const response = await app.request(`http://localhost${path}`, init);
      if (response.status !== status) assert.equal(response.status, status, `${name}: ${await response.text()}`);
      await assertDescribed(document, operation, response, name);
      counts[status] = (counts[status] ?? 0) + 1;
    }
  }
  for (const status of [401, 403, 404, 413, 422]) assert.ok((counts[status] ?? 0) >= 5, `${status} was seen`);
});

Deno.test("every operation refuses another user's page as documented", async () => {
  await using fixture = disposable(await openFixture());
  const { app, document, operations } = fixture;
  const cookie = await app.cookieOf("dave");
  for (const operation of operations.filter(({ access }) => access !== "anybody")) {
    const headers = { Cookie: cookie, "X-Viewer": "999999" };
    const { path, ...init } = request(fixture, operation, { token: undefined, headers });
    const response = await app.request(`http://localhost${path}`, init);
    assert.equal(response.status, 409, operation.id);
    await assertDescribed(document, operation, response, operation.id);
  }
});

Deno.test("every limited operation documents its limit, and only those", async () => {
  await using fixture = disposable(await openFixture({ limits: true }));
  const { app, admin, document, operations } = fixture;
  let isSpent = false;
  for (let count = 0; count < 100 && !isSpent; count++) {
    try {
      await app.dispatch(admin, { type: "typing", fields: { room: "general" } });
    } catch {
      isSpent = true;
    }
  }
  assert.ok(isSpent, "the limit holds");
  const limited: string[] = [];
  const sent = operations.filter(({ method, access, isWayOut }) =>
    method === "post" && access !== "anybody" && !isWayOut
  );
  for (const operation of sent) {
    const { path, ...init } = request(fixture, operation);
    const response = await app.request(`http://localhost${path}`, init);
    if (response.status !== 429) continue;
    limited.push(operation.id);
    await assertDescribed(document, operation, response, operation.id);
  }
  assert.deepEqual(limited, sent.map(({ id }) => id));
  const logout = operations.find(({ id }) => id === "logout")!;
  assert.equal(document.paths[logout.path].post.responses[429], undefined, "a rate-limited user can log out");
  const { path, ...init } = request(fixture, logout);
  assert.equal((await app.request(`http://localhost${path}`, init)).status, 200);
});

Deno.test("too many wrong passwords are refused as documented", async () => {
  await using fixture = disposable(await openFixture({ limits: true }));
  const { app, document, operations } = fixture;
  const login = operations.find(({ id }) => id === "login")!;
  let response = await app.ask("/login", { json: { username: "alice", password: "wrong horse" } });
  for (let count = 0; count < 20 && response.status === 401; count++) {
    await assertDescribed(document, login, response, "a wrong password");
    response = await app.ask("/login", { json: { username: "alice", password: "wrong horse" } });
  }
  assert.equal(response.status, 429);
  await assertDescribed(document, login, response, "one too many");
});

Deno.test("a taken name and closed registration are refused as documented", async () => {
  await using fixture = disposable(await openFixture());
  const { app, alice, document, operations } = fixture;
  const register = operations.find(({ id }) => id === "register")!;
  const taken = await app.ask("/register", { json: { username: "alice", password: PASSWORD } });
  assert.equal(taken.status, 400);
  await assertDescribed(document, register, taken, "taken");
  const done = await app.ask("/admin/settings", { token: alice, json: { registration: "closed" } });
  assert.equal(done.status, 200, await done.text());
  const closed = await app.ask("/register", { json: { username: "erin", password: PASSWORD } });
  assert.equal(closed.status, 403);
  await assertDescribed(document, register, closed, "closed");
});

Deno.test("a forbidden word, the last administrator and an unknown word are refused as documented", async () => {
  await using fixture = disposable(await openFixture());
  const { app, alice, bob, admin, document, operations } = fixture;
  const refused: [id: string, status: number, response: Response][] = [
    ["postMessage", 422, await app.ask("/rooms/general/messages", { token: bob, json: { content: "balderdash" } })],
    ["actOnAccount", 403, await app.ask(`/admin/users/${admin.id}/demote`, { token: alice, json: {} })],
    ["removeWord", 404, await app.ask("/admin/words/remove", { token: alice, json: { word: "unheard" } })],
    ["openSocket", 426, await app.ask("/ws", { token: alice })],
  ];
  for (const [id, status, response] of refused) {
    assert.equal(response.status, status, id);
    await assertDescribed(document, operations.find((each) => each.id === id)!, response, id);
  }
});

function disposable(fixture: Fixture): Fixture & AsyncDisposable {
  return { ...fixture, [Symbol.asyncDispose]: () => fixture.app[Symbol.asyncDispose]() };
}
