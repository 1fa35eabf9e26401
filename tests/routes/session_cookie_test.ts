import assert from "node:assert/strict";
import { openApp, type TestApp } from "../support/app.ts";
import { PASSWORD } from "../support/client.ts";

const alice = { username: "alice", password: PASSWORD };
const bob = { username: "bob", password: PASSWORD };

/** A browser's cookies for a host, shared by all ports. */
class Jar {
  readonly #cookies = new Map<string, string>();

  constructor(...pairs: string[]) {
    for (const pair of pairs) this.#take(pair);
  }

  #take(pair: string): void {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(pair)!;
    this.#cookies.set(name!, value!);
  }

  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  get names(): string[] {
    // The device cookie is not a session.
    return [...this.#cookies.keys()].filter((name) => !name.endsWith("_device"));
  }

  async ask(app: TestApp, path: string, options: Parameters<TestApp["ask"]>[1] = {}): Promise<Response> {
    const response = await app.ask(path, { cookie: this.header, ...options });
    for (const line of response.headers.getSetCookie()) {
      const pair = line.split(";")[0]!;
      if (/Max-Age=0/.test(line)) this.#cookies.delete(pair.split("=")[0]!);
      else this.#take(pair);
    }
    return response;
  }
}

async function nameOf(app: TestApp): Promise<string> {
  return (await app.cookieOf(`someone${Math.random().toString(36).slice(2, 8)}`)).split("=")[0]!;
}

Deno.test("two instances on one host keep their sessions apart", async () => {
  await using one = await openApp();
  await using other = await openApp();
  const jar = new Jar();
  await jar.ask(one, "/register", { form: alice });
  await jar.ask(other, "/register", { form: bob });
  assert.equal(jar.names.length, 2);
  for (const app of [one, other]) assert.equal((await jar.ask(app, "/users")).status, 200);
  await jar.ask(other, "/logout", { form: {} });
  assert.equal((await jar.ask(other, "/users")).status, 401);
  assert.equal((await jar.ask(one, "/users")).status, 200);
  await jar.ask(other, "/login", { form: bob });
  assert.equal((await jar.ask(one, "/users")).status, 200);
  assert.equal(one.ended.length, 0);
});

Deno.test("the session cookie's name survives a restart and differs with another key", async () => {
  await using one = await openApp();
  await using other = await openApp();
  const name = await nameOf(one);
  assert.equal(await nameOf(one), name);
  assert.notEqual(await nameOf(other), name);
});

for (const publicUrl of ["http://chat.example.org", "https://chat.example.org"]) {
  const former = publicUrl.startsWith("https") ? "__Host-chatterbox_session" : "chatterbox_session";

  Deno.test(`a session cookie of the old name is replaced by one of the new name, at ${publicUrl}`, async () => {
    await using app = await openApp({ publicUrl });
    const token = await app.tokenOf("alice");
    const jar = new Jar(`${former}=${token}`);
    const page = await jar.ask(app, "/", { page: true });
    assert.equal(page.status, 200);
    assert.deepEqual(jar.names.length, 1);
    assert.match(jar.names[0]!, new RegExp(`^${former}_[0-9a-f]{8}$`));
    const again = await jar.ask(app, "/users");
    assert.deepEqual([again.status, again.headers.get("Set-Cookie")], [200, null], "it is replaced once");

    const leaving = new Jar(`${former}=${token}`);
    await leaving.ask(app, "/logout", { form: {} });
    assert.deepEqual(leaving.names, [], "a logout removes both");
  });

  Deno.test(`a session cookie of the old name signed by another instance is left alone, at ${publicUrl}`, async () => {
    await using one = await openApp({ publicUrl });
    await using other = await openApp({ publicUrl });
    const pair = `${former}=${await other.tokenOf("bob")}`;
    const jar = new Jar(pair);
    assert.equal((await jar.ask(one, "/users")).status, 401);
    await jar.ask(one, "/register", { form: alice });
    await jar.ask(one, "/logout", { form: {} });
    assert(jar.header.startsWith(`${pair}; `), jar.header);
    assert.equal((await jar.ask(other, "/users")).status, 200);
  });
}

Deno.test("a cacheable response sets no renamed cookie", async () => {
  await using app = await openApp();
  const cookie = `chatterbox_session=${await app.tokenOf("alice")}`;
  for (const path of ["/openapi.json", app.assets.url("css/chat.css"), "/healthz"]) {
    const response = await app.ask(path, { cookie });
    await response.body?.cancel();
    assert.equal(response.headers.get("Set-Cookie"), null, path);
  }
});

Deno.test("cookies of removed instances do not accumulate in request headers", async () => {
  await using app = await openApp();
  const others = Array.from({ length: 60 }, (_, n) => `chatterbox_session_${n.toString(16).padStart(8, "0")}=x`);
  const jar = new Jar("theme=dark", ...others);
  await jar.ask(app, "/register", { form: alice });
  assert.equal(jar.names.length, 1 + 30 + 1);
  assert(jar.names.includes("theme"), "foreign cookies stay");
  assert(jar.names.includes("chatterbox_session_0000003b"), "the newest stay");
  assert.equal((await jar.ask(app, "/users")).status, 200);
});

Deno.test("a login ends the session whose cookie it replaces, sockets included", async () => {
  await using app = await openApp();
  await app.register("bob");
  const before = await app.cookieOf("alice");
  const wrong = await app.ask("/login", { form: { ...bob, password: "wrong horse" }, cookie: before });
  assert.deepEqual([wrong.status, (await app.ask("/users", { cookie: before })).status], [401, 200]);
  const login = await app.ask("/login", { form: bob, cookie: before });
  assert.equal(login.status, 303);
  assert.equal((await app.ask("/users", { cookie: before })).status, 401);
  assert.deepEqual(app.ended.map(({ type }) => type), ["session_ended"]);

  const second = login.headers.get("Set-Cookie")!.split(";")[0]!;
  const registered = await app.ask("/register", { form: { username: "carol", password: PASSWORD }, cookie: second });
  assert.equal((await app.ask("/users", { cookie: second })).status, 401, "nor does a registration leave one behind");

  const third = registered.headers.get("Set-Cookie")!.split(";")[0]!;
  const json = await app.ask("/login", { json: alice, cookie: third });
  assert.equal((await app.ask("/users", { cookie: third })).status, 401, "nor a login in JSON");
  assert.match(json.headers.get("Set-Cookie")!, /^chatterbox_session_[0-9a-f]{8}=; Max-Age=0/);
  assert.equal(app.ended.length, 3);
});

Deno.test("a login with a token in its header ends no session and sets no cookie", async () => {
  await using app = await openApp();
  const token = await app.tokenOf("alice");
  const login = await app.ask("/login", { json: alice, token });
  assert.deepEqual([login.status, login.headers.get("Set-Cookie")], [200, null]);
  assert.equal((await app.ask("/users", { token })).status, 200);
  assert.deepEqual(app.ended, []);
});

Deno.test("a password set by a link ends the session of the browser that used it", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  await app.register("bob");
  const { id } = (await app.store.users.list()).find(({ username }) => username === "bob")!;
  const { link } = await (await app.ask(`/admin/users/${id}/reset_password`, { json: {}, cookie })).json();
  const path = new URL(link).pathname;
  const done = await app.ask(path, { form: { password: "another horse" }, cookie });
  assert.equal(done.status, 303);
  assert.match(done.headers.get("Set-Cookie")!, /=; Max-Age=0/);
  assert.equal((await app.ask("/users", { cookie })).status, 401);
});
