import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import settings from "../deno.json" with { type: "json" };
import { api, tokenOf } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { command, startProgram } from "./support/program.ts";
import { tempDir } from "./support/temp_dir.ts";

/** Runs the program to its end, in a folder of its own. */
async function run(args: string[], env: Record<string, string> = {}) {
  await using dir = await tempDir();
  const { file, args: all } = command(...args);
  const { code, stdout, stderr } = await new Deno.Command(file, {
    args: all,
    cwd: dir.path,
    env: { NO_COLOR: "1", PORT: "0", RATE_LIMITS: "off", BCRYPT_COST: "4", ...env },
    stdin: "null",
    signal: AbortSignal.timeout(20_000),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return {
    code,
    stdout: text(stdout),
    stderr: text(stderr),
    left: [...Deno.readDirSync(dir.path)].map(({ name }) => name),
  };
}

function oneLine(text: string): void {
  assert.match(text, /^[^\n]+\n$/, "one line");
  assert.doesNotMatch(text, /\n {4}at |Error:|file:\/\//, "no stack trace");
}

Deno.test("`--help` and `--version` print their text and start nothing", async () => {
  const help = await run(["--help"]);
  assert.deepEqual([help.code, help.stderr, help.left], [0, "", []]);
  assert.match(help.stdout, /Usage:\n {2}chatterbox \[serve\]/);
  const version = await run(["--version"]);
  assert.deepEqual([version.code, version.stdout], [0, `${settings.version}\n`]);
  const serve = await run(["serve", "--help"]);
  assert.deepEqual([serve.code, serve.stderr, serve.left], [0, "", []]);
  const variables = ["PORT", "HOST", "DATA_DIR", "DATABASE_URL", "PUBLIC_URL", "REGISTRATION", "BCRYPT_COST"];
  for (const name of [...variables, "SESSION_TTL", "RATE_LIMITS", "LOG_FORMAT", "SIGNING_KEY", "TRUST_PROXY"]) {
    assert.match(serve.stdout, new RegExp(`^ *${name} `, "m"));
  }
});

Deno.test("an unknown subcommand or flag exits with 2 and one line", async () => {
  const calls = [["dance"], ["--prot", "1"], ["serve", "extra"], ["serve", "--data"], ["serve", "-x"]];
  const results = await Promise.all(calls.map((args) => run(args)));
  for (const [at, { code, stdout, stderr, left }] of results.entries()) {
    assert.deepEqual([code, stdout, left], [2, "", []], calls[at]!.join(" "));
    oneLine(stderr);
  }
});

const refused: [name: string, value: string, accepted: RegExp][] = [
  ["PORT", "http", /a whole number from 0 to 65535/],
  ["PORT", "65536", /a whole number from 0 to 65535/],
  ["PORT", "-1", /a whole number/],
  ["PORT", "80.5", /a whole number/],
  ["DATABASE_URL", "chat.db", /sqlite:PATH/],
  ["PUBLIC_URL", "chat.example.org", /an address like https:/],
  ["PUBLIC_URL", "ftp://chat.example.org", /an address like https:/],
  ["PUBLIC_URL", "https://chat.example.org/chat", /without a path/],
  ["PUBLIC_URL", "https://alice@chat.example.org", /an address like https:/],
  ["REGISTRATION", "maybe", /open or closed/],
  ["BCRYPT_COST", "9", /from 10 to 15/],
  ["BCRYPT_COST", "16", /from 10 to 15/],
  ["BCRYPT_COST", "x", /from 10 to 15/],
  ["SESSION_TTL", "30", /a duration like/],
  ["SESSION_TTL", "0d", /a duration like/],
  ["SESSION_TTL", "99999d", /up to 3650d/],
  ["SESSION_TTL", "-1h", /a duration like/],
  ["RATE_LIMITS", "some", /on or off/],
  ["LOG_FORMAT", "xml", /pretty or json/],
  ["LOG_LEVEL", "loud", /debug or info or warn or error/],
  ["TRUST_PROXY", "yes", /on or off/],
];

Deno.test("an invalid setting exits with 2 and one line that names it, its value and what is accepted", async () => {
  const queue = [...refused];
  async function next(): Promise<void> {
    for (let each; (each = queue.shift());) {
      const [name, value, accepted] = each;
      const { code, stdout, stderr, left } = await run(["serve"], { [name]: value });
      assert.deepEqual([code, stdout, left], [2, "", []], `${name}=${value}`);
      oneLine(stderr);
      assert(stderr.startsWith(`${name}: "`), stderr);
      if (name !== "DATABASE_URL") assert(stderr.includes(`"${value}"`), stderr);
      assert.match(stderr, accepted);
    }
  }
  await Promise.all([next(), next(), next()]);
});

Deno.test("a low BCRYPT_COST is for tests only, and secrets are not printed", async () => {
  const cheap = await run(["serve"], { BCRYPT_COST: "4", RATE_LIMITS: "on" });
  assert.equal(cheap.code, 2);
  assert.match(cheap.stderr, /^BCRYPT_COST: "4" is not accepted, it must be a whole number from 10 to 15\n$/);
  const key = await run(["serve"], { SIGNING_KEY: "too short a secret" });
  assert.equal(key.code, 2);
  oneLine(key.stderr);
  assert.match(key.stderr, /^SIGNING_KEY: .*at least 32 bytes/);
  assert.doesNotMatch(key.stderr, /too short a secret/);
  const metrics = await run(["serve"], { METRICS_TOKEN: "fifteen-letters" });
  assert.deepEqual([metrics.code, metrics.stdout], [2, ""]);
  oneLine(metrics.stderr);
  assert.match(metrics.stderr, /^METRICS_TOKEN: .*at least 16 characters/);
  assert.doesNotMatch(metrics.stderr, /fifteen/);
  const database = await run(["serve"], { DATABASE_URL: "postgres://chat:hunter2@db/chat" });
  assert.equal(database.code, 2);
  assert.match(database.stderr, /^DATABASE_URL: "postgres:…" is not accepted, it must be sqlite:PATH\n$/);
});

Deno.test("the start logs the address, the paths, and who becomes the administrator", async () => {
  await using dir = await tempDir();
  const data = join(dir.path, "a", "new", "folder");
  await using server = await startProgram({ args: ["--data", data] });
  await eventually(() => server.stdout.trim().split("\n").length > 1);
  const [first, second, ...rest] = server.stdout.trim().split("\n");
  assert.equal(first, `Chatterbox ${settings.version} listening on ${server.url}, data in ${data}`);
  assert.match(first!, /http:\/\/127\.0\.0\.1:[1-9]\d*,/);
  assert.match(second!, /the first account created becomes the administrator/);
  assert.deepEqual(rest, []);
  await tokenOf(server, "alice");
  const names = [...Deno.readDirSync(data)].map(({ name }) => name).filter((name) => !/-(wal|shm)$/.test(name));
  assert.deepEqual(names.sort(), ["chatterbox.db", "signing.key"]);
  if (Deno.build.os !== "windows") assert.equal((await Deno.stat(data)).mode! & 0o777, 0o700);
  assert.equal(await server.stop(), 0);

  await using again = await startProgram({ args: ["--data", data, "--host", "localhost"] });
  assert.equal(again.stdout.trim().split("\n").length, 1, "an account exists by now");
  assert.match(again.stdout, /listening on http:\/\/localhost:/);
});

Deno.test("settings take effect: closed registration, database path, signing key", async () => {
  await using dir = await tempDir();
  const database = join(dir.path, "elsewhere.db");
  const env = { DATABASE_URL: `sqlite:${database}`, SIGNING_KEY: "k".repeat(32) };
  let token: string;
  {
    await using server = await startProgram({ env });
    token = await tokenOf(server, "alice");
    const kept = [...Deno.readDirSync(server.dataDir)].map(({ name }) => name);
    assert.deepEqual(kept, []);
    assert.equal(await server.stop(), 0);
  }
  await using server = await startProgram({ env: { ...env, REGISTRATION: "closed" } });
  assert.equal((await api(server, "/users", { token })).status, 200, "the key is the same in another data directory");
  const { status, body } = await api(server, "/register", { body: { username: "bob", password: "correct horse" } });
  assert.deepEqual([status, body], [403, { detail: "Registration is closed" }]);
});

Deno.test("the log has one JSON object per line, or pretty lines", async () => {
  await using json = await startProgram();
  await api(json, "/login", { body: { username: "nobody", password: "wrong horse" } });
  assert.equal(await json.stop(), 0);
  const lines = json.stderr.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ level, event }) => [level, event]), [["info", "request"], ["info", "stopping"]]);
  await using pretty = await startProgram({ env: { LOG_FORMAT: "pretty" } });
  await api(pretty, "/login", { body: { username: "nobody", password: "wrong horse" } });
  assert.equal(await pretty.stop(), 0);
  assert.match(
    stripVTControlCharacters(pretty.stderr),
    /^\d\d:\d\d:\d\d\.\d{3} info {2}request method=POST path=\/login status=401 /,
  );
});

Deno.test("a port in use exits with 1 and one line that says what to do", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  try {
    const { code, stdout, stderr } = await run(["serve", "--port", String(port)]);
    assert.deepEqual([code, stdout], [1, ""]);
    oneLine(stderr);
    assert.match(stderr, new RegExp(`127\\.0\\.0\\.1:${port}: the port is in use.*--port`));
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

Deno.test("an address of another machine exits with 1 and one line", async () => {
  const { code, stderr } = await run(["serve", "--host", "192.0.2.1"]);
  assert.equal(code, 1);
  oneLine(stderr);
  assert.match(stderr, /Cannot listen on 192\.0\.2\.1:0: .*--host/);
});

Deno.test("an unusable data directory exits with 1 and one line that says what to do", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "file");
  await Deno.writeTextFile(file, "in its place");
  for (const folder of [file, join(file, "below")]) {
    const { code, stdout, stderr } = await run(["serve", "--data", folder]);
    assert.deepEqual([code, stdout], [1, ""]);
    oneLine(stderr);
    assert(stderr.startsWith(`Cannot write to the data directory "${folder}"`), stderr);
    assert.match(stderr, /--data/);
  }
  assert.equal(await Deno.readTextFile(file), "in its place");
});

Deno.test("a file that is not a database exits with 1 and one line, and is left unchanged", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  const text = "A letter to Alice, and no database at all.\n".repeat(50);
  await Deno.writeTextFile(file, text);
  const { code, stdout, stderr } = await run(["serve", "--data", dir.path]);
  assert.deepEqual([code, stdout], [1, ""]);
  oneLine(stderr);
  assert(stderr.startsWith(`Cannot open the database ${file} (`), stderr);
  assert.match(stderr, /not a database.*--data/);
  assert.equal(await Deno.readTextFile(file), text);
});

Deno.test("a damaged signing key exits with 1 and one line that says what to do", async () => {
  await using dir = await tempDir();
  await Deno.writeFile(join(dir.path, "signing.key"), new Uint8Array(5));
  const { code, stdout, stderr } = await run(["serve", "--data", dir.path]);
  assert.deepEqual([code, stdout], [1, ""]);
  oneLine(stderr);
  assert.match(stderr, /signing\.key/);
});
