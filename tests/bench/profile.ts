/**
 * Shows where the time goes: takes a CPU profile of the program, from source, through V8's inspector under load, and
 * prints it. Or where the memory goes: the heap per idle connection, and what else grows. It profiles the event loop's
 * thread; for the writer thread and the kernel: `perf record -g -p PID`.
 *
 *     deno run -A tests/bench/profile.ts fanout 50         1,000 sockets in one room, 50 messages/s
 *     deno run -A tests/bench/profile.ts rooms             500 rooms of 10, 500 messages/s
 *     deno run -A tests/bench/profile.ts closed_loop 200   200 senders, each waits for its ack, in 200 rooms
 *     deno run -A tests/bench/profile.ts join 5000         5,000 sockets join one room
 *     deno run -A tests/bench/profile.ts heap 5000         memory of 5,000 idle connections
 *     deno run -A tests/bench/profile.ts fanout 50 --save=fanout.cpuprofile       for Chromium's developer tools
 */
// deno-lint-ignore-file no-console
import { parseArgs } from "node:util";
import type { Program } from "../support/program.ts";
import { type CpuProfile, describeProfile } from "./cpu_profile.ts";
import { asBrowser, at, Bench, type Figures, residentKb, sleep } from "./harness.ts";
import { describeGrowth, type Kind, kindsOf } from "./heap_snapshot.ts";
import { Inspector } from "./inspector.ts";
import { type Seed, seed } from "./seed.ts";

/** Between two samples, in µs. */
const INTERVAL = 500;

/** The warm-up before the profile, and the length of the profile, in s. */
const WARM_UP = 3;
const LENGTH = 8;

/** In ms, until the server forgets clients that have left: the grace period and two heartbeats. */
const FORGETTING = 20_000;

const { values, positionals: [what = "", number] } = parseArgs({
  args: Deno.args,
  options: { save: { type: "string" } },
  allowPositionals: true,
});
const scenarios: Record<string, (bench: Bench) => Promise<void>> = {
  fanout: (bench) => fanout(bench, Number(number ?? 50)),
  rooms,
  closed_loop: (bench) => closedLoop(bench, Number(number ?? 200)),
  join: (bench) => join(bench, Number(number ?? 5000)),
  heap: (bench) => heap(bench, Number(number ?? 5000)),
};
async function fanout(bench: Bench, rate: number): Promise<void> {
  await underLoad(bench, { users: 1000 }, ({ tokenFile, program }) => [
    ...asBrowser(program, tokenFile),
    ...["-u", "/ws?after=0", "-n", "1000", "-s", "10", "-r", String(rate)],
  ]);
}

async function rooms(bench: Bench): Promise<void> {
  await underLoad(bench, { users: 5000, rooms: [500] }, ({ tokenFile, program }) => [
    ...asBrowser(program, tokenFile),
    ...["-u", "/ws?room=of-500-%r", "-g", "500", "-n", "5000", "-s", "5000", "-r", "500"],
  ]);
}

async function closedLoop(bench: Bench, rooms: number): Promise<void> {
  await underLoad(bench, { users: 200, rooms: [rooms] }, ({ tokenFile }) => [
    ...["-t", tokenFile, "-u", `/ws?room=of-${rooms}-%r&token=%s`, "-g", String(rooms), "-n", "200", "-s", "200"],
    ...["-c", "-m", '{"content":"%s","nonce":"%n"}'],
  ]);
}

async function underLoad(bench: Bench, content: Seed, load: (subject: Subject) => string[]): Promise<void> {
  await using subject = await Subject.start(bench, content);
  const { inspector, program } = subject;
  const profile = Promise.withResolvers<CpuProfile>();
  const joined = async () => {
    await sleep(WARM_UP * 1000);
    await startProfile(inspector);
    await sleep(LENGTH * 1000);
    profile.resolve(await stopProfile(inspector));
  };
  const seconds = String(WARM_UP + LENGTH + 2);
  const figures = await bench.wsloadThen(
    () => void joined().catch(profile.reject),
    ...at(program),
    ...load(subject),
    ...["-d", seconds, "-w", "3"],
  );
  await tell(await profile.promise, figures);
}

async function join(bench: Bench, connections: number): Promise<void> {
  await using subject = await Subject.start(bench, { users: connections });
  const { inspector, program, tokenFile } = subject;
  await startProfile(inspector);
  const size = ["-n", String(connections), "-s", "1", "-r", "0", "-d", "0", "-w", "0"];
  const figures = await bench.wsload(...at(program), ...asBrowser(program, tokenFile), "-u", "/ws?after=0", ...size);
  await tell(await stopProfile(inspector), figures);
}

async function startProfile(inspector: Inspector): Promise<void> {
  await inspector.call("Profiler.enable");
  await inspector.call("Profiler.setSamplingInterval", { interval: INTERVAL });
  await inspector.call("Profiler.start");
}

async function stopProfile(inspector: Inspector): Promise<CpuProfile> {
  return (await inspector.call<{ profile: CpuProfile }>("Profiler.stop")).profile;
}

async function tell(profile: CpuProfile, figures: Figures): Promise<void> {
  console.log(Object.entries(figures).map(([name, value]) => `${name}=${value}`).join(" ") + "\n");
  console.log(describeProfile(profile));
  if (values.save !== undefined) await Deno.writeTextFile(values.save, JSON.stringify(profile));
}

/** The memory that `connections` idle ones retain, and its share of the process's growth. */
async function heap(bench: Bench, connections: number): Promise<void> {
  await using subject = await Subject.start(bench, { users: connections });
  const { inspector, program, tokenFile } = subject;
  const where = [...at(program), ...asBrowser(program, tokenFile), "-u", "/ws?after=0"];
  // One-time costs of the first connections are not counted.
  await bench.wsload(...where, ...["-n", "100", "-s", "1", "-r", "0", "-d", "0", "-w", "1"]);
  await sleep(FORGETTING);
  const before = await memoryOf(subject);
  const look = Promise.withResolvers<[Record<string, number>, Map<string, Kind>]>();
  const joined = async () => {
    await sleep(1000);
    look.resolve([await memoryOf(subject), await snapshot(inspector)]);
  };
  // Long enough for the snapshot to be taken while they are connected.
  const size = ["-n", String(connections), "-s", "1", "-r", "0", "-d", String(10 + connections / 100), "-w", "5"];
  await bench.wsloadThen(() => void joined().catch(look.reject), ...where, ...size);
  const [after, kindsAfter] = await look.promise;
  await sleep(FORGETTING);
  // A snapshot makes the process grow, so the second one is without connections.
  const kindsBefore = await snapshot(inspector);
  const parts = Object.entries(after).map(([name, bytes]) =>
    `${name} ${((bytes - before[name]!) / connections / 1024).toFixed(1)}`
  );
  console.log(`KB more for each: ${parts.join(", ")}\n${describeGrowth(kindsBefore, kindsAfter, connections)}`);
}

/** After a garbage collection, in bytes. */
async function memoryOf({ inspector, program }: Subject): Promise<Record<string, number>> {
  await inspector.call("HeapProfiler.collectGarbage");
  const { result } = await inspector.call<{ result: { value: string } }>("Runtime.evaluate", {
    expression: "JSON.stringify(Deno.memoryUsage())",
  });
  const { heapUsed, heapTotal, external } = JSON.parse(result.value);
  return { resident: residentKb(program.pid) * 1024, heapTotal, heapUsed, external };
}

async function snapshot(inspector: Inspector): Promise<Map<string, Kind>> {
  const chunks: string[] = [];
  inspector.on<{ chunk: string }>("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => void chunks.push(chunk));
  await inspector.call("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  return kindsOf(JSON.parse(chunks.join("")));
}

class Subject implements AsyncDisposable {
  readonly program: Program;
  readonly inspector: Inspector;
  readonly tokenFile: string;

  private constructor(program: Program, inspector: Inspector, tokenFile: string) {
    this.program = program;
    this.inspector = inspector;
    this.tokenFile = tokenFile;
  }

  static async start(bench: Bench, content: Seed): Promise<Subject> {
    const dataDir = await bench.directory();
    const tokenFile = await bench.tokenFile(await seed(dataDir, content));
    const program = await bench.variant({ dataDir, flags: ["--inspect=127.0.0.1:0"] });
    return new Subject(program, await Inspector.of(program.stderr), tokenFile);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.inspector.close();
    await this.program[Symbol.asyncDispose]();
  }
}

const scenario = scenarios[what];
if (!scenario) {
  console.error(
    `Usage: deno run -A tests/bench/profile.ts ${Object.keys(scenarios).join(" | ")} [NUMBER] [--save=FILE]`,
  );
  Deno.exit(2);
}
await using bench = await Bench.open({ rounds: 1, patient: false });
await scenario(bench);
