import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import type { Program } from "../support/program.ts";
import { asBrowser, type Bench, type Figures, headOf, median, sleep, WRONGS } from "./harness.ts";
import { seed } from "./seed.ts";

const CONNECTIONS = 5000;
const RATE = 10;

/** The length of a run, in s; the disconnect is CUT after its beginning. */
const SECONDS = 20;
const CUT = 5;

interface Storm {
  readonly name: string;
  readonly rooms: number;
  readonly senders: number;
  /** How everybody is disconnected: by the network, or by a restart of the program. */
  readonly by: "network" | "restart";
}

const STORMS: Storm[] = [
  { name: "one room, the network fails", rooms: 1, senders: 10, by: "network" },
  { name: "500 rooms, the network fails", rooms: 500, senders: 500, by: "network" },
  { name: "one room, the program restarts", rooms: 1, senders: 10, by: "restart" },
];

/** All clients are disconnected and resume at once, while others (or they themselves) keep sending. */
export async function reconnect(bench: Bench): Promise<void> {
  bench.say(
    `${CONNECTIONS} sockets are cut and all dial again at once with ?after=, while ${RATE} messages/s are sent, HTML, from source. ` +
      `Reads are of the table of messages, after the cut. Median of ${bench.rounds} rounds.\n`,
  );
  const rows: (string | number)[][] = [];
  for (const storm of STORMS) {
    const runs: Figures[] = [];
    for (let round = 0; round < bench.rounds; round++) runs.push(await one(bench, storm));
    const worst = (name: string) => Math.max(...runs.map((run) => run[name]!));
    const back = median(runs.map(({ back_s }) => back_s!));
    const missing = Math.max(...runs.map(({ closed, returned }) => closed! - returned!));
    const reads = worst("reads") / storm.rooms;
    rows.push([storm.name, back, missing, ...WRONGS.map(worst), reads]);
    bench.find({
      what: `${storm.name}: ${CONNECTIONS} are live again`,
      is: missing > 0 ? NaN : back,
      unit: "s",
      most: 5,
    });
    bench.find({ what: `${storm.name}: gaps, doubles and disorder`, is: Math.max(...WRONGS.map(worst)), most: 0 });
    bench.find({ what: `${storm.name}: reads of messages per room`, is: reads, most: 1 });
  }
  bench.table([
    "",
    "all live again after s",
    "not back",
    "gaps",
    "doubles",
    "astray",
    "out of order",
    "in another order",
    "reads per room",
  ], rows);
}

async function one(bench: Bench, { rooms, senders, by }: Storm): Promise<Figures> {
  const dataDir = await bench.directory();
  const readsFile = join(dataDir, "reads.json");
  const tokens = await seed(dataDir, { users: CONNECTIONS, rooms: [rooms] });
  const tokenFile = await bench.tokenFile(tokens);
  const options = { dataDir, env: { BENCH_VARIANT: "reads", BENCH_READS: readsFile } };
  let program = await bench.variant(options);
  try {
    const { url, port, pid } = program;
    const room = `room=of-${rooms}-%r`;
    const head = await headOf(program, tokens[0]!, `of-${rooms}-0`);
    const where = ["-p", String(port), ...asBrowser({ url, port, pid }, tokenFile), "-g", String(rooms)];
    const paths = ["-u", `/ws?${room}&after=${head}`, "-y", `/ws?${room}&after=%a`, "-A", String(head)];
    const size = ["-n", String(CONNECTIONS), "-s", String(senders), "-r", String(RATE), "-d", String(SECONDS)];
    const how = by === "network" ? ["-x", String(CUT)] : ["-X"];
    const message = ["-m", '{"content":"%s","nonce":"%n"}', "-w", "2", "-f", String(CONNECTIONS)];
    const joined = Promise.withResolvers<void>();
    const running = bench.wsloadThen(joined.resolve, ...where, ...paths, ...size, ...how, ...message);
    if (by === "restart") {
      await joined.promise;
      await sleep(CUT * 1000);
      await program.stop();
      program = await bench.variant({ ...options, port });
    }
    const figures = await running;
    const times = await readsOf(program, readsFile);
    return { ...figures, reads: times.filter((time) => time >= figures.cut_ms!).length };
  } finally {
    await program[Symbol.asyncDispose]();
  }
}

/** When messages were read, in ms. */
async function readsOf(program: Program, file: string): Promise<number[]> {
  await Deno.remove(file).catch(() => {});
  Deno.kill(program.pid, "SIGUSR2");
  return await eventually(async () => {
    const text = await Deno.readTextFile(file).catch(() => "");
    return text.endsWith("]") ? JSON.parse(text) as number[] : undefined;
  }, 20_000);
}
