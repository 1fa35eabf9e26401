import { asBrowser, at, type Bench, headOf, residentKb, sleep } from "./harness.ts";
import { seed } from "./seed.ts";

const CROWDS = [1000, 10_000];

/** What a new client without `after` is sent. */
const HISTORY = 50;

/** From the last join to the measurement, in s: the garbage of joining is collected meanwhile. */
const REST = 20;

/** The cost of idle connections: one run of a fresh program per figure. */
export async function memory(bench: Bench): Promise<void> {
  const dataDir = await bench.directory();
  const tokens = await seed(dataDir, { users: Math.max(...CROWDS), messages: HISTORY });
  const tokenFile = await bench.tokenFile(tokens);

  /** Resident KB before and after `connections` have joined. */
  async function join(connections: number, history: boolean): Promise<[idle: number, joined: number]> {
    await using ours = await bench.chatterbox({ dataDir });
    const path = history ? "/ws" : `/ws?after=${await headOf(ours, tokens[0]!)}`;
    await sleep(2000);
    const idle = residentKb(ours.pid);
    const size = ["-n", String(connections), "-s", "1", "-r", "0", "-d", "0", "-w", String(REST)];
    const { kb_per_conn } = await bench.wsload(...at(ours), ...asBrowser(ours, tokenFile), "-u", path, ...size);
    return [idle, idle + connections * kb_per_conn!];
  }

  const rows: (string | number)[][] = [];
  for (const history of [false, true]) {
    const growths: number[] = [];
    for (const connections of CROWDS.filter((each) => bench.hasRoomFor(each))) {
      const [idle, joined] = await join(connections, history);
      if (rows.length === 0) {
        rows.push(["nobody", idle / 1024, "", ""]);
        bench.say(
          `Resident memory ${REST} s after the last has joined; each of another user, in one room, HTML. One run each.\n`,
        );
      }
      growths.push(joined - idle);
      const more = growths.length > 1 ? (joined - idle - growths[0]!) / (connections - CROWDS[0]!) : "";
      const what = `${connections} sockets${history ? `, each was sent ${HISTORY} messages` : ""}`;
      rows.push([what, joined / 1024, (joined - idle) / connections, more]);
      // With fewer connections most of it is fixed cost and uncollected garbage.
      if (connections === Math.max(...CROWDS)) {
        bench.find({ what: `memory: ${what}, each`, is: (joined - idle) / connections, unit: "KB", most: 30 });
      }
    }
  }
  bench.table(["", "MB", "KB each", `KB each beyond ${CROWDS[0]}`], rows);
}
