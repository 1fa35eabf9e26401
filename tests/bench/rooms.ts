import { asBrowser, at, type Bench, type Figures, medians, type Server, valid } from "./harness.ts";
import { seed } from "./seed.ts";

const ROOMS = 500;
const OF = 10;
const USERS = ROOMS * OF;

/** In s; each user sends one message in this time. */
const SECONDS = 10;

/** Many small rooms, next to a loop that only fans out within rooms. */
export async function rooms(bench: Bench): Promise<void> {
  const dataDir = await bench.directory();
  const tokens = await seed(dataDir, { users: USERS, rooms: [ROOMS] });
  const tokenFile = await bench.tokenFile(tokens);
  await using ours = await bench.chatterbox({ dataDir });
  await using bare = await bench.peer("bare ws loop", "ws_rooms.mjs");

  async function load(server: Server): Promise<Figures> {
    const encoding = server === ours ? asBrowser(ours, tokenFile) : [];
    const size = ["-n", String(USERS), "-s", String(USERS), "-r", String(USERS / SECONDS), "-d", String(SECONDS)];
    return await bench.wsload(
      ...at(server),
      ...encoding,
      "-u",
      `/ws?room=of-${ROOMS}-%r`,
      "-g",
      String(ROOMS),
      ...size,
      "-w",
      "3",
    );
  }

  const runs: Record<"ours" | "theirs", Figures[]> = { ours: [], theirs: [] };
  for (let round = 0; round < bench.rounds; round++) {
    runs.ours.push(await load(ours));
    runs.theirs.push(await load(bare));
  }
  const a = medians(valid(bench, "Chatterbox", runs.ours));
  const b = medians(valid(bench, "bare ws loop", runs.theirs));

  bench.say(
    `${ROOMS} rooms of ${OF}, one message per user in ${SECONDS} s, HTML. Median of ${bench.rounds} interleaved rounds.\n`,
  );
  const row = (name: string, { connect_s, server_cpu_s, p50_ms, p99_ms }: Figures) =>
    [name, connect_s, server_cpu_s! / SECONDS * 100, p50_ms, p99_ms].map((each) => each ?? NaN);
  bench.table(["", "all joined after s", "CPU, % of a core", "p50 ms", "p99 ms"], [
    row("Chatterbox", a),
    row("bare ws loop", b),
  ]);
  const what = `${ROOMS} rooms of ${OF}, ${USERS / SECONDS} messages/s`;
  bench.find({ what: `${what}: p99`, is: a.p99_ms ?? NaN, unit: "ms", most: 25 });
  bench.find({ what: `${what}: CPU, × bare ws loop`, is: a.server_cpu_s! / b.server_cpu_s!, most: 1.3 });
}
