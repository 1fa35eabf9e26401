import assert from "node:assert/strict";
import { join as path } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { join } from "../support/client.ts";
import { command, startProgram } from "../support/program.ts";
import { tempDir } from "../support/temp_dir.ts";
import { size } from "./size.ts";

/** Messages in the database before it is damaged: enough for a few hundred pages. */
const MESSAGES = size(200, 1000);

/** Damaged positions in the middle, one after the other. */
const PLACES = size(3, 25);

const PAGE = 4096;

type Damage = (file: string) => void;

/** Overwrites bytes at an offset; from the end when it is negative. */
function overwrite(file: string, offset: number, bytes: Uint8Array): void {
  using open = Deno.openSync(file, { read: true, write: true });
  open.seekSync(offset, offset < 0 ? Deno.SeekMode.End : Deno.SeekMode.Start);
  open.writeSync(bytes);
}

const noise = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** Files that cannot be opened at all, however the server stopped. */
const UNREADABLE: [name: string, damage: Damage][] = [
  ["noise instead of a database", (file) => Deno.writeFileSync(file, noise(60_000))],
  ["text", (file) => Deno.writeTextFileSync(file, "This is no database.\n".repeat(1000))],
  ["a first page of noise", (file) => overwrite(file, 0, noise(PAGE))],
  ["a header with a letter changed", (file) => overwrite(file, 3, new Uint8Array([0x21]))],
  ["a schema of noise", (file) => overwrite(file, 100, noise(PAGE - 100))],
  ["a file truncated in its first page", (file) => Deno.truncateSync(file, 2000)],
  ["a folder", (file) => {
    Deno.removeSync(file);
    Deno.mkdirSync(file);
  }],
];

Deno.test("a file that is not a database, or is damaged at its beginning, is refused with 1 and one line", async () => {
  await using whole = await tempDir();
  await fill(whole.path, "stopped");
  for (const [name, damage] of UNREADABLE) {
    await using dir = await tempDir();
    const file = path(dir.path, "chatterbox.db");
    for (const each of ["chatterbox.db", "signing.key"]) {
      await Deno.copyFile(path(whole.path, each), path(dir.path, each));
    }
    damage(file);
    const kept = await contentOf(file);
    await refuses(dir.path, name);
    assert.deepEqual(await contentOf(file), kept, `${name}: the check changes nothing`);
  }
});

Deno.test("a truncated database is refused with 1 and one line, even after a clean stop", async () => {
  await using dir = await tempDir();
  await fill(dir.path, "stopped");
  const file = path(dir.path, "chatterbox.db");
  Deno.truncateSync(file, Math.floor(Deno.statSync(file).size / PAGE / 2) * PAGE);
  await refuses(dir.path, "half a database");
});

Deno.test(`a database damaged in the middle (${PLACES} positions) is refused with 1 and one line after an unclean stop`, async () => {
  await using dir = await tempDir();
  await fill(dir.path, "killed");
  const file = path(dir.path, "chatterbox.db");
  const whole = await contentOf(file);
  const log = await contentOf(`${file}-wal`);
  // A page that is also in the WAL would be repaired by it.
  const inUse = pagesOf(file).filter((page) => !pagesInLog(log).has(page));
  assert(inUse.length >= 5, `${inUse.length} pages can be damaged`);
  for (let n = 0; n < PLACES; n++) {
    const page = inUse[Math.floor(n * inUse.length / PLACES)]!;
    Deno.writeFileSync(file, whole);
    Deno.writeFileSync(`${file}-wal`, log);
    overwrite(file, (page - 1) * PAGE, noise(PAGE));
    await refuses(dir.path, `page ${page} of noise`);
    // It stays refused: the check must not count as a clean stop.
    await refuses(dir.path, `page ${page} of noise, once more`);
  }
  Deno.writeFileSync(file, whole);
  Deno.writeFileSync(`${file}-wal`, log);
  await using server = await startProgram({ dataDir: dir.path });
  await using alice = await join(server, "alice");
  assert.equal(alice.all("history")[0].messages.length, 50, "undamaged, it starts");
});

/** Lets the program create a database with some history, and stops it. */
async function fill(dataDir: string, end: "stopped" | "killed"): Promise<void> {
  await using server = await startProgram({ dataDir });
  await using alice = await join(server, "alice");
  for (let n = 0; n < MESSAGES; n += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, at) => alice.say(`message ${n + at} ${"x".repeat(2000)}`)));
  }
  if (end === "stopped") return void assert.equal(await server.stop(), 0);
  // What a checkpoint has written to the file can be damaged there.
  using database = new DatabaseSync(path(dataDir, "chatterbox.db"));
  database.exec("pragma wal_checkpoint(passive)");
  await alice.say("the last one");
  await server.kill();
}

/** Numbers of the pages after the first. */
function pagesOf(file: string): number[] {
  const pages = Deno.statSync(file).size / PAGE;
  return Array.from({ length: pages - 1 }, (_, n) => n + 2);
}

/** Numbers of the pages in a write-ahead log (https://www.sqlite.org/fileformat2.html#walformat). */
function pagesInLog(log: Uint8Array): Set<number> {
  const view = new DataView(log.buffer);
  const pages = new Set<number>();
  for (let at = 32; at + 24 + PAGE <= log.length; at += 24 + PAGE) pages.add(view.getUint32(at));
  return pages;
}

async function contentOf(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return await Deno.readFile(file).catch(() => new Uint8Array());
}

async function refuses(dataDir: string, what: string): Promise<void> {
  const { file, args } = command("serve");
  const { code, stdout, stderr } = await new Deno.Command(file, {
    args,
    env: { NO_COLOR: "1", PORT: "0", DATA_DIR: dataDir },
    stdin: "null",
    signal: AbortSignal.timeout(30_000),
  }).output();
  const output = new TextDecoder().decode(stderr);
  assert.deepEqual([code, new TextDecoder().decode(stdout)], [1, ""], `${what}: ${output}`);
  assert.match(output, /^[^\n]+\n$/, `${what}: one line`);
  assert(output.includes("chatterbox.db"), output);
  assert.doesNotMatch(output, /\n {4}at |Error:|file:\/\//, "no stack trace");
}
