/**
 * Measures the time from `exec` to the first answer with status 200: in an empty folder, and with a million messages,
 * interleaved.
 *
 *     CHATTERBOX_EXE=$PWD/chatterbox deno run -A tests/bench/startup.ts
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { openStore } from "../../db/open_store.ts";
import { command } from "../support/program.ts";
import { Bench, median } from "./harness.ts";

const ROUNDS = 11;
const MESSAGES = 1_000_000;

/** How often a starting program is polled, in ms. */
const PATIENCE = 1;

export interface Starts {
  /** In ms, one for each start. */
  readonly times: number[];
  /** Resident memory of the idle program, in MB, one for each start. */
  readonly memory: number[];
}

export interface Startup {
  readonly empty: Starts;
  readonly million: Starts;
}

/** Takes some ten seconds for the messages, and one second per round. */
export async function startup(rounds = ROUNDS): Promise<Startup> {
  const folder = await Deno.makeTempDir({ prefix: "chatterbox-startup-" });
  const result = { empty: { times: [], memory: [] }, million: { times: [], memory: [] } };
  try {
    const million = join(folder, "million");
    await fill(million);
    for (let round = 0; round < rounds; round++) {
      await start(join(folder, `empty-${round}`), result.empty);
      await start(million, result.million);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return result;
}

async function start(dataDir: string, { times, memory }: Starts): Promise<void> {
  const port = freePort();
  const { file, args } = command("serve");
  const env = { PORT: String(port), DATA_DIR: dataDir, LOG_FORMAT: "json" };
  const begin = performance.now();
  const child = new Deno.Command(file, { args, env, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  let ended = false;
  child.status.then(() => ended = true);
  try {
    while (!await answers(port)) {
      if (ended) throw new Error(`The program ended instead of starting: ${file} ${args.join(" ")}`);
      await sleep(PATIENCE);
    }
    times.push(performance.now() - begin);
    // Work done after the first answer belongs to an idle program too.
    await sleep(300);
    const status = await Deno.readTextFile(`/proc/${child.pid}/status`);
    memory.push(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
  } finally {
    if (!ended) child.kill("SIGTERM");
    await child.status;
  }
}

/** Whether it answers with 200. Written by hand, because the first `fetch` would add its own startup time. */
async function answers(port: number): Promise<boolean> {
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"));
    const answer = new Uint8Array(64);
    const length = await connection.read(answer);
    return new TextDecoder().decode(answer.subarray(0, length ?? 0)).startsWith("HTTP/1.1 200 ");
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw error;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function fill(dataDir: string): Promise<void> {
  await Deno.mkdir(dataDir);
  const file = join(dataDir, "chatterbox.db");
  await (await openStore(`sqlite:${file}`)).close();
  using database = new DatabaseSync(file);
  database.exec("insert into users (id, username, password_hash, created_at) values (1, 'alice', 'none', 0)");
  database.exec("insert into members (room_id, user_id, joined_at) values (1, 1, 0)");
  const insert = database.prepare(
    "insert into messages (room_id, author_id, content, created_at, seq, rev, nonce) values (1, 1, ?, ?, ?, ?, ?)",
  );
  const now = Date.now();
  database.exec("begin");
  for (let seq = 1; seq <= MESSAGES; seq++) {
    // One per second up to now: those of the last day still have their nonces.
    const age = (MESSAGES - seq) * 1000;
    const nonce = age < 24 * 60 * 60 * 1000 ? crypto.randomUUID() : null;
    insert.run(`Message ${seq}: one of very many in this room`, now - age, seq, seq, nonce);
  }
  database.exec(`update rooms set head = ${MESSAGES}; commit; pragma wal_checkpoint(truncate)`);
}

/** From `exec` to the first 200. The target in ms is for the executable. */
export async function starting(bench: Bench): Promise<void> {
  await bench.calm();
  const { empty, million } = await startup();
  const executable = Deno.env.has("CHATTERBOX_EXE");
  bench.say(
    `From exec to the first 200, ${
      executable ? "the executable" : "from source"
    }. Median of ${ROUNDS} interleaved starts.\n`,
  );
  const places = [["an empty folder", empty], ["a million messages", million]] as const;
  bench.table(
    ["in", "median ms", "least ms", "idle MB"],
    places.map(([name, { times, memory }]) => [name, median(times), Math.min(...times), median(memory)]),
  );
  for (const [name, { times }] of executable ? places : []) {
    bench.find({ what: `from exec to the first 200, ${name}`, is: median(times), unit: "ms", most: 150 });
  }
  const what = "from exec to the first 200: a million messages, × none";
  bench.find({ what, is: median(million.times) / median(empty.times), most: 1.2 });
}

if (import.meta.main) {
  await using bench = await Bench.open({ rounds: 1, patient: false });
  await starting(bench);
}
