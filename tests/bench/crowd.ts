import { asBrowser, at, type Bench, type Figures, headOf, medians, type Server, valid } from "./harness.ts";
import { seed } from "./seed.ts";

const CONNECTIONS = 10_000;
const SENDERS = 10;
const RATE = 10;
const SECONDS = 10;

/** One very large room with little traffic. `memory` measures its memory. */
export async function crowd(bench: Bench): Promise<void> {
  if (!bench.hasRoomFor(CONNECTIONS)) return;
  const dataDir = await bench.directory();
  const tokens = await seed(dataDir, { users: CONNECTIONS });
  const tokenFile = await bench.tokenFile(tokens);
  await using ours = await bench.chatterbox({ dataDir });
  await using bun = await bench.bunPeer();

  async function load(server: Server): Promise<Figures> {
    const where = server === ours
      ? [...asBrowser(ours, tokenFile), "-u", `/ws?after=${await headOf(ours, tokens[0]!)}`]
      : ["-u", "/ws"];
    const size = [
      "-n",
      String(CONNECTIONS),
      "-s",
      String(SENDERS),
      "-r",
      String(RATE),
      "-d",
      String(SECONDS),
      "-w",
      "5",
    ];
    return await bench.wsload(...at(server), ...where, ...size);
  }

  const runs: Record<"ours" | "theirs", Figures[]> = { ours: [], theirs: [] };
  for (let round = 0; round < bench.rounds; round++) {
    runs.ours.push(await load(ours));
    if (bun) runs.theirs.push(await load(bun));
  }
  const a = medians(valid(bench, "Chatterbox", runs.ours));
  const b = medians(valid(bench, "Bun", runs.theirs));

  bench.say(
    `${CONNECTIONS} sockets of as many users in one room, ${RATE} messages/s, HTML. Median of ${bench.rounds} interleaved rounds.\n`,
  );
  const row = (name: string, { connect_s, cpu_us_per_delivery, p50_ms, p99_ms }: Figures) =>
    [name, connect_s, cpu_us_per_delivery, p50_ms, p99_ms].map((each) => each ?? NaN);
  bench.table(["", "all joined after s", "CPU µs per delivery", "p50 ms", "p99 ms"], [
    row("Chatterbox", a),
    ...(bun ? [row("Bun", b)] : []),
  ]);
  if (bun) {
    const what = `${CONNECTIONS} sockets in one room, ${RATE} messages/s: p99, × Bun`;
    bench.find({ what, is: a.p99_ms! / b.p99_ms!, most: 2 });
  }
}
