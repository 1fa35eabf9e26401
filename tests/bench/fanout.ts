import { asBrowser, at, type Bench, type Figures, headOf, medians, type Server, valid } from "./harness.ts";
import { seed } from "./seed.ts";

const CONNECTIONS = 1000;
const SENDERS = 10;
const SECONDS = 6;

/** The peers measured at each rate: above 50 the bare loop cannot keep up. */
const RATES: [rate: number, peers: string[]][] = [[50, ["bare ws loop", "Bun"]], [200, ["Bun"]], [1000, ["Bun"]]];

/** One large room at three rates, next to loops that only fan out. */
export async function fanout(bench: Bench): Promise<void> {
  const dataDir = await bench.directory();
  const tokens = await seed(dataDir, { users: CONNECTIONS });
  const tokenFile = await bench.tokenFile(tokens);
  await using ours = await bench.chatterbox({ dataDir });
  await using bare = await bench.peer("bare ws loop", "ws_chat.mjs");
  await using bun = await bench.bunPeer();

  async function load(server: Server, rate: number, seconds: number): Promise<Figures> {
    const where = server === ours
      ? [...asBrowser(ours, tokenFile), "-u", `/ws?after=${await headOf(ours, tokens[0]!)}`]
      : ["-u", "/ws"];
    const size = [
      "-n",
      String(CONNECTIONS),
      "-s",
      String(SENDERS),
      "-r",
      String(rate),
      "-d",
      String(seconds),
      "-w",
      "2",
    ];
    return await bench.wsload(...at(server), ...where, ...size);
  }

  const servers: [string, Server][] = [
    ["Chatterbox", ours],
    ["bare ws loop", bare],
    ...(bun ? [["Bun", bun] as [string, Server]] : []),
  ];
  for (const [, server] of servers) await load(server, 200, 2);

  bench.say(
    `${CONNECTIONS} sockets in one room, ${SENDERS} senders, HTML. Median of ${bench.rounds} interleaved rounds.\n`,
  );
  const rows: (string | number)[][] = [];
  for (const [rate, peers] of RATES) {
    const measured = servers.filter(([name]) => name === "Chatterbox" || peers.includes(name));
    const runs = new Map<string, Figures[]>(measured.map(([name]) => [name, []]));
    for (let round = 0; round < bench.rounds; round++) {
      for (const [name, server] of measured) runs.get(name)!.push(await load(server, rate, SECONDS));
    }
    const of = new Map([...runs].map(([name, each]) => [name, medians(valid(bench, `${name} at ${rate}/s`, each))]));
    for (const [name, { cpu_us_per_delivery, p50_ms, p99_ms, deliveries_per_s }] of of) {
      rows.push([rate, name, deliveries_per_s ?? NaN, cpu_us_per_delivery ?? NaN, p50_ms ?? NaN, p99_ms ?? NaN]);
    }
    judge(bench, rate, of);
  }
  bench.table(["messages/s", "", "deliveries/s", "CPU µs per delivery", "p50 ms", "p99 ms"], rows);
}

function judge(bench: Bench, rate: number, of: Map<string, Figures>): void {
  const ours = of.get("Chatterbox")!;
  const ratio = (peer: string, name: string) => (ours[name] ?? NaN) / (of.get(peer)?.[name] ?? NaN);
  const what = `${CONNECTIONS} sockets in one room, ${rate} messages/s`;
  if (rate === 50) {
    bench.find({
      what: `${what}: CPU per delivery, × bare ws loop`,
      is: ratio("bare ws loop", "cpu_us_per_delivery"),
      most: 1.15,
    });
    bench.find({ what: `${what}: p99, × bare ws loop`, is: ratio("bare ws loop", "p99_ms"), most: 1.5 });
    return;
  }
  if (of.has("Bun")) {
    const most = rate === 200 ? 0.5 : 0.9;
    bench.find({ what: `${what}: CPU per delivery, × Bun`, is: ratio("Bun", "cpu_us_per_delivery"), most });
  }
  if (rate === 1000) bench.find({ what: `${what}: p99`, is: ours.p99_ms ?? NaN, unit: "ms", most: 100 });
}
