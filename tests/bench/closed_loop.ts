import type { Program } from "../support/program.ts";
import { at, type Bench, type Figures, medians, valid } from "./harness.ts";
import { seed } from "./seed.ts";

const SENDERS = 200;
const SECONDS = 6;

/** 200 senders in 200 rooms, in twenty rooms of ten, in one room. */
const ROOMS = [SENDERS, 20, 1];

const VARIANTS = [
  { name: "shared commits, synchronous=FULL (as it is)", variant: "" },
  { name: "shared commits, synchronous=NORMAL", variant: "normal" },
  { name: "one commit a message, synchronous=FULL", variant: "single" },
] as const;

type Variant = typeof VARIANTS[number]["variant"];

/** Every sender waits for the ack before it sends the next message: the cost of durable storage. */
export async function closedLoop(bench: Bench): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const started = new Map<Variant, { program: Program; tokenFile: string }>();
  for (const { variant } of VARIANTS) {
    const dataDir = await bench.directory();
    const tokenFile = await bench.tokenFile(await seed(dataDir, { users: SENDERS, rooms: ROOMS }));
    const program = stack.use(await bench.variant({ dataDir, env: { BENCH_VARIANT: variant } }));
    started.set(variant, { program, tokenFile });
  }

  async function load(variant: Variant, rooms: number, seconds: number): Promise<Figures> {
    const { program, tokenFile } = started.get(variant)!;
    const where = ["-t", tokenFile, "-u", `/ws?room=of-${rooms}-%r&token=%s`, "-g", String(rooms)];
    const what = ["-c", "-m", '{"content":"%s","nonce":"%n"}', "-n", String(SENDERS), "-s", String(SENDERS)];
    return await bench.wsload(...at(program), ...where, ...what, "-d", String(seconds), "-w", "1");
  }
  for (const { variant } of VARIANTS) await load(variant, SENDERS, 2);

  bench.say(`${SENDERS} senders in a closed loop, JSON, from source. Median of ${bench.rounds} interleaved rounds.\n`);
  const rows: (string | number)[][] = [];
  for (const rooms of ROOMS) {
    const runs = new Map<Variant, Figures[]>(VARIANTS.map(({ variant }) => [variant, []]));
    for (let round = 0; round < bench.rounds; round++) {
      for (const { variant } of VARIANTS) runs.get(variant)!.push(await load(variant, rooms, SECONDS));
    }
    const layout = `${rooms} ${rooms === 1 ? "room" : "rooms"} of ${SENDERS / rooms}`;
    const of = new Map(
      [...runs].map(([variant, each]) => [variant, medians(valid(bench, `${layout}, ${variant || "as it is"}`, each))]),
    );
    for (const { name, variant } of VARIANTS) {
      const { acks_per_s, ack_p50_ms, ack_p99_ms, acks, server_cpu_s } = of.get(variant)!;
      rows.push([
        layout,
        name,
        ...[acks_per_s, ack_p50_ms, ack_p99_ms, server_cpu_s! / acks! * 1e6].map((each) => each ?? NaN),
      ]);
    }
    const acked = `${SENDERS} senders in a closed loop, ${layout}: acknowledged a second`;
    const ratio = (variant: Variant) => of.get("")!.acks_per_s! / of.get(variant)!.acks_per_s!;
    bench.find({ what: `${acked}, × synchronous=NORMAL`, is: ratio("normal"), least: 0.8 });
    bench.find({ what: `${acked}, × one commit a message`, is: ratio("single"), least: 5 });
  }
  bench.table(["", "", "acknowledged/s", "p50 ms", "p99 ms", "CPU µs per message"], rows);
}
