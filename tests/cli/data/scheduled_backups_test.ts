import assert from "node:assert/strict";
import { join } from "node:path";
import { join as joinRoom } from "../../support/client.ts";
import { eventually } from "../../support/eventually.ts";
import { namesIn } from "../../support/files.ts";
import { startProgram } from "../../support/program.ts";
import { refusal, run } from "../../support/run.ts";
import { ask, change } from "../../support/sqlite.ts";
import { tempDir } from "../../support/temp_dir.ts";

const NAME = /^chatterbox-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.db$/;

Deno.test("BACKUP_EVERY makes backups under load, and BACKUP_KEEP bounds their number", async () => {
  await using server = await startProgram({ env: { BACKUP_EVERY: "1s", BACKUP_KEEP: "2" } });
  await using alice = await joinRoom(server, "alice");
  const folder = join(server.dataDir, "backups");
  const made = () => server.stderr.split("\n").filter((line) => line.includes('"event":"backup"')).length;
  for (let n = 1; n <= 4; n++) {
    await alice.say(`message ${n}`);
    const before = made();
    await eventually(() => made() > before, 30_000);
  }
  const id = await alice.say("the last");
  // The backup under way may be from before it; the next one is not.
  const before = made();
  await eventually(() => made() >= before + 2, 30_000);
  assert.equal(await server.stop(), 0);
  const names = namesIn(folder);
  assert.equal(names.length, 2);
  for (const name of names) {
    assert.match(name, NAME);
    if (Deno.build.os !== "windows") assert.equal((await Deno.stat(join(folder, name))).mode! & 0o777, 0o600);
  }
  const newest = join(folder, names.at(-1)!);
  assert.deepEqual(ask(newest, "select content from messages where id = ?", id), [{ content: "the last" }]);
});

Deno.test("BACKUP_EVERY makes no backups when unset or off", async () => {
  await using server = await startProgram({ env: { BACKUP_EVERY: "off", BACKUP_KEEP: "2" } });
  await using alice = await joinRoom(server, "alice");
  await alice.say("Hello");
  assert.equal(await server.stop(), 0);
  assert.deepEqual(namesIn(server.dataDir), ["chatterbox.db", "signing.key"]);
});

Deno.test("invalid values of BACKUP_EVERY and BACKUP_KEEP are refused with the accepted ones", async () => {
  await using dir = await tempDir();
  const cases: [name: string, value: string, says: RegExp][] = [
    ["BACKUP_EVERY", "daily", /^BACKUP_EVERY: "daily" is not accepted, it must be off or a duration like 90s/],
    ["BACKUP_EVERY", "0h", /off or a duration/],
    ["BACKUP_KEEP", "0", /^BACKUP_KEEP: "0" is not accepted, it must be a whole number from 1/],
    ["BACKUP_KEEP", "all", /a whole number/],
  ];
  for (const [name, value, says] of cases) {
    refusal(await run(["serve"], { env: { [name]: value, PORT: "0" }, cwd: dir.path }), 2, says);
  }
  assert.deepEqual(namesIn(dir.path), []);
});

Deno.test("a backup under way does not delay the stop, and leaves no partial file", async () => {
  await using dir = await tempDir();
  const folder = join(dir.path, "backups");
  {
    await using server = await startProgram({ dataDir: dir.path });
    await using alice = await joinRoom(server, "alice");
    await alice.say("Hello");
    await server.stop();
  }
  // Large enough to be caught in the middle.
  change(
    join(dir.path, "chatterbox.db"),
    `with recursive n (i) as (select 2 union all select i + 1 from n where i < 200000)
     insert into messages (room_id, author_id, content, created_at, seq, rev)
     select 1, 1, hex(zeroblob(200)), 1, i, i from n; update rooms set head = 200000`,
  );
  await using server = await startProgram({ dataDir: dir.path, env: { BACKUP_EVERY: "1s" } });
  const isPartial = () => namesIn(dir.path).includes("backups") && namesIn(folder).some((name) => /partial/.test(name));
  await eventually(isPartial, 30_000);
  const start = Date.now();
  assert.equal(await server.stop(), 0);
  assert(Date.now() - start < 10_000);
  for (const name of namesIn(folder)) {
    assert.match(name, NAME);
    assert.deepEqual(ask(join(folder, name), "pragma quick_check"), [{ quick_check: "ok" }]);
  }
});

Deno.test("a failed backup is logged, and the chat goes on", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(join(dir.path, "backups"), "a file instead of the folder");
  await using server = await startProgram({ dataDir: dir.path, env: { BACKUP_EVERY: "1s" } });
  await using alice = await joinRoom(server, "alice");
  await eventually(() => /"level":"error","event":"Cannot make a backup".*"reason":/.test(server.stderr), 30_000);
  await alice.say("still here");
  assert.equal(await server.stop(), 0);
});
