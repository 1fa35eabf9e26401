import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import settings from "../../../deno.json" with { type: "json" };
import { join as enter, PASSWORD } from "../../support/client.ts";
import { startProgram } from "../../support/program.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { contentsOf, freePort, runDoctor, visit } from "./run_doctor.ts";

const unix = Deno.build.os !== "windows";

/** A folder in which a server has run and was stopped; Alice has posted a message. */
async function used() {
  const dir = await tempDir();
  const path = join(dir.path, "data");
  await using server = await startProgram({ dataDir: path });
  await using alice = await enter(server, "alice");
  await alice.say("Hello");
  await server.stop();
  return {
    path,
    file: join(path, "chatterbox.db"),
    key: join(path, "signing.key"),
    /** Changes the database directly. */
    sql(statements: string) {
      using database = new DatabaseSync(join(path, "chatterbox.db"));
      database.exec(statements);
    },
    [Symbol.asyncDispose]: dir[Symbol.asyncDispose],
  };
}

Deno.test("`doctor` before the first start finds nothing wrong, and creates nothing", async () => {
  await using dir = await tempDir();
  const data = join(dir.path, "a", "data");
  const { code, the, text } = await visit(data);
  assert.equal(code, 0, text);
  for (const name of ["data", "signing key", "database", "backups", "disk", "versions"]) {
    assert.equal(the(name).status, "ok", text);
  }
  assert.match(the("data").text, /does not exist yet: the first start creates it/);
  assert.deepEqual([...Deno.readDirSync(dir.path)], []);
});

Deno.test("`doctor` checks everything while the server runs, and affects nothing", async () => {
  await using dir = await tempDir();
  const data = join(dir.path, "data");
  await using server = await startProgram({ dataDir: data });
  await using alice = await enter(server, "alice");
  await alice.say("Hello");
  // The server may write into its WAL; the database and everything else stay as they are.
  const kept = async () => Object.entries(await contentsOf(data)).filter(([name]) => !name.endsWith("-wal"));
  const before = await kept();
  const { code, the, findings, text } = await visit(data, { PORT: String(server.port), BACKUP_KEEP: "3" });
  assert.equal(code, 0, text);
  assert.deepEqual(await kept(), before);
  assert.deepEqual(findings.filter(({ status }) => status !== "ok").map(({ name }) => name), ["backups"]);
  assert.match(the("versions").text, new RegExp(`^Chatterbox ${settings.version}, Deno \\d.*, V8 \\d.*, SQLite 3`));
  assert.match(the("database").text, /is whole \(quick_check, \d+ ms\)/);
  assert.match(the("migrations").text, /^up to date \(\d{4}_\w+\)$/);
  const { rows, size, wal } = the("contents").facts as { rows: Record<string, number>; size: number; wal: number };
  assert.deepEqual([rows.users, rows.messages, rows.rooms], [1, 1, 1]);
  assert(size > 10_000 && wal > 10_000, `${size} ${wal}`);
  assert.match(the("backups").advice!, /BACKUP_EVERY=1d/);
  const { free, size: disk } = the("disk").facts as { free: number; size: number };
  assert(free > 0 && disk > free);
  assert.match(the("clock").text, /; the newest record is \d+ seconds? old$/);
  assert.equal(the("server").text, `Chatterbox ${settings.version} at ${server.url} is ready`);
  assert.equal(the("socket").text, `${server.url}/ws accepts sockets`);
  await alice.say("still here");
});

Deno.test("`doctor` after a kill counts what is only in the WAL, and leaves the WAL for the next start", async () => {
  await using dir = await tempDir();
  const data = join(dir.path, "data");
  {
    await using server = await startProgram({ dataDir: data });
    await using alice = await enter(server, "alice");
    for (let n = 0; n < 5; n++) await alice.say(`message ${n}`);
    await server.kill();
  }
  const before = await contentsOf(data);
  assert("chatterbox.db-wal" in before);
  const { code, the } = await visit(data);
  assert.equal(code, 0);
  assert.equal((the("contents").facts!.rows as Record<string, number>).messages, 5);
  assert.match(the("server").text, /no response from http:\/\/127\.0\.0\.1:\d+ \(.+\)/);
  assert.deepEqual(await contentsOf(data), before);
  await using again = await startProgram({ dataDir: data });
  await using bob = await enter(again, "bob");
  assert.equal(bob.all("history")[0].messages.length, 5);
});

Deno.test("`doctor` after a stop leaves no WAL, which the next start would take for a kill", async () => {
  await using folder = await used();
  const before = await contentsOf(folder.path);
  assert.deepEqual(Object.keys(before).sort(), ["chatterbox.db", "signing.key"]);
  assert.equal((await visit(folder.path)).code, 0);
  assert.deepEqual(await contentsOf(folder.path), before);
});

Deno.test("`doctor` prints the effective settings, and no secret", async () => {
  await using dir = await tempDir();
  const secrets = { SIGNING_KEY: "k".repeat(40), METRICS_TOKEN: "m".repeat(20) };
  const { text, of } = await visit(dir.path, { ...secrets, LOG_LEVEL: "debug", RATE_LIMITS: "off" });
  const [set, unset, unwise] = of("settings");
  assert.match(
    set!.text,
    /^set: PORT=\d+, DATA_DIR=.*, RATE_LIMITS=off, .*SIGNING_KEY \(not shown\), METRICS_TOKEN \(not/,
  );
  assert.match(unset!.text, /^not set: HOST \(127\.0\.0\.1\), DATABASE_URL/);
  assert.match(unwise!.text, /^RATE_LIMITS=off/);
  assert.equal(set!.facts!.LOG_LEVEL, "debug");
  assert.equal(set!.facts!.SIGNING_KEY, "set");
  assert.doesNotMatch(text, /kkkk|mmmm/);
});

Deno.test("`doctor` names every invalid setting, and checks everything else", async () => {
  await using dir = await tempDir();
  const wrong = { BCRYPT_COST: "9", SIGNING_KEY: "short secret", METRICS_TOKEN: "shorter", LOG_LEVEL: "loud" };
  const { code, of, the, text } = await visit(dir.path, wrong);
  assert.equal(code, 1);
  const refused = of("settings").filter(({ status }) => status === "failure");
  assert.deepEqual(refused.map(({ text }) => text.split(":")[0]).sort(), Object.keys(wrong).sort());
  assert.doesNotMatch(text, /short secret|shorter/);
  assert.equal(the("disk").status, "ok");
  const port = await runDoctor(["--data", dir.path, "--port", "http"]);
  assert.equal(port.code, 1);
  assert.match(port.stdout, /^failure +settings: PORT: "http" is not accepted/);
});

Deno.test("`doctor` reports that all clients share one address behind a proxy without TRUST_PROXY", async () => {
  await using dir = await tempDir();
  const url = { PUBLIC_URL: `https://127.0.0.1:${freePort()}` };
  const report = await visit(dir.path, url);
  assert.match(report.of("settings")[2]!.text, /TRUST_PROXY is off/);
  const trusting = await visit(dir.path, { ...url, TRUST_PROXY: "on" });
  assert.equal(trusting.of("settings").length, 2);
});

Deno.test("`doctor` reports that a proxy without PUBLIC_URL may refuse sockets", async () => {
  await using dir = await tempDir();
  const report = await visit(dir.path, { TRUST_PROXY: "on" });
  assert.match(
    report.of("settings")[2]!.text,
    /PUBLIC_URL is not set: if the proxy rewrites Host, no page gets a socket/,
  );
});

Deno.test("`doctor` reports a damaged database, and a file that is not one, and leaves them unchanged", async () => {
  await using folder = await used();
  const bytes = await Deno.readFile(folder.file);
  bytes.fill(0xa5, 2 * 4096, 12 * 4096);
  await Deno.writeFile(folder.file, bytes);
  const damaged = await visit(folder.path);
  assert.equal(damaged.code, 1);
  assert.match(damaged.the("database").text, /chatterbox\.db is damaged \(/);
  assert.match(damaged.the("database").advice!, /keep a copy.*chatterbox restore/);
  assert.equal(damaged.the("backups").status, "warning");
  assert.deepEqual(await Deno.readFile(folder.file), bytes);

  const letter = "A letter to Alice, and no database at all.\n".repeat(50);
  await Deno.writeTextFile(folder.file, letter);
  const none = await visit(folder.path);
  assert.equal(none.code, 1);
  assert.match(none.the("database").text, /not a database/);
  assert.match(none.the("database").advice!, /--data/);
  assert.equal(await Deno.readTextFile(folder.file), letter);
});

Deno.test("`doctor` distinguishes the database of an older version, a newer one, and another program", async () => {
  await using folder = await used();
  folder.sql(`insert into kysely_migration values ('9999_telepathy', '2030-01-01')`);
  const newer = await visit(folder.path);
  assert.equal(newer.code, 1);
  assert.match(newer.the("migrations").text, /newer version of Chatterbox \(9999_telepathy\)/);

  folder.sql("delete from kysely_migration where name <> (select min(name) from kysely_migration)");
  const older = await visit(folder.path);
  assert.equal(older.code, 0);
  assert.match(older.the("migrations").text, /^at 0001_\w+: the next start upgrades it to \d{4}_\w+$/);

  await Deno.remove(folder.file);
  folder.sql(`create table "order""s" (id); insert into "order""s" values (1)`);
  const foreign = await visit(folder.path);
  assert.equal(foreign.code, 1);
  assert.match(foreign.the("migrations").text, /another program/);

  await Deno.remove(folder.file);
  await Deno.writeTextFile(folder.file, "", { mode: 0o600 });
  const empty = await visit(folder.path);
  assert.equal(empty.code, 0);
  assert.match(empty.the("migrations").text, /^it is empty/);
});

Deno.test("`doctor` reports a clock that is behind the newest record", async () => {
  await using folder = await used();
  folder.sql(`update messages set created_at = ${Date.now() + 3 * 3_600_000}`);
  const { code, the } = await visit(folder.path);
  assert.equal(code, 0);
  assert.equal(the("clock").status, "warning");
  assert.match(the("clock").text, / is 3 hours before the newest record /);
});

Deno.test("`doctor` finds the newest backup, and reports an old one", async () => {
  await using folder = await used();
  const backups = join(folder.path, "backups");
  await Deno.mkdir(backups);
  await Deno.copyFile(folder.file, join(backups, "chatterbox-1.db"));
  await Deno.writeTextFile(join(backups, "chatterbox-2.db.part"), "half");
  const fresh = await visit(folder.path);
  assert.equal(fresh.the("backups").status, "ok");
  assert.match(fresh.the("backups").text, /^1 backup in .*backups, \d+ kB; the newest is \d+ seconds? old$/);
  const old = new Date(Date.now() - 8 * 86_400_000);
  await Deno.utime(join(backups, "chatterbox-1.db"), old, old);
  const stale = await visit(folder.path);
  assert.equal(stale.the("backups").status, "warning");
  assert.match(stale.the("backups").text, /the newest is 8 days old$/);
});

Deno.test({
  name: "`doctor` reports what other users can read, and the command that fixes it",
  ignore: !unix,
  async fn() {
    await using folder = await used();
    await Deno.chmod(folder.path, 0o755);
    await Deno.chmod(folder.key, 0o644);
    const open = await visit(folder.path);
    assert.equal(open.code, 1);
    assert.match(open.the("data").text, /open to other users of this machine \(mode 755\)/);
    assert.equal(open.the("data").advice, `chmod 700 ${folder.path}`);
    assert.equal(open.the("signing key").advice, `chmod 600 ${folder.key}`);
    assert.equal(open.the("signing key").status, "failure");

    await Deno.chmod(folder.path, 0o700);
    await Deno.chmod(folder.key, 0o600);
    await Deno.chmod(folder.file, 0o644);
    await Deno.mkdir(join(folder.path, "backups"));
    const copy = join(folder.path, "backups", "chatterbox-2026-11-21T03-00-00Z.db");
    await Deno.copyFile(folder.file, copy);
    await Deno.chmod(copy, 0o640);
    const files = await visit(folder.path);
    assert.deepEqual([files.code, files.the("data").status], [1, "failure"]);
    assert.match(files.the("data").text, /chatterbox\.db \(mode 644\) and 1 other file are open to other users/);
    assert.equal(files.the("data").advice, `chmod 600 ${folder.file} ${copy}`);
    await Deno.chmod(folder.file, 0o600);
    await Deno.chmod(copy, 0o600);
    assert.equal((await visit(folder.path)).the("data").status, "ok");
  },
});

Deno.test("`doctor` explains a damaged or missing signing key", async () => {
  await using folder = await used();
  await Deno.truncate(folder.key, 5);
  const damaged = await visit(folder.path);
  assert.equal(damaged.code, 1);
  assert.match(damaged.the("signing key").text, /has 5 bytes, needs 32/);
  await Deno.remove(folder.key);
  const gone = await visit(folder.path);
  assert.equal(gone.code, 0);
  assert.match(gone.the("signing key").text, /missing: .* everybody has to log in again/);
  assert.equal((await visit(folder.path, { SIGNING_KEY: "k".repeat(32) })).the("signing key").status, "ok");
});

Deno.test("`doctor` reports an invalid data directory", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "file");
  await Deno.writeTextFile(file, PASSWORD);
  const { code, the } = await visit(file);
  assert.equal(code, 1);
  assert.match(the("data").text, /is not a folder/);
  assert.match(the("data").advice!, /--data/);
});

Deno.test("`doctor` prints help, and refuses wrong arguments", async () => {
  const help = await runDoctor(["--help"]);
  assert.equal(help.code, 0);
  assert.match(help.stdout, /^Usage: chatterbox doctor/);
  for (const args of [["--frobnicate"], ["everything"]]) {
    const wrong = await runDoctor(args);
    assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
    assert.match(wrong.stderr, /^[^\n]+; see chatterbox doctor --help\n$/);
  }
});
