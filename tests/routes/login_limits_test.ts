import assert from "node:assert/strict";
import { type Ask, openApp } from "../support/app.ts";
import { PASSWORD } from "../support/client.ts";

const MINUTE = 60_000;
const alice = { username: "alice", password: PASSWORD };

/** An app behind a trusted proxy, with Alice, who has never logged in, and Bob; `from` sends from an address. */
async function open() {
  const app = await openApp({ limits: true, trustProxy: true });
  await app.register("alice", "alice@example.org");
  await app.register("bob");
  const from = (address: string, path: string, ask: Ask) =>
    app.ask(path, { ...ask, headers: { "X-Forwarded-For": address, ...ask.headers } });
  const login = async (address: string, json: unknown) => (await from(address, "/login", { json })).status;
  return {
    ...app,
    from,
    login,
    /** Wrong passwords from this many addresses, one from each. */
    async attack(addresses: number, username = "alice") {
      const statuses: number[] = [];
      for (let n = 0; n < addresses; n++) {
        statuses.push(await login(`198.51.${n >> 8}.${n & 255}`, { username, password: `wrong horse ${n}` }));
      }
      return statuses;
    },
    /** Logs in as a browser does; resolves to the status and the cookies it keeps. */
    async browse(address: string, form: Record<string, string>, cookie?: string) {
      const response = await from(address, "/login", { form, ...cookie === undefined ? {} : { cookie } });
      const cookies = response.headers.getSetCookie().map((each) => each.split(";")[0]!);
      return { status: response.status, device: cookies.find((each) => each.includes("_device=")) };
    },
  };
}

Deno.test("`POST /login` does not count a hundred invalid passwords", async () => {
  await using app = await open();
  const impossible = ["", "x", "seven77", "x".repeat(73), "x".repeat(60_000), "correct\0horse", "e\u0301".repeat(3)];
  for (let n = 0; n < 100; n++) {
    const password = impossible[n % impossible.length]!;
    const status = await app.login(`198.51.100.${n % 10}`, { ...alice, password });
    assert.equal(status, password === "" ? 422 : 401, JSON.stringify(password));
  }
  for (let n = 0; n < 100; n++) {
    assert.equal(await app.login("192.0.2.1", { ...alice, username: `no name ${n}` }), 401);
  }
  assert.equal(await app.login("192.0.2.1", { ...alice, password: "wrong horse" }), 401, "nothing was counted");
  assert.equal(await app.login("192.0.2.1", alice), 200);
  assert.deepEqual((await app.store.audit.list({ action: "login_failed" }, { limit: 10 })).items.length, 1);
});

Deno.test("`POST /login` with fifty wrong names locks out nobody else at that address", async () => {
  await using app = await open();
  for (let n = 0; n < 120; n++) {
    assert.equal(await app.login("192.0.2.1", { username: `name${n}`, password: "wrong horse" }), 401);
  }
  assert.equal(await app.login("192.0.2.1", alice), 200);
  const bob = { username: "bob", password: PASSWORD };
  assert.equal((await app.browse("192.0.2.1", bob)).status, 303);
  assert.equal(await app.login("192.0.2.1", { ...alice, password: "wrong horse" }), 401, "nor after a typo");
  assert.equal(await app.login("192.0.2.1", alice), 200);
});

Deno.test("`POST /login` admits the owner from a known browser and the address of a session during an attack", async () => {
  await using app = await open();
  const { device } = await app.browse("192.0.2.1", alice);
  const token = (await (await app.from("192.0.2.2", "/login", { json: alice })).json()).token;
  const statuses = await app.attack(300);
  assert.equal(statuses.filter((status) => status === 401).length, 100, "a hundred wrong passwords for one account");
  assert.equal((await app.browse("192.0.2.99", alice)).status, 429, "a stranger, even with the correct one");
  for (let n = 0; n < 12; n++) {
    assert.equal((await app.browse("203.0.113.7", alice, device)).status, 303, "the browser, from any address");
  }
  assert.equal(await app.login("192.0.2.2", alice), 200, "a bot, at the address of a live session");
  await app.from("192.0.2.2", "/logout", { token, json: {} });

  const thief = await app.browse("203.0.113.7", { ...alice, password: "wrong horse" }, device);
  assert.deepEqual([thief.status, thief.device], [401, undefined], "it grants no access");
  for (let n = 0; n < 9; n++) await app.browse("203.0.113.7", { ...alice, password: "wrong horse" }, device);
  assert.equal((await app.browse("203.0.113.7", alice, device)).status, 429, "and has ten wrong passwords of its own");
  await app.clock.advance(2 * MINUTE);
  assert.equal((await app.browse("203.0.113.7", alice, device)).status, 303);
});

Deno.test("`POST /login` recognizes a browser for its last four accounts until the password changes", async () => {
  await using app = await open();
  const names = ["alice", "bob", "carol", "dave", "eve"];
  for (const name of names.slice(2)) await app.register(name);
  let device: string | undefined;
  for (const username of names) {
    device = (await app.browse("192.0.2.1", { username, password: PASSWORD }, device)).device;
  }
  assert(device!.length < 300, `${device}`);
  const again = await app.browse("192.0.2.1", { username: "bob", password: PASSWORD }, device);
  assert.notEqual(again.device, device, "bob is the last now");
  assert.deepEqual(new Set(again.device!.split(/[=~]/)), new Set(device!.split(/[=~]/)), "and the same as before");
  for (const username of names) await app.attack(150, username);
  const status = async (username: string) =>
    (await app.browse("192.0.2.77", { username, password: PASSWORD }, device)).status;
  assert.deepEqual(await Promise.all(names.map(status)), [429, 303, 303, 303, 303]);

  const { user } = (await app.store.users.findLogin("bob"))!;
  const link = await app.store.moderation.startPasswordReset(user.id, "command line", app.clock.now());
  const set = await app.from("192.0.2.78", `/reset/${link}`, { form: { password: "another horse" } });
  const [session, fresh] = set.headers.getSetCookie().map((each) => each.split(";")[0]!);
  assert.match(session!, /^chatterbox_session_[0-9a-f]{8}=$/);
  const bob = { username: "bob", password: "another horse" };
  assert.equal((await app.browse("192.0.2.77", bob, device)).status, 429, "the old cookie is void");
  assert.equal((await app.browse("192.0.2.78", bob, fresh)).status, 303, "the browser that set the new one is known");
});

Deno.test("`POST /login` keeps the device cookie out of reach for scripts and other sites, and sends it to no program", async () => {
  await using app = await openApp({ publicUrl: "https://chat.example.org", limits: true });
  await app.register("alice");
  const response = await app.ask("/login", { form: alice });
  const [, kept] = response.headers.getSetCookie();
  const [pair, ...flags] = kept!.split("; ");
  assert.match(pair!, /^__Host-chatterbox_session_[0-9a-f]{8}_device=1\.[\w-]{16}\.[\w-]{22}$/);
  assert.deepEqual(flags.sort(), ["HttpOnly", "Max-Age=34560000", "Path=/", "SameSite=Lax", "Secure"]);
  const wrong = await app.ask("/login", { form: { ...alice, password: "wrong horse" } });
  assert.deepEqual(wrong.headers.getSetCookie(), []);
  assert.deepEqual((await app.ask("/login", { json: alice })).headers.getSetCookie(), []);
  assert.equal((await app.ask("/users", { cookie: pair! })).status, 401, "and it is not a login");
  for (const forged of ["", "~~~", "1..~1.a.b", "x".repeat(5000), `1.${"~1.".repeat(1000)}`]) {
    const cookie = `__Host-chatterbox_session_device=${forged}`;
    assert.equal((await app.ask("/login", { form: alice, cookie })).status, 303, forged.slice(0, 20));
  }
  const signup = await app.ask("/register", { form: { username: "bob", password: PASSWORD } });
  assert.match(signup.headers.getSetCookie()[1]!, /^__Host-chatterbox_session_[0-9a-f]{8}_device=2\./);
});

Deno.test("`POST /login` has one budget per account for all its names and spellings", async () => {
  await using app = await open();
  const names = ["alice", "alice@example.org", "ALICE ", "Alice@EXAMPLE.org"];
  for (let n = 0; n < 10; n++) {
    const username = names[n % names.length]!;
    assert.equal(await app.login("192.0.2.1", { username, password: "wrong horse" }), 401);
  }
  for (const username of names) assert.equal(await app.login("192.0.2.1", { ...alice, username }), 429, username);
  for (let n = 0; n < 10; n++) await app.login(`2001:db8::${n}`, { ...alice, password: "wrong horse" });
  assert.equal(await app.login("2001:db8::ffff", alice), 429, "one IPv6 network");
  assert.equal(await app.login("2001:db8:0:1::1", alice), 200, "and another one");
});

Deno.test("`POST /login` counts a password with two forms twice, for known and unknown users", async () => {
  await using app = await open();
  for (const username of ["alice", "nobody"]) {
    const statuses = [];
    for (let n = 0; n < 6; n++) {
      statuses.push(await app.login("192.0.2.1", { username, password: "wrong ho\u0308rse" }));
    }
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429], username);
  }
});

Deno.test("`POST /register` admits a hundred accounts from one address, and does not count invalid requests", async () => {
  await using app = await open();
  const register = async (username: string, address = "192.0.2.1") =>
    (await app.from(address, "/register", { json: { username, password: PASSWORD } })).status;
  for (let n = 0; n < 100; n++) assert.equal(await register("x"), 422);
  for (let n = 0; n < 50; n++) assert.equal(await register("alice"), 400, "a taken name counts");
  for (let n = 0; n < 50; n++) assert.equal(await register(`user${n}`), 200);
  const refused = await app.from("192.0.2.1", "/register", { form: { username: "late-user", password: PASSWORD } });
  assert.deepEqual([refused.status, refused.headers.get("Retry-After")], [429, "9"]);
  assert.match(await refused.text(), /value="late-user"/);
  assert.equal(await register("elsewhere", "192.0.2.2"), 200);
  await app.clock.advance(9000);
  assert.equal(await register("late-user"), 200);
});
