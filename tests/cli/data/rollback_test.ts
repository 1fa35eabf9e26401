import assert from "node:assert/strict";
import { join } from "node:path";
import { api, tokenOf } from "../../support/client.ts";
import { canMount, memoryDisk } from "../../support/disk.ts";
import { contentOf, namesIn } from "../../support/files.ts";
import { oldDatabase } from "../../support/old_database.ts";
import { command, startProgram } from "../../support/program.ts";
import { refusal, run } from "../../support/run.ts";
import { change, everyRow } from "../../support/sqlite.ts";
import { tempDir } from "../../support/temp_dir.ts";

/** All rows but the rooms' counters, which continue so that no number is given twice. */
function withoutHeads(file: string) {
  const { rooms, ...rows } = everyRow(file);
  return { ...rows, rooms: (rooms as { head: number }[]).map(({ head: _, ...room }) => room) };
}

/** A folder whose database the program has migrated, and in which carol has posted since. */
async function upgraded(data: string): Promise<{ database: string; before: ReturnType<typeof withoutHeads> }> {
  const database = join(data, "chatterbox.db");
  await oldDatabase(database);
  const before = withoutHeads(database);
  await using server = await startProgram({ dataDir: data });
  assert.match(server.stderr, /^\{.*"event":"Copied the database before migrating it","file":".*before-0002/m);
  const token = await tokenOf(server, "carol");
  const { status } = await api(server, "/rooms/general/messages", { token, body: { content: "after the upgrade" } });
  assert.equal(status, 200);
  assert.equal(await server.stop(), 0);
  return { database, before };
}

Deno.test("`rollback` restores the database from before the upgrade, and keeps the current one", async () => {
  await using dir = await tempDir();
  const { database, before } = await upgraded(dir.path);
  const present = withoutHeads(database);
  const { code, stdout, stderr } = await run(["rollback", "--force"], { env: { DATA_DIR: dir.path } });
  assert.equal(code, 0);
  assert.match(stderr, /^This restores .*before-0002-.* and removes everything since \d{4}-.*Z, 1 message\n$/);
  const kept = /^The previous database is kept as (.+)$/m.exec(stdout)![1]!;
  assert.match(kept, /chatterbox\.db\.before-rollback-/);
  assert.deepEqual(withoutHeads(database), before);
  assert.deepEqual(withoutHeads(kept), present);
  // This version migrates it again, and it can be rolled back again.
  await using server = await startProgram({ dataDir: dir.path });
  await tokenOf(server, "dave");
  assert.equal(await server.stop(), 0);
  assert.equal(namesIn(join(dir.path, "backups")).length, 2);
  assert.equal((await run(["rollback", "--force"], { env: { DATA_DIR: dir.path } })).code, 0);
  assert.deepEqual(withoutHeads(database), before);
});

Deno.test("`rollback` refuses while a server runs, without a terminal, or without a copy", async () => {
  await using dir = await tempDir();
  const env = { DATA_DIR: dir.path };
  refusal(
    await run(["rollback", "--force"], { env }),
    1,
    /^Cannot roll back .*: this version can open no copy from before an upgrade/,
  );
  const { database } = await upgraded(dir.path);
  const before = await contentOf(dir.path);
  const refused = await run(["rollback"], { env });
  assert.deepEqual([refused.code, refused.stdout], [1, ""]);
  assert.match(refused.stderr, /\nCannot ask for confirmation without a terminal: add --force\n$/);
  assert.deepEqual(await contentOf(dir.path), before);
  await using server = await startProgram({ dataDir: dir.path });
  const running = await run(["rollback", "--force"], { env });
  assert.deepEqual([running.code, running.stdout], [1, ""]);
  assert.match(running.stderr, /\nCannot restore .* is in use\): stop the server that uses it\n$/);
  assert.equal(await server.stop(), 0);
  assert.deepEqual(namesIn(dir.path), ["backups", "chatterbox.db", "signing.key"]);
  refusal(await run(["rollback", "now"], { env }), 2, /see chatterbox rollback --help/);
  await Deno.remove(database);
});

/** Runs on a terminal of its own, with this typed input. */
async function onTerminal(args: string[], env: Record<string, string>, typed: string) {
  const { file, args: all } = command(...args);
  const python = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
  const child = new Deno.Command("python3", {
    args: ["-c", python, file, ...all],
    env: { NO_COLOR: "1", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    signal: AbortSignal.timeout(60_000),
  }).spawn();
  const keyboard = child.stdin.getWriter();
  let screen = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    const hasAsked = screen.includes("Type yes");
    screen += text;
    if (!hasAsked && screen.includes("Type yes")) await keyboard.write(new TextEncoder().encode(typed));
  }
  await keyboard.close().catch(() => {});
  return { code: (await child.status).code, screen };
}

Deno.test("`rollback` prompts on a terminal, and accepts nothing but yes", async () => {
  await using dir = await tempDir();
  const { database, before } = await upgraded(dir.path);
  const present = await contentOf(dir.path);
  for (const answer of ["no\n", "\n", "y\n"]) {
    const { code, screen } = await onTerminal(["rollback"], { DATA_DIR: dir.path }, answer);
    assert.equal(code, 1, screen);
    assert.match(screen, /everything since .*, 1 message[^]*Nothing has been changed/);
  }
  assert.deepEqual(await contentOf(dir.path), present);
  const { code, screen } = await onTerminal(["rollback"], { DATA_DIR: dir.path }, "yes\n");
  assert.equal(code, 0, screen);
  assert.deepEqual(withoutHeads(database), before);
});

Deno.test("a newer version's database is refused with the way back, unchanged byte for byte", async () => {
  await using dir = await tempDir();
  const { database, before } = await upgraded(dir.path);
  change(database, "insert into kysely_migration (name, timestamp) values ('9999_from_the_future', '2099-01-01')");
  const present = await contentOf(dir.path);
  const env = { DATA_DIR: dir.path, PORT: "0" };
  refusal(
    await run(["serve"], { env }),
    1,
    /^Cannot open the database .* \(.*newer version.*\): run that version, or go back .* with chatterbox rollback\n$/,
  );
  assert.deepEqual(await contentOf(dir.path), present);
  assert.equal((await run(["rollback", "--force"], { env })).code, 0);
  assert.deepEqual(withoutHeads(database), before);
});

const isPossible = await canMount();
// deno-lint-ignore no-console -- reports skipped tests
if (!isPossible) console.warn("NOT TESTED, since nothing can be mounted here: an upgrade on a full disk");

Deno.test({
  name: "an upgrade without disk space is not started: 1, one line, nothing changed",
  ignore: !isPossible,
  async fn() {
    await using disk = await memoryDisk(1_000_000);
    const database = join(disk.path, "chatterbox.db");
    await oldDatabase(database);
    change(database, "insert into settings (key, value) values ('ballast', hex(zeroblob(125000)))");
    await Deno.writeFile(join(disk.path, "signing.key"), crypto.getRandomValues(new Uint8Array(32)));
    const before = everyRow(database);
    await Deno.writeFile(join(disk.path, "ballast"), new Uint8Array(400_000));
    const env = { DATA_DIR: disk.path, PORT: "0" };
    refusal(
      await run(["serve"], { env }),
      1,
      /^Cannot open the database .* \(cannot copy it before migrating: .*\): free disk space; nothing/,
    );
    assert.deepEqual(everyRow(database), before);
    assert.deepEqual(namesIn(join(disk.path, "backups")), []);
    await Deno.remove(join(disk.path, "ballast"));
    await using server = await startProgram({ dataDir: disk.path });
    assert.equal(namesIn(join(disk.path, "backups")).length, 1);
    await server.stop();
  },
});
