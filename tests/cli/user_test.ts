import assert from "node:assert/strict";
import { join as path } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { api, connect, cookieOf, join, joinAsBrowser, PASSWORD, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";
import { tempDir } from "../support/temp_dir.ts";
import { userProgram } from "../support/user_program.ts";
import { PseudoTerminal } from "./chat/pseudo_terminal.ts";

const input = `${PASSWORD}\n`;

/** One line on standard error, and nothing else. */
function refused(ended: { code: number; stdout: string; stderr: string }, status: number, line: RegExp): void {
  assert.deepEqual([ended.code, ended.stdout], [status, ""], ended.stderr);
  assert.match(ended.stderr, /^[^\n]+\n$/);
  assert.match(ended.stderr, line);
}

/** Resolves to the output of a run that must succeed. */
async function done(dataDir: string, args: string[], options: Parameters<typeof userProgram>[2] = {}): Promise<string> {
  const { code, stdout, stderr } = await userProgram(dataDir, args, options);
  assert.equal(code, 0, stderr);
  return stdout;
}

Deno.test("`chatterbox user create` prepares a server: the first account is the administrator at the first start", async () => {
  await using dir = await tempDir();
  const data = path(dir.path, "not", "there", "yet");
  const first = await userProgram(data, ["create", "Alice", "--email", "alice@example.org"], { input });
  assert.deepEqual([first.code, first.stdout], [0, "Created Alice, the first user and therefore an administrator\n"]);
  assert.equal(first.stderr, `Created database ${path(data, "chatterbox.db")}\n`);
  if (Deno.build.os !== "windows") assert.equal((await Deno.stat(data)).mode! & 0o777, 0o700);
  assert.equal(await done(data, ["create", "bob"], { input: `${PASSWORD}\r\nand more` }), "Created bob\n");
  const env = { CHATTERBOX_PASSWORD: PASSWORD };
  assert.equal(await done(data, ["create", "carol", "--admin"], { env }), "Created carol, an administrator\n");

  await using server = await startProgram({ dataDir: data, env: { REGISTRATION: "closed" } });
  assert.equal(server.stdout.trim().split("\n").length, 1, "accounts exist");
  const statuses = [];
  for (const username of ["alice", "bob", "carol"]) {
    const { body } = await api(server, "/login", { body: { username, password: PASSWORD } });
    statuses.push((await api(server, "/admin", { token: body.token })).status);
  }
  assert.deepEqual(statuses, [200, 403, 200]);
  await done(data, ["create", "dave"], { input });
  await (await join(server, "dave")).close();
});

Deno.test("`chatterbox user create` accepts each name and email once, and no invalid password", async () => {
  await using dir = await tempDir();
  const create = (args: string[], stdin = input) => userProgram(dir.path, ["create", ...args], { input: stdin });
  refused(await create(["al"]), 2, /^Username must have at least 3 characters$/m);
  refused(await create(["alice", "--email", "alice"]), 2, /^Email is not a valid address$/m);
  refused(await create(["alice"], "short\n"), 2, /^Password must have at least 8 characters$/m);
  refused(await create(["alice"], "password1\n"), 2, /^Password is too common, choose another$/m);
  refused(await create(["alice-b"], "Alice-B 2026\n"), 2, /^Password must not be the username, /m);
  refused(await create(["alice"], ""), 2, /^Password is missing: /);
  assert.deepEqual([...Deno.readDirSync(dir.path)], [], "nothing was created for it");
  assert.equal((await create(["alice", "--email", "alice@example.org"])).code, 0);
  refused(await create([" alice "]), 1, /^Cannot create user: alice is taken$/m);
  refused(await create(["ALICE"]), 1, /^Cannot create user: ALICE is taken$/m);
  refused(await create(["bob", "--email", "Alice@Example.org"]), 1, /: Alice@Example.org is taken$/m);
  const before = await userProgram(dir.path, ["create", "carol"], { env: { CHATTERBOX_PASSWORD: "secret" } });
  assert.equal(before.code, 2);
  assert.doesNotMatch(before.stdout + before.stderr, /secret/);
});

Deno.test("twenty concurrent `chatterbox user create` in an empty folder make one administrator", async () => {
  await using dir = await tempDir();
  const data = path(dir.path, "data");
  const names = Array.from({ length: 20 }, (_, n) => `racer${String(n).padStart(2, "0")}`);
  const queue = [...names];
  const output: string[] = [];
  // Five at a time: the machine that runs the tests may be small.
  await Promise.all(Array.from({ length: 5 }, async () => {
    for (let name; (name = queue.shift());) output.push(await done(data, ["create", name], { input }));
  }));
  assert.equal(output.filter((line) => line.includes("the first user")).length, 1);
  const accounts = JSON.parse(await done(data, ["list", "--json"]));
  assert.deepEqual(accounts.map(({ username }: { username: string }) => username), names);
  assert.equal(accounts.filter((account: { is_admin: boolean }) => account.is_admin).length, 1);
});

Deno.test("`chatterbox user block` disconnects a user of a running server, and `unblock` admits them again", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  const token = await tokenOf(server, "mallory");
  await using bot = await connect(server, { token });
  await using page = await joinAsBrowser(server, "mallory");
  await bot.next("history");
  const output = await done(server.dataDir, ["block", "MALLORY", "--reason", "spam"]);
  const start = performance.now();
  assert.equal(output, "mallory is blocked\n");
  assert.deepEqual(await bot.next("blocked"), { type: "blocked", detail: "You are blocked" });
  await page.frame("hx-blocked");
  assert.deepEqual([await bot.closed, await page.closed], [4403, 4403]);
  // Twice the documented time: the machine may be busy.
  assert(performance.now() - start < 2000, `after ${performance.now() - start} ms`);
  assert.equal((await api(server, "/users", { token })).status, 403);
  await assert.rejects(connect(server, { token }), { status: 403 });
  assert.equal(await done(server.dataDir, ["block", "mallory"]), "mallory is already blocked\n");
  await alice.say("That was that");

  assert.equal(
    await done(server.dataDir, ["unblock", "mallory"]),
    "mallory is no longer blocked and can log in again\n",
  );
  assert.equal((await api(server, "/users", { token })).status, 401, "the old sessions stay ended");
  await (await join(server, "mallory")).close();
  const { body } = await api(server, "/admin/audit?actor=command+line", { token: await tokenOf(server, "alice") });
  assert.deepEqual(
    body.audit.map(({ actor, action, target, reason }: Record<string, string>) => [actor, action, target, reason]),
    [["command line", "unblock", "mallory", ""], ["command line", "block", "mallory", "spam"]],
  );
});

Deno.test("`chatterbox user promote` makes a connected user an administrator at once", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  const token = await tokenOf(server, "bob");
  await using bob = await connect(server, { token });
  await bob.next("history");
  const id = await alice.say("Hello");
  assert.equal((await api(server, "/admin", { token })).status, 403);
  assert.equal(await done(server.dataDir, ["promote", "bob"]), "bob is now an administrator\n");
  assert.equal((await api(server, "/admin", { token })).status, 200);
  // His socket receives it within a second.
  await eventually(() => {
    bob.send({ type: "delete", id });
    return alice.next("delete", () => true, 200).catch(() => undefined);
  });

  assert.equal(await done(server.dataDir, ["demote", "alice"]), "alice is no longer an administrator\n");
  for (const act of ["demote", "block"]) {
    refused(await userProgram(server.dataDir, [act, "bob"]), 1, /^The last administrator cannot be (demot|block)ed$/m);
  }
  assert.equal((await api(server, "/admin", { token })).status, 200);
});

Deno.test("`chatterbox user reset-password` prints a link that works once and then ends the old sessions", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await api(server, "/register", { body: { username: "bob", password: PASSWORD, email: "bob@example.org" } });
  const token = await tokenOf(server, "bob");
  await using bob = await connect(server, { token });
  const env = { PUBLIC_URL: server.url };
  const { code, stdout, stderr } = await userProgram(server.dataDir, ["reset-password", "Bob@Example.org"], { env });
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^${server.url}/reset/[\\w-]{32}\n$`));
  assert.match(stderr, /sets a new password for bob, once, within a day/);
  assert.doesNotMatch(stderr, /reset\/|PUBLIC_URL/);
  assert.equal((await api(server, "/users", { token })).status, 200, "until it is used");
  const { pathname } = new URL(stdout.trim());
  const use = () => api(server, pathname, { body: { password: "another horse" } });
  assert.equal((await use()).status, 200);
  assert.equal((await api(server, "/users", { token })).status, 401);
  assert.equal(await bob.closed, 4401);
  assert.equal((await use()).status, 404);
  assert.equal((await api(server, "/login", { body: { username: "bob", password: "another horse" } })).status, 200);
  await alice.say("still here");
  assert.doesNotMatch(server.stderr, new RegExp(pathname.slice(7)), "the link is not in the log");

  const guess = await userProgram(server.dataDir, ["reset-password", "bob"], { env: { PORT: "8123", HOST: "::" } });
  assert.match(guess.stdout, /^http:\/\/localhost:8123\/reset\//);
  assert.match(guess.stderr, /set PUBLIC_URL/);
  refused(await userProgram(server.dataDir, ["reset-password", "bob"], { env: { PORT: "0" } }), 2, /set PUBLIC_URL$/m);
});

Deno.test("`chatterbox user reset-password --set` sets a password at once, closes every window and leaves no trace of it", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  const token = await tokenOf(server, "bob");
  const cookie = await cookieOf(server, "bob");
  await using bot = await connect(server, { token });
  await using page = await connect(server, { cookie });
  const args = ["reset-password", "bob", "--set"];
  refused(await userProgram(server.dataDir, args, { input: "password1\n" }), 2, /^Password is too common/);
  const ended = await userProgram(server.dataDir, args, { input: "pässwörd of bob\n" });
  const after = await api(server, "/login", { body: { username: "bob", password: "pässwörd of bob" } });
  assert.equal(after.status, 200);
  // Sessions of the new password are not ended with the old ones.
  await using again = await connect(server, { token: after.body.token });
  assert.deepEqual([ended.code, ended.stdout], [0, "bob has a new password and is logged out everywhere\n"]);
  assert.deepEqual([await bot.closed, await page.closed], [4401, 4401]);
  assert.equal((await api(server, "/users", { token })).status, 401);
  assert.equal((await api(server, "/login", { body: { username: "bob", password: PASSWORD } })).status, 401);
  await again.say("Hello");
  await alice.next("message");
  assert.equal(await server.stop(), 0);
  const everything = [ended.stdout, ended.stderr, server.stdout, server.stderr];
  using database = new DatabaseSync(path(server.dataDir, "chatterbox.db"), { readOnly: true });
  everything.push(JSON.stringify(database.prepare("select * from audit").all()));
  assert.match(everything.at(-1)!, /set_password/);
  for (const text of everything) assert.doesNotMatch(text, /pässwörd|\$2b\$/);
});

Deno.test("`chatterbox user list` prints a table, or JSON", async () => {
  await using server = await startProgram();
  const token = await tokenOf(server, "alice");
  await done(server.dataDir, ["create", "Bob", "--email", "bob@example.org"], { input });
  await using mallory = await join(server, "mallory");
  mallory.send({ content: "you f.u.c.k" });
  await mallory.next("warning");
  await done(server.dataDir, ["block", "mallory"]);
  const lines = (await done(server.dataDir, ["list"])).trim().split("\n");
  const minute = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d`;
  assert.deepEqual(lines[0]?.split(/ {2,}/), [
    "NAME",
    "STATE",
    "WARNINGS",
    "LAST SEEN (UTC)",
    "CREATED (UTC)",
    "EMAIL",
  ]);
  assert.match(lines[1]!, new RegExp(`^alice    administrator  0         ${minute}  ${minute}  -$`));
  assert.match(
    lines[2]!,
    new RegExp(`^Bob      -              0         never             ${minute}  bob@example.org$`),
  );
  assert.match(lines[3]!, new RegExp(`^mallory  blocked        1         ${minute}  ${minute}  -$`));
  assert.equal(lines.length, 4);

  const list = JSON.parse(await done(server.dataDir, ["list", "--json"]));
  const { body } = await api(server, "/admin/users?sort=name", { token });
  // deno-lint-ignore no-explicit-any -- what the server says beside it
  assert.deepEqual(list, body.users.map(({ online: _, ...rest }: any) => rest));
  // The lifetime of a warning is a setting that only the admin pages change.
  using database = new DatabaseSync(path(server.dataDir, "chatterbox.db"));
  database.exec("pragma busy_timeout = 5000; update warnings set created_at = created_at - 2 * 86400000");
  await api(server, "/admin/settings", { token, body: { warningDays: 1 } });
  assert.match(await done(server.dataDir, ["list"]), /^mallory {2}blocked {8}0 /m);
});

Deno.test("`chatterbox user` reports in one line what does not exist", async () => {
  await using dir = await tempDir();
  const absent = path(dir.path, "absent");
  for (const args of [["list"], ["promote", "bob"], ["block", "bob"], ["reset-password", "bob"]]) {
    refused(await userProgram(absent, args), 1, new RegExp(`^There is no database ${path(absent, "chatterbox.db")}: `));
  }
  assert.deepEqual([...Deno.readDirSync(dir.path)], []);
  await done(dir.path, ["create", "alice"], { input });
  for (const act of ["promote", "demote", "block", "unblock", "reset-password"]) {
    refused(await userProgram(dir.path, [act, "bob"]), 1, /^There is no user "bob"$/m);
  }
  const elsewhere = { DATABASE_URL: `sqlite:${path(dir.path, "chatterbox.db")}` };
  assert.match(await done(absent, ["list"], { env: elsewhere }), /^alice /m);
  assert.match(await done(absent, ["list", "--data", dir.path]), /^alice /m);
});

Deno.test("`chatterbox user` refuses invalid arguments with 2, and prints help", async () => {
  await using dir = await tempDir();
  const cases: [args: string[], line: RegExp][] = [
    [[], /^ACTION is missing; see chatterbox user --help/],
    [["dance"], /^Unknown action "dance"; /],
    [["list", "alice"], /^Unexpected argument "alice"; /],
    [["block"], /^NAME is missing; /],
    [["block", "alice", "bob"], /^Unexpected argument "bob"; /],
    [["block", "alice", "--admin"], /^"block" takes no --admin; /],
    [["create", "alice", "--password", PASSWORD], /^Unknown option '--password'; /],
    [["list", "--data"], /--data.*; see/],
  ];
  for (const [args, line] of cases) refused(await userProgram(dir.path, args), 2, line);
  refused(await userProgram(dir.path, ["list"], { env: { DATABASE_URL: "chat.db" } }), 2, /^DATABASE_URL: /);
  for (const args of [["--help"], ["-h"], ["create", "--help"], ["list", "-h"]]) {
    assert.match(await done(dir.path, args), /^Usage: chatterbox user ACTION .*reset-password NAME.*Exit status/s);
  }
});

Deno.test("`chatterbox user` changes no database of another version, and no file that is not a database", async () => {
  const file = (dir: { path: string }) => path(dir.path, "chatterbox.db");
  const changes = {
    older: "delete from kysely_migration where name = (select max(name) from kysely_migration)",
    newer: "insert into kysely_migration (name, timestamp) values ('9999_from_the_future', '2099-01-01')",
  };
  for (const [version, change] of Object.entries(changes)) {
    await using dir = await tempDir();
    await done(dir.path, ["create", "alice"], { input });
    {
      // Closed before the file is read: closing checkpoints the WAL.
      using database = new DatabaseSync(file(dir));
      database.exec(change);
    }
    const before = await Deno.readFile(file(dir));
    for (const args of [["list"], ["create", "bob"], ["block", "alice"]]) {
      const line = new RegExp(
        `^Cannot open the database ${file(dir)} \\(.* an? ${version} version of Chatterbox\\): \\w`,
      );
      refused(await userProgram(dir.path, args, { input }), 1, line);
    }
    assert.deepEqual(await Deno.readFile(file(dir)), before);
  }
  await using dir = await tempDir();
  await Deno.writeTextFile(file(dir), "A letter to Alice.\n".repeat(100));
  refused(await userProgram(dir.path, ["create", "alice"], { input }), 1, /not a database\): move that file away/);
});

Deno.test("`chatterbox user` waits for a locked database, then reports it in one line", async () => {
  await using dir = await tempDir();
  await done(dir.path, ["create", "alice"], { input });
  await done(dir.path, ["create", "bob"], { input });
  using other = new DatabaseSync(path(dir.path, "chatterbox.db"));
  other.exec("begin immediate");
  assert.match(await done(dir.path, ["list"]), /^bob /m, "reads do not wait");
  const start = performance.now();
  const ended = await userProgram(dir.path, ["block", "bob"]);
  assert(performance.now() - start > 5000, "its busy_timeout");
  refused(ended, 1, /^Cannot write to the database .* \(database is locked\): another program .*; try again/);
  other.exec("rollback");
  assert.equal(await done(dir.path, ["block", "bob"]), "bob is blocked\n");
});

Deno.test("`chatterbox user create` on a terminal prompts twice for a password, without echo", async () => {
  await using dir = await tempDir();
  const env = { DATA_DIR: dir.path, BCRYPT_COST: "4", RATE_LIMITS: "off", CHATTERBOX_PASSWORD: "" };
  const create = (name: string) => new PseudoTerminal(["create", name], env, { subcommand: "user" });
  await using first = create("alice");
  await first.shows("New password for alice:");
  await first.type(`${PASSWORD}\r`);
  await first.shows("Repeat password:");
  await first.type(`${PASSWORD}\r`);
  assert.equal(await first.ended(), 0);
  assert.match(first.raw, /Created alice/);
  assert.doesNotMatch(first.raw, /horse|\*/);

  await using second = create("bob");
  await second.shows("New password for bob:");
  await second.type(`${PASSWORD}\r${PASSWORD}!\r`);
  assert.equal(await second.ended(), 1);
  assert.match(second.raw, /The passwords differ: nothing was changed/);

  await using third = create("carol");
  await third.shows("New password for carol:");
  await third.type("short\r");
  assert.equal(await third.ended(), 2);
  assert.doesNotMatch(third.raw, /same again/);

  await using fourth = create("carol");
  await fourth.shows("New password for carol:");
  await fourth.type("\x03");
  assert.equal(await fourth.ended(), 130);
  assert.doesNotMatch(await done(dir.path, ["list"]), /bob|carol/);
});

Deno.test("`chatterbox user create` refuses rude and confusable names, and allows reserved ones with a note", async () => {
  await using dir = await tempDir();
  const create = (name: string) => userProgram(dir.path, ["create", name], { input });
  refused(await create("fuck_you"), 1, /^Cannot create user: fuck_you contains a forbidden word$/m);
  const admin = await create("admin");
  assert.deepEqual([admin.code, admin.stdout], [0, "Created admin, the first user and therefore an administrator\n"]);
  assert.match(admin.stderr, /^"admin" is reserved: only the command line can create it$/m);
  assert.equal((await create("alice")).code, 0);
  refused(await create("a1ice"), 1, /^Cannot create user: a1ice looks like alice$/m);
  refused(await create("adm1n"), 1, /^Cannot create user: adm1n looks like admin$/m);
});
