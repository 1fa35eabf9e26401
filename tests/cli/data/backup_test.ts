import assert from "node:assert/strict";
import { join } from "node:path";
import { tokenOf } from "../../support/client.ts";
import { canMount, memoryDisk } from "../../support/disk.ts";
import { contentOf, namesIn } from "../../support/files.ts";
import { everyMessage } from "../../support/messages.ts";
import { startProgram } from "../../support/program.ts";
import { refusal, run } from "../../support/run.ts";
import { ask, change } from "../../support/sqlite.ts";
import { startSenders } from "../../support/senders.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { formatBytes } from "../../../views/quantity.ts";

Deno.test("`backup` under load, restored elsewhere, holds every message acknowledged before it", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "backup.db");
  await using server = await startProgram();
  const token = await tokenOf(server, "alice");
  await using senders = await startSenders(server, 8);
  await senders.more(200);
  const before = [...senders.acked];
  const { code, stdout, stderr } = await run(["backup", file], { env: { DATA_DIR: server.dataDir } });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(stdout, `${file}: ${formatBytes((await Deno.stat(file)).size)}\n`);
  await senders.more(200);
  await senders.stop();
  const inServer = await everyMessage(server, token);
  assert.deepEqual(inServer.map(({ content }) => content).sort(), [...senders.acked].sort(), "nobody was disturbed");

  const elsewhere = join(dir.path, "a", "new", "folder");
  assert.equal((await run(["restore", file, "--data", elsewhere])).code, 0);
  await using restored = await startProgram({ dataDir: elsewhere });
  const messages = await everyMessage(restored, await tokenOf(restored, "alice"));
  assert.deepEqual(messages, inServer.slice(0, messages.length), "one snapshot: nothing in between is missing");
  const there = new Set(messages.map(({ content }) => content));
  assert.deepEqual(before.filter((text) => !there.has(text)), []);
  assert(messages.length < inServer.length, "users kept posting");
});

Deno.test("`backup` writes one file that other programs can read, private to its owner, without the server's secrets", async () => {
  await using dir = await tempDir();
  await using server = await startProgram();
  await tokenOf(server, "alice");
  const folder = join(dir.path, "backups");
  await Deno.mkdir(folder);
  const { code, stdout } = await run(["backup", folder, "--data", server.dataDir]);
  assert.equal(code, 0);
  const [name, ...rest] = namesIn(folder);
  assert.deepEqual(rest, []);
  assert.match(name!, /^chatterbox-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.db$/);
  const file = join(folder, name!);
  assert(stdout.startsWith(`${file}: `), stdout);
  if (Deno.build.os !== "windows") {
    assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
    // It can be read where nothing can be written.
    await Deno.chmod(folder, 0o500);
  }
  assert.deepEqual(ask(file, "select username from users"), [{ username: "alice" }]);
  assert.deepEqual(ask(file, "pragma integrity_check"), [{ integrity_check: "ok" }]);
  assert.deepEqual(namesIn(folder), [name]);
  const key = await Deno.readFile(join(server.dataDir, "signing.key"));
  const text = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
  assert(!text(await Deno.readFile(file)).includes(text(key)));
  if (Deno.build.os !== "windows") await Deno.chmod(folder, 0o700);
});

Deno.test("`backup` of a killed server's database includes the WAL, and leaves it as it was", async () => {
  await using dir = await tempDir();
  await using server = await startProgram();
  const token = await tokenOf(server, "alice");
  await using senders = await startSenders(server, 1);
  await senders.more(20);
  await senders.stop();
  const messages = await everyMessage(server, token);
  await server.kill();
  const { "chatterbox.db-shm": _, ...left } = await contentOf(server.dataDir);
  assert("chatterbox.db-wal" in left);
  const file = join(dir.path, "backup.db");
  assert.equal((await run(["backup", file, "--data", server.dataDir])).code, 0);
  assert.equal(ask(file, "select count(*) as n from messages")[0]!.n, messages.length);
  const { "chatterbox.db-shm": __, ...after } = await contentOf(server.dataDir);
  assert.deepEqual(after, left, "the next start still detects the kill, and checks");
});

Deno.test("`backup` refuses what the operator can fix in one line that says how, and changes nothing", async () => {
  await using dir = await tempDir();
  await using server = await startProgram();
  await tokenOf(server, "alice");
  await server.stop();
  const env = { DATA_DIR: server.dataDir };
  const database = join(server.dataDir, "chatterbox.db");
  const taken = join(dir.path, "taken.db");
  await Deno.writeTextFile(taken, "something else");
  const before = [await contentOf(dir.path), await contentOf(server.dataDir)];
  const cases: [args: string[], status: number, says: RegExp][] = [
    [[], 2, /^FILE is missing; see chatterbox backup --help/],
    [["a", "b"], 2, /^Unexpected argument "b"; see/],
    [["--fast", "a"], 2, /'--fast'; see/],
    [[taken], 1, /^Cannot back up .* \(".*taken\.db" already exists\): add --force to replace it/],
    [[database, "--force"], 1, /\(that is the database itself\): choose another FILE/],
    [[`${database}-wal`, "--force"], 1, /\(that is the database itself\): choose another FILE/],
    [[join(dir.path, "no", "x.db")], 1, /create the folder first/],
    [[join(taken, "x.db")], 1, /^Cannot back up /],
    [[join(dir.path, "x.db"), "--data", dir.path], 1, /^There is no database .*: choose its folder with --data/],
  ];
  for (const [args, status, says] of cases) refusal(await run(["backup", ...args], { env }), status, says);
  assert.deepEqual([await contentOf(dir.path), await contentOf(server.dataDir)], before);

  const { code } = await run(["backup", taken, "--force"], { env });
  assert.equal(code, 0);
  assert.deepEqual(ask(taken, "select username from users"), [{ username: "alice" }]);
  assert.deepEqual(namesIn(dir.path), ["taken.db"]);

  const bytes = await Deno.readFile(database);
  await Deno.writeFile(database, bytes.fill(0xaa, 4096));
  refusal(await run(["backup", join(dir.path, "x.db")], { env }), 1, /it is damaged; restore a backup/);
  await Deno.writeTextFile(database, "A letter to Alice, and no database.\n".repeat(50));
  refusal(await run(["backup", join(dir.path, "x.db")], { env }), 1, /it is damaged; restore a backup/);
  assert.deepEqual(namesIn(dir.path), ["taken.db"]);
});

Deno.test("`backup`, `restore` and `rollback` describe themselves with --help, and do nothing else", async () => {
  await using dir = await tempDir();
  for (const subcommand of ["backup", "restore", "rollback"]) {
    const { code, stdout, stderr } = await run([subcommand, "--help"], { cwd: dir.path });
    assert.deepEqual([code, stderr], [0, ""]);
    assert(stdout.startsWith(`Usage: chatterbox ${subcommand} `), stdout);
    for (const line of stdout.split("\n")) assert(line.length <= 120, line);
  }
  assert.deepEqual(namesIn(dir.path), []);
});

const isPossible = await canMount();
// deno-lint-ignore no-console -- reports skipped tests
if (!isPossible) console.warn("NOT TESTED, since nothing can be mounted here: a full disk");

Deno.test({
  name: "`backup` on a full disk exits with 1 and one line, and leaves no partial file",
  ignore: !isPossible,
  async fn() {
    await using server = await startProgram();
    await tokenOf(server, "alice");
    await server.stop();
    change(
      join(server.dataDir, "chatterbox.db"),
      `with recursive n (i) as (select 1 union all select i + 1 from n where i < 2000)
       insert into messages (room_id, author_id, content, created_at, seq, rev)
       select 1, 1, hex(zeroblob(500)), 1, i, i from n; update rooms set head = 2000`,
    );
    await using disk = await memoryDisk(1_000_000);
    const file = join(disk.path, "backup.db");
    const env = { DATA_DIR: server.dataDir };
    refusal(await run(["backup", file], { env }), 1, /^Cannot back up .*: free disk space/);
    refusal(await run(["backup", disk.path], { env }), 1, /^Cannot back up .*: free disk space/);
    assert.deepEqual(namesIn(disk.path), []);
    disk.fill();
    refusal(await run(["backup", file], { env }), 1, /^Cannot back up .*: free disk space/);
    assert.deepEqual(namesIn(disk.path), ["filler"]);
  },
});
