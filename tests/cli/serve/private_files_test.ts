/** Files of the program are private to its owner, whatever the folder and the umask allow. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { api, join as enter, tokenOf } from "../../support/client.ts";
import { eventually } from "../../support/eventually.ts";
import { command, startProgram } from "../../support/program.ts";
import { tempDir } from "../../support/temp_dir.ts";

const ignore = Deno.build.os === "windows";

/** As a shell with umask 0 starts it. */
const OPEN = ["sh", "-c", 'umask 0; exec "$@"', "sh"];

/** The files below a folder. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    return isDirectory ? filesIn(path) : [path];
  });
}

function modeOf(path: string): number {
  return Deno.statSync(path).mode! & 0o777;
}

function allPrivate(folder: string): void {
  for (const file of filesIn(folder)) {
    // Temporary files of a running backup come and go.
    if (file.includes(".partial") && !existsSync(file)) continue;
    assert.equal(modeOf(file), 0o600, file);
  }
}

async function run(...args: string[]): Promise<string> {
  const { file, args: all } = command(...args);
  const output = await new Deno.Command("sh", { args: [...OPEN.slice(1), file, ...all], stdin: "null" }).output();
  const text = new TextDecoder().decode(output.stdout) + new TextDecoder().decode(output.stderr);
  assert(output.success, text);
  return text;
}

Deno.test({
  name: "every file is private to its owner in an open folder under an open umask, and the log reports the folder",
  ignore,
  async fn() {
    await using dir = await tempDir();
    await Deno.chmod(dir.path, 0o755);
    await using server = await startProgram({
      dataDir: dir.path,
      through: OPEN,
      env: { BACKUP_EVERY: "1s" },
    });
    await using alice = await enter(server, "alice");
    await alice.say("Hello");
    const names = await eventually(() => {
      const names = filesIn(dir.path).map((file) => basename(file));
      return names.some((name) => name.startsWith("chatterbox-")) ? names : undefined;
    }, 15_000);
    for (const name of ["chatterbox.db", "chatterbox.db-wal", "chatterbox.db-shm", "signing.key"]) {
      assert(names.includes(name), name);
    }
    allPrivate(dir.path);
    assert.equal(modeOf(join(dir.path, "backups")), 0o700);
    assert.equal(modeOf(dir.path), 0o755, "the folder is not ours to change");
    const warned = server.stderr.split("\n").filter((line) => line.includes("Other users of this machine"));
    assert.deepEqual(warned.map((line) => JSON.parse(line).path), [dir.path]);
    assert.equal(await server.stop(), 0);
  },
});

Deno.test({
  name: "old files open to others are made private at the start, foreign ones in the same folder are left alone",
  ignore,
  async fn() {
    await using dir = await tempDir();
    await Deno.chmod(dir.path, 0o700);
    {
      await using server = await startProgram({ dataDir: dir.path });
      await tokenOf(server, "alice");
      // Killed, so that there is a WAL.
    }
    await Deno.mkdir(join(dir.path, "backups"), { mode: 0o700 });
    const made = [
      "chatterbox.db.before-restore-2026-11-21T03-00-00Z",
      "chatterbox.db.0123abcd.partial",
      "backups/chatterbox-2026-11-21T03-00-00Z.db",
      "backups/chatterbox-before-0002-2026-11-21T03-00-00Z.db",
    ];
    for (const name of [...made, "notes.txt", "backups/notes.txt"]) await Deno.writeTextFile(join(dir.path, name), "");
    for (const file of filesIn(dir.path)) await Deno.chmod(file, 0o644);
    await using server = await startProgram({ dataDir: dir.path });
    assert.equal((await api(server, "/readyz")).status, 200);
    for (const file of filesIn(dir.path)) {
      assert.equal(modeOf(file), file.endsWith("notes.txt") ? 0o644 : 0o600, file);
    }
    assert.doesNotMatch(server.stderr, /Other users/);
  },
});

Deno.test({
  name: "backups, restored files and those set aside are private to their owner",
  ignore,
  async fn() {
    await using dir = await tempDir();
    await Deno.chmod(dir.path, 0o755);
    const data = join(dir.path, "data");
    {
      await using server = await startProgram({ dataDir: data, through: OPEN });
      await tokenOf(server, "alice");
      assert.equal(await server.stop(), 0);
    }
    await Deno.chmod(join(data, "chatterbox.db"), 0o644);
    const copy = join(dir.path, "copy.db");
    await run("backup", copy, "--data", data);
    assert.equal(modeOf(copy), 0o600);
    await Deno.chmod(join(data, "chatterbox.db"), 0o644);
    await Deno.chmod(copy, 0o644);
    const text = await run("restore", copy, "--force", "--data", data);
    assert.match(text, /kept as .*before-restore/);
    allPrivate(data);
    const fresh = join(dir.path, "fresh");
    await run("restore", copy, "--data", fresh);
    allPrivate(fresh);
  },
});

Deno.test({
  name: "`user create` creates a private database",
  ignore,
  async fn() {
    await using dir = await tempDir();
    await Deno.chmod(dir.path, 0o755);
    const { file, args } = command("user", "create", "alice", "--data", dir.path);
    const env = { CHATTERBOX_PASSWORD: "correct horse", BCRYPT_COST: "4", RATE_LIMITS: "off" };
    const all = [...OPEN.slice(1), file, ...args];
    const { success } = await new Deno.Command("sh", { args: all, env, stdin: "null" }).output();
    assert(success);
    allPrivate(dir.path);
  },
});
