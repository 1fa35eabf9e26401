import assert from "node:assert/strict";
import { block } from "../support/block.ts";
import { openApp } from "../support/app.ts";
import { PASSWORD } from "../support/client.ts";

const alice = { username: "alice", password: PASSWORD };

async function assertAnswer(response: Response, status: number, body: unknown): Promise<void> {
  assert.deepEqual([response.status, await response.json()], [status, body]);
}

Deno.test("`POST /register` creates a user and returns it as JSON", async () => {
  await using app = await openApp();
  await assertAnswer(await app.ask("/register", { json: alice }), 200, { message: "User registered successfully" });
  await assertAnswer(await app.ask("/register", { json: alice }), 400, { detail: "User already exists" });
  await assertAnswer(await app.ask("/register", { json: { ...alice, username: "Alice" } }), 400, {
    detail: "User already exists",
  });
  assert.equal((await app.store.users.list())[0]?.isAdmin, true);
});

Deno.test("`POST /register` refuses an invalid field with 422 and one sentence", async () => {
  await using app = await openApp();
  for (
    const [fields, detail] of [
      [{ ...alice, username: "al" }, "Username must have at least 3 characters"],
      [{ ...alice, password: "short" }, "Password must have at least 8 characters"],
      [{ ...alice, password: "x".repeat(73) }, "Password must have at most 72 bytes"],
      [{ ...alice, email: "nonsense" }, "Email is not a valid address"],
      [{ password: PASSWORD }, "Username is required"],
      [{ username: "alice" }, "Password is required"],
    ] as const
  ) {
    await assertAnswer(await app.ask("/register", { json: fields }), 422, { detail });
  }
  for (const json of [[], null, 7, "alice"]) {
    await assertAnswer(await app.ask("/register", { json }), 422, { detail: "Body is not a JSON object" });
  }
  const broken = await app.ask("/register", { json: {}, headers: { "Content-Type": "application/json; charset=x" } });
  assert.equal(broken.status, 422);
  assert.equal(await app.store.users.any(), false);
});

Deno.test("`POST /register` as a form logs in and redirects to the chat", async () => {
  await using app = await openApp();
  const response = await app.ask("/register", { form: { ...alice, email: "" } });
  assert.deepEqual([response.status, response.headers.get("Location")], [303, "/"]);
  const cookie = response.headers.get("Set-Cookie")!.split(";")[0]!;
  const page = await app.ask("/", { page: true, cookie });
  assert.equal(page.status, 200);
});

Deno.test("`POST /register` as a form shows the error beside its field, keeps the input, and echoes no password", async () => {
  await using app = await openApp();
  await app.register("bob");
  for (
    const [form, status, field, message] of [
      [{ username: "al", email: "al@example.org" }, 422, "username", "Username must have at least 3 characters"],
      [{ username: "bob", email: "b@example.org" }, 400, "username", "User already exists"],
      [{ username: "alice", email: "nonsense" }, 422, "email", "Email is not a valid address"],
    ] as const
  ) {
    const response = await app.ask("/register", { form: { ...form, password: "hunter2hunter2" } });
    const html = await response.text();
    assert.equal(response.status, status);
    assert.equal(response.headers.get("Set-Cookie"), null);
    assert.match(html, new RegExp(`<p id="${field}-note" class="error" role="alert">${message}</p>`));
    assert.match(html, new RegExp(`<input id="${field}"[^>]* aria-invalid="true" aria-describedby="${field}-note"`));
    assert.match(html, new RegExp(`<input id="username"[^>]* value="${form.username}"`));
    assert.match(html, new RegExp(`<input id="email"[^>]* value="${form.email}"`));
    assert(!html.includes("hunter2"), "the password is not echoed");
  }
  const hostile = await app.ask("/register", { form: { username: `"><script>alert(1)</script>`, password: PASSWORD } });
  assert(!(await hostile.text()).includes("<script>alert"), "the input is kept as text");
});

Deno.test("`POST /register` as a form shows the errors of all fields at once", async () => {
  await using app = await openApp();
  const form = { username: "a b", email: "nonsense", password: "short" };
  const response = await app.ask("/register", { form });
  assert.equal(response.status, 422);
  const html = await response.text();
  const wrong = [...html.matchAll(/<p id="(\w+)-note" class="error" role="alert">([^<]*)<\/p>/g)].map(([, ...groups]) =>
    groups
  );
  assert.deepEqual(wrong, [
    ["username", "Username may contain only A-Z a-z 0-9 _ . -"],
    ["email", "Email is not a valid address"],
    ["password", "Password must have at least 8 characters"],
  ]);
  assert.equal(html.match(/ autofocus/g)?.length, 1);
  assert.match(html, /<input id="username"[^>]* autofocus/, "the first of them has the focus");
});

Deno.test("`GET /login` offers to create the first account while there are no users, or explains how where that is closed", async () => {
  await using app = await openApp();
  const fresh = await (await app.ask("/login", { page: true })).text();
  assert.match(fresh, /<form method="post" action="\/register">/);
  await app.register("alice");
  assert.match(await (await app.ask("/login", { page: true })).text(), /<form method="post" action="\/login">/);

  await using closed = await openApp({ registration: "closed" });
  const page = await (await closed.ask("/login", { page: true })).text();
  assert.match(page, /There are no accounts yet\. Create the first one with: chatterbox user create NAME/);
  assert.match(page, /<form method="post" action="\/login">/);
});

Deno.test("`POST /register` is refused with 403 when registration is closed, and the page has no form", async () => {
  await using app = await openApp({ registration: "closed" });
  await assertAnswer(await app.ask("/register", { json: alice }), 403, { detail: "Registration is closed" });
  const form = await app.ask("/register", { form: alice });
  assert.equal(form.status, 403);
  const page = await (await app.ask("/register", { page: true })).text();
  assert.match(page, /Registration is closed/);
  assert.doesNotMatch(page, /<form/);
  assert.equal(await app.store.users.any(), false);
});

Deno.test("`GET /login` tells only the first visitor that the first account becomes the administrator", async () => {
  await using app = await openApp();
  assert.match(await (await app.ask("/login", { page: true })).text(), /becomes the administrator/);
  await app.register("alice");
  const page = await app.ask("/login", { page: true });
  assert.equal(page.headers.get("Cache-Control"), "no-store");
  const html = await page.text();
  assert.doesNotMatch(html, /administrator/);
  assert.match(html, /<label for="username">Username<\/label>/);
  assert.match(html, /<label for="password">Password<\/label>/);
  assert.match(html, /<button type="submit">Log in<\/button>/);
  const register = await (await app.ask("/register", { page: true })).text();
  assert.match(register, /<label for="email">Email<\/label>/);
  assert.match(register, /<button type="submit">Create account<\/button>/);
});

Deno.test("`GET /login` and `/register` redirect a logged-in user to the chat", async () => {
  await using app = await openApp();
  const cookie = await app.cookieOf("alice");
  for (const path of ["/login", "/register"]) {
    const response = await app.ask(path, { page: true, cookie });
    assert.deepEqual([response.status, response.headers.get("Location")], [303, "/"]);
  }
});

Deno.test("`POST /login` returns a token and its expiry, by name or email, uncacheable", async () => {
  await using app = await openApp();
  await app.register("alice", "alice@example.org");
  for (const username of ["alice", "ALICE", "Alice@Example.org"]) {
    const response = await app.ask("/login", { json: { username, password: PASSWORD } });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("Cache-Control"), "no-store");
    assert.equal(response.headers.get("Set-Cookie"), null);
    const body = await response.json();
    assert.deepEqual(Object.keys(body), ["token", "token_type", "username", "expires_at"]);
    assert.deepEqual([body.token_type, body.username], ["bearer", "alice"]);
    assert.equal(body.expires_at, new Date(app.clock.now() + 3_600_000).toISOString());
    assert.equal((await app.ask("/users", { token: body.token })).status, 200);
  }
});

Deno.test("`POST /login` refuses wrong passwords and unknown users alike, and the blocked", async () => {
  await using app = await openApp();
  await app.register("alice");
  const invalid = { detail: "Invalid credentials" };
  await assertAnswer(await app.ask("/login", { json: { ...alice, password: "wrong horse" } }), 401, invalid);
  await assertAnswer(await app.ask("/login", { json: { ...alice, username: "nobody" } }), 401, invalid);
  await assertAnswer(await app.ask("/login", { json: { username: "alice" } }), 422, { detail: "Password is required" });
  await assertAnswer(await app.ask("/login", { json: { username: {}, password: [] } }), 422, {
    detail: "Username is required",
  });
  block(app.file, "alice");
  await assertAnswer(await app.ask("/login", { json: alice }), 403, { detail: "User is blocked" });
});

Deno.test("`POST /login` as a form sets the cookie, or shows the error", async () => {
  await using app = await openApp();
  await app.register("alice");
  const wrong = await app.ask("/login", { form: { username: "alice", password: "hunter2hunter2" } });
  const html = await wrong.text();
  assert.equal(wrong.status, 401);
  assert.equal(wrong.headers.get("Set-Cookie"), null);
  assert.match(html, /<p id="password-note" class="error" role="alert">Invalid credentials<\/p>/);
  assert.match(html, /<input id="username"[^>]* value="alice"/);
  assert(!html.includes("hunter2"));
  const right = await app.ask("/login", { form: alice });
  assert.deepEqual([right.status, right.headers.get("Location")], [303, "/"]);
});

Deno.test("`POST /login` sets a cookie out of reach for scripts and other sites", async () => {
  for (
    const [publicUrl, name, secure] of [
      [undefined, "chatterbox_session", false],
      ["http://chat.example.org", "chatterbox_session", false],
      ["https://chat.example.org", "__Host-chatterbox_session", true],
    ] as const
  ) {
    await using app = await openApp(publicUrl === undefined ? {} : { publicUrl });
    await app.register("alice");
    const response = await app.ask("/login", { form: alice });
    const [pair, ...flags] = response.headers.getSetCookie()[0]!.split("; ");
    assert.match(pair!.split("=")[0]!, new RegExp(`^${name}_[0-9a-f]{8}$`));
    const kept = flags.filter((flag) => !flag.startsWith("Max-Age=")).sort();
    assert.deepEqual(kept, ["HttpOnly", "Path=/", "SameSite=Lax", ...(secure ? ["Secure"] : [])]);
    const token = pair!.split("=")[1]!;
    assert.equal((await app.ask("/users", { token })).status, 200, "its value is the token");
    assert.equal((await app.ask("/users", { cookie: pair! })).status, 200);
    const other = secure ? `chatterbox_session=${token}` : `__Host-chatterbox_session=${token}`;
    assert.equal((await app.ask("/users", { cookie: other })).status, 401, "and no other cookie counts");
  }
});

Deno.test("`POST /logout` ends the session everywhere, in JSON and as a form", async () => {
  await using app = await openApp();
  const token = await app.tokenOf("alice");
  await assertAnswer(await app.ask("/logout", { token, method: "POST" }), 200, { message: "Logged out" });
  assert.equal((await app.ask("/users", { token })).status, 401);
  await assertAnswer(await app.ask("/logout", { token, method: "POST" }), 401, { detail: "Not authenticated" });
  assert.deepEqual(app.ended.map(({ type }) => type), ["session_ended"], "open sockets are notified");

  const cookie = await app.cookieOf("bob");
  const response = await app.ask("/logout", { cookie, form: {} });
  assert.deepEqual([response.status, response.headers.get("Location")], [303, "/login"]);
  assert.match(response.headers.get("Set-Cookie")!, /^chatterbox_session_[0-9a-f]{8}=; Max-Age=0; Path=\/; HttpOnly/);
  assert.equal((await app.ask("/users", { cookie })).status, 401, "a copy of the cookie is invalid");
  assert.equal(app.ended.length, 2);
  const again = await app.ask("/logout", { cookie, form: {} });
  assert.deepEqual([again.status, again.headers.get("Location")], [303, "/login"]);
});

Deno.test(
  "`POST /login` answers 429 after ten wrong passwords; correct ones do not count, and others log in",
  async () => {
    await using app = await openApp({ limits: true, trustProxy: true });
    await app.register("alice");
    await app.register("bob");
    const from = (address: string) => ({ headers: { "X-Forwarded-For": `203.0.113.9, ${address}` } });
    const desk = from("192.0.2.1");
    for (let n = 0; n < 12; n++) {
      assert.equal((await app.ask("/login", { ...desk, json: alice })).status, 200, "correct passwords do not count");
    }
    const wrong = { username: "alice", password: "wrong horse" };
    for (let n = 0; n < 10; n++) assert.equal((await app.ask("/login", { ...desk, json: wrong })).status, 401);
    for (const json of [wrong, alice, { ...alice, username: "ALICE" }]) {
      const refused = await app.ask("/login", { ...desk, json });
      assert.equal(refused.status, 429);
      const seconds = Number(refused.headers.get("Retry-After"));
      assert(Number.isInteger(seconds) && seconds > 0 && seconds <= 900, `Retry-After: ${seconds}`);
    }
    const page = await app.ask("/login", { ...desk, form: alice, headers: { ...desk.headers } });
    assert.equal(page.status, 429);
    assert.match(page.headers.get("Retry-After")!, /^\d+$/);
    assert.match(await page.text(), /role="alert">Too many attempts/);
    assert.equal((await app.ask("/login", { ...from("192.0.2.2"), json: alice })).status, 200, "from elsewhere");
    const bob = { username: "bob", password: PASSWORD };
    assert.equal((await app.ask("/login", { ...desk, json: bob })).status, 200, "another user, from there");
  },
);

Deno.test(
  "`POST /login` trusts `X-Forwarded-For` only from a configured proxy",
  async () => {
    await using app = await openApp({ limits: true, trustProxy: false });
    await app.register("alice");
    const wrong = { username: "alice", password: "wrong horse" };
    const statuses = [];
    for (let n = 0; n < 11; n++) {
      const response = await app.ask("/login", { json: wrong, headers: { "X-Forwarded-For": `192.0.2.${n}` } });
      statuses.push(response.status);
    }
    assert.deepEqual([...new Set(statuses)], [401, 429], "a forged address does not help");
  },
);

Deno.test("`POST /register` and `/login` trim the name and the email", async () => {
  await using app = await openApp();
  const typed = { username: " alice\u00a0", email: " Alice@Example.org ", password: PASSWORD };
  assert.equal((await app.ask("/register", { json: typed })).status, 200);
  assert.deepEqual((await app.store.users.list()).map(({ username, email }) => [username, email]), [
    ["alice", "Alice@Example.org"],
  ]);
  for (const username of ["alice", "alice ", "  ALICE\n", "alice@example.org ", "ａｌｉｃｅ"]) {
    assert.equal((await app.ask("/login", { json: { ...typed, username } })).status, 200, JSON.stringify(username));
    assert.equal((await app.ask("/login", { form: { ...typed, username } })).status, 303, JSON.stringify(username));
  }
  assert.equal((await app.ask("/register", { form: { ...typed, username: "alice " } })).status, 400);
});

Deno.test("`POST /register` accepts an email in any script once, and `/login` finds every spelling of it", async () => {
  await using app = await openApp();
  assert.equal((await app.ask("/register", { form: { ...alice, email: "info@пример.рф" } })).status, 303);
  for (const email of ["INFO@ПРИМЕР.РФ", "info@xn--e1afmkfd.xn--p1ai"]) {
    const taken = await app.ask("/register", { json: { username: "bob", password: PASSWORD, email } });
    await assertAnswer(taken, 400, { detail: "User already exists" });
    assert.equal((await app.ask("/login", { json: { ...alice, username: email } })).status, 200);
  }
  assert.equal(
    (await app.ask("/register", { json: { username: "zoe", password: PASSWORD, email: "zoë@x.org" } })).status,
    200,
  );
  const { email } = (await app.store.users.findLogin("alice"))!.user;
  assert.equal(email, "info@пример.рф", "it is shown as entered");
});

Deno.test("`POST /register` and `/login` normalize a password", async () => {
  await using app = await openApp();
  const [composed, decomposed] = ["Zo\u00eb\u2019s caf\u00e9", "Zoe\u0308\u2019s cafe\u0301"];
  for (const [username, password, other] of [["alice", composed, decomposed], ["bob", decomposed, composed]]) {
    assert.equal((await app.ask("/register", { json: { username, password } })).status, 200);
    for (const typed of [password, other, other!.replace(" ", "\u00a0")]) {
      assert.equal(
        (await app.ask("/login", { json: { username, password: typed } })).status,
        200,
        `${username} ${typed}`,
      );
    }
    assert.equal((await app.ask("/login", { json: { username, password: "Zoe\u2019s cafe" } })).status, 401);
  }
});

Deno.test("`POST /register` refuses common passwords and those derived from the account, beside the field", async () => {
  await using app = await openApp();
  for (
    const [password, detail] of [
      ["password1", "Password is too common, choose another"],
      ["alice-baker1", "Password must not be the username, the email or the name of this chat"],
      ["alice.b@example.org", "Password must not be the username, the email or the name of this chat"],
    ] as const
  ) {
    const fields = { username: "alice-baker", email: "alice.b@example.org", password };
    await assertAnswer(await app.ask("/register", { json: fields }), 422, { detail });
    const html = await (await app.ask("/register", { form: fields })).text();
    assert.match(html, new RegExp(`<p id="password-note" class="error" role="alert">${detail}</p>`));
  }
  assert.equal(await app.store.users.any(), false);
});
