import assert from "node:assert/strict";
import { join } from "node:path";
import { api, join as joinRoom, tokenOf } from "../../support/client.ts";
import { contentOf, namesIn } from "../../support/files.ts";
import { everyMessage } from "../../support/messages.ts";
import { type Program, startProgram } from "../../support/program.ts";
import { refusal, run } from "../../support/run.ts";
import { ask, change } from "../../support/sqlite.ts";
import { tempDir } from "../../support/temp_dir.ts";

/** The folder of a stopped or killed server, and a backup from before its last message. */
async function withBackup(dir: string, end: (server: Program) => Promise<unknown>) {
  const data = join(dir, "data");
  const backup = join(dir, "backup.db");
  await using server = await startProgram({ dataDir: data });
  await using alice = await joinRoom(server, "alice");
  await alice.say("in the backup");
  assert.equal((await run(["backup", backup, "--data", data])).code, 0);
  await alice.say("after the backup");
  await end(server);
  return { data, backup, database: join(data, "chatterbox.db") };
}

async function contents(server: Program): Promise<string[]> {
  return (await everyMessage(server, await tokenOf(server, "alice"))).map(({ content }) => content);
}

Deno.test("`restore` never applies a killed server's WAL to the restored database, and keeps its content", async () => {
  await using dir = await tempDir();
  const { data, backup, database } = await withBackup(dir.path, (server) => server.kill());
  assert(namesIn(data).includes("chatterbox.db-wal"), "the WAL was left behind");
  const { code, stdout, stderr } = await run(["restore", backup, "--force", "--data", data]);
  assert.deepEqual([code, stderr], [0, ""]);
  const kept = /^The previous database is kept as (.+)$/m.exec(stdout)![1]!;
  assert.match(kept, /chatterbox\.db\.before-restore-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/);
  assert(stdout.startsWith(`Restored ${database} from ${backup}\n`), stdout);
  assert.deepEqual(namesIn(data).filter((name) => /-(wal|shm|journal)$/.test(name)), []);
  assert.deepEqual(ask(database, "pragma integrity_check"), [{ integrity_check: "ok" }]);
  const texts = (file: string) => ask(file, "select content from messages order by id").map(({ content }) => content);
  assert.deepEqual(texts(database), ["in the backup"]);
  assert.deepEqual(texts(kept), ["in the backup", "after the backup"], "with the content of the WAL only");
  await using server = await startProgram({ dataDir: data });
  assert.deepEqual(await contents(server), ["in the backup"]);
});

Deno.test("`restore` sets a damaged database aside and puts the backup in its place", async () => {
  await using dir = await tempDir();
  const { data, backup, database } = await withBackup(dir.path, (server) => server.kill());
  const damaged = new TextEncoder().encode("A letter to Alice, and no database.\n".repeat(200));
  await Deno.writeFile(database, damaged);
  await Deno.writeFile(`${database}-wal`, damaged);
  const { code, stdout } = await run(["restore", backup, "--force", "--data", data]);
  assert.equal(code, 0);
  const kept = /^The previous database is kept as (.+)$/m.exec(stdout)![1]!;
  assert.deepEqual(await Deno.readFile(kept), damaged);
  assert.deepEqual(namesIn(data).filter((name) => /db-(wal|shm|journal)$/.test(name)), []);
  await using server = await startProgram({ dataDir: data });
  assert.deepEqual(await contents(server), ["in the backup"]);
});

Deno.test("`restore` keeps a WAL without a database, and does not apply it", async () => {
  await using dir = await tempDir();
  const { data, backup, database } = await withBackup(dir.path, (server) => server.kill());
  const wal = await Deno.readFile(`${database}-wal`);
  await Deno.remove(database);
  refusal(await run(["restore", backup, "--data", data]), 1, /already exists/);
  const { code, stdout } = await run(["restore", backup, "--force", "--data", data]);
  assert.equal(code, 0);
  const kept = /^The previous database is kept as (.+)$/m.exec(stdout)![1]!;
  assert.deepEqual(await Deno.readFile(`${kept}-wal`), wal);
  await using server = await startProgram({ dataDir: data });
  assert.deepEqual(await contents(server), ["in the backup"]);
});

Deno.test("`restore` refuses while a server runs, with any option", async () => {
  await using dir = await tempDir();
  const { data, backup } = await withBackup(dir.path, (server) => server.stop());
  await using server = await startProgram({ dataDir: data });
  await using alice = await joinRoom(server, "alice");
  const names = namesIn(data);
  refusal(await run(["restore", backup, "--data", data]), 1, /already exists/);
  refusal(await run(["restore", backup, "--force", "--data", data]), 1, /is in use\): stop the server that uses it/);
  assert.deepEqual(namesIn(data), names);
  await alice.say("still here");
  assert.deepEqual(await contents(server), ["in the backup", "after the backup", "still here"]);
  assert.equal(await server.stop(), 0);
  assert.equal((await run(["restore", backup, "--force", "--data", data])).code, 0);
});

Deno.test("`restore` refuses a file that is not our backup, and changes nothing", async () => {
  await using dir = await tempDir();
  const { data, backup, database } = await withBackup(dir.path, (server) => server.stop());
  const at = (name: string) => join(dir.path, name);
  const bytes = await Deno.readFile(backup);
  await Deno.writeTextFile(at("letter"), "A letter to Alice, and no database.\n".repeat(50));
  await Deno.writeFile(at("empty"), new Uint8Array());
  await Deno.writeFile(at("short"), bytes.subarray(0, bytes.length >> 1));
  await Deno.writeFile(at("damaged"), bytes.slice().fill(0xaa, 8192, bytes.length - 4096));
  change(at("strange"), "create table letters (text)");
  await Deno.copyFile(backup, at("newer"));
  change(at("newer"), "insert into kysely_migration (name, timestamp) values ('9999_from_the_future', '2099-01-01')");
  const before = [await contentOf(data), await contentOf(dir.path)];
  const cases: [args: string[], status: number, says: RegExp][] = [
    [[], 2, /^FILE is missing; see chatterbox restore --help/],
    [[at("nothing"), "--force"], 1, /"[^"]*nothing" does not exist\): choose another backup/],
    [[dir.path, "--force"], 1, /is not a file\): choose another backup/],
    [[at("letter"), "--force"], 1, /not a database\): choose another backup/],
    [[at("empty"), "--force"], 1, /is not a Chatterbox database\): choose another backup/],
    [[at("short"), "--force"], 1, /malformed.*: choose another backup/],
    [[at("damaged"), "--force"], 1, /malformed.*: choose another backup/],
    [[at("strange"), "--force"], 1, /is not a Chatterbox database\): choose another backup/],
    [[at("newer"), "--force"], 1, /newer version of Chatterbox\): restore it with that version/],
    [[database, "--force"], 1, /that is the database itself/],
    [[backup], 1, /already exists\): add --force to replace it; the present database will be kept beside it/],
  ];
  for (const [args, status, says] of cases) refusal(await run(["restore", ...args, "--data", data]), status, says);
  assert.deepEqual([await contentOf(data), await contentOf(dir.path)], before);
});

Deno.test("`restore` of a copy of the whole folder includes its WAL", async () => {
  await using dir = await tempDir();
  const { data } = await withBackup(dir.path, (server) => server.kill());
  const copy = join(dir.path, "copy");
  await Deno.mkdir(copy);
  for (const name of ["chatterbox.db", "chatterbox.db-wal"]) await Deno.copyFile(join(data, name), join(copy, name));
  const elsewhere = join(dir.path, "elsewhere");
  assert.equal((await run(["restore", join(copy, "chatterbox.db"), "--data", elsewhere])).code, 0);
  await using server = await startProgram({ dataDir: elsewhere });
  assert.deepEqual(await contents(server), ["in the backup", "after the backup"]);
});

Deno.test("`restore` writes to DATABASE_URL, also through a link, and keeps the owner", async () => {
  await using dir = await tempDir();
  const { backup } = await withBackup(dir.path, (server) => server.stop());
  const far = join(dir.path, "far");
  await Deno.mkdir(far);
  await Deno.copyFile(backup, join(far, "real.db"));
  const isRoot = Deno.uid() === 0;
  if (isRoot) await Deno.chown(far, 12_345, 12_345);
  const link = join(dir.path, "link.db");
  await Deno.symlink(join(far, "real.db"), link);
  const env = { DATABASE_URL: `sqlite:${link}` };
  assert.equal((await run(["restore", backup, "--force"], { env })).code, 0);
  assert((await Deno.lstat(link)).isSymlink);
  assert.deepEqual(namesIn(far).map((name) => name.replace(/\d{4}-.*/, "DATE")), [
    "real.db",
    "real.db.before-restore-DATE",
  ]);
  const { uid, gid, mode } = await Deno.stat(join(far, "real.db"));
  assert.equal(mode! & 0o777, 0o600);
  if (isRoot) assert.deepEqual([uid, gid], [12_345, 12_345]);
});

Deno.test("`restore` advances the counters, so that a client that had seen more receives everything new", async () => {
  await using dir = await tempDir();
  const data = join(dir.path, "data");
  const backup = join(dir.path, "backup.db");
  let seen = 0;
  {
    await using server = await startProgram({ dataDir: data });
    await using alice = await joinRoom(server, "alice");
    await alice.say("kept");
    assert.equal((await run(["backup", backup, "--data", data])).code, 0);
    for (let n = 0; n < 5; n++) await alice.say(`lost ${n}`);
    seen = (await api(server, "/rooms/general/messages", { token: await tokenOf(server, "alice") })).body.head;
    await server.stop();
  }
  assert.equal((await run(["restore", backup, "--force", "--data", data])).code, 0);
  await using server = await startProgram({ dataDir: data });
  await using bob = await joinRoom(server, "bob");
  const news = Array.from({ length: 8 }, (_, n) => `new ${n}`);
  for (const text of news) await bob.say(text);
  await using alice = await joinRoom(server, "alice", { after: seen });
  assert.deepEqual(alice.all("history")[0].messages.map(({ content }: { content: string }) => content), news);
});
