/**
 * The benchmarks: each measures the real program from outside, interleaved with peers. Trust the ratios, not the
 * figures. Needs Linux, a C compiler for the load generator and, for the rows against Bun, npm.
 *
 *     deno task bench                          all of them, from source
 *     deno task bench fanout rooms             some of them
 *     deno task bench --rounds=5 fanout        more rounds; --rounds=1 --hurry for a first result, on a busy machine too
 *     CHATTERBOX_EXE=$PWD/chatterbox deno task bench
 *
 * `deno run -A tests/bench/profile.ts` shows where the time and the memory go.
 */
// deno-lint-ignore-file no-console
import { parseArgs } from "node:util";
import { Bench, type Finding, plain } from "./harness.ts";

interface Benchmark {
  /** How long it takes with three rounds on two cores. */
  readonly minutes: number;
  load(): Promise<(bench: Bench) => Promise<void>>;
}

const benchmarks: Record<string, Benchmark> = {
  fanout: { minutes: 5, load: async () => (await import("./fanout.ts")).fanout },
  crowd: { minutes: 3, load: async () => (await import("./crowd.ts")).crowd },
  rooms: { minutes: 2, load: async () => (await import("./rooms.ts")).rooms },
  closed_loop: { minutes: 4, load: async () => (await import("./closed_loop.ts")).closedLoop },
  logins: { minutes: 2, load: async () => (await import("./logins.ts")).logins },
  reconnect: { minutes: 4, load: async () => (await import("./reconnect.ts")).reconnect },
  history: { minutes: 1, load: async () => (await import("./history.ts")).history },
  startup: { minutes: 1, load: async () => (await import("./startup.ts")).starting },
  memory: { minutes: 2, load: async () => (await import("./memory.ts")).memory },
};

const { values, positionals } = parseArgs({
  args: Deno.args,
  options: { rounds: { type: "string", default: "3" }, hurry: { type: "boolean", default: false } },
  allowPositionals: true,
});
const chosen = positionals.length === 0 ? Object.keys(benchmarks) : positionals;
const unknown = chosen.filter((name) => !Object.hasOwn(benchmarks, name));
const rounds = Number(values.rounds);
if (unknown.length > 0 || !(rounds >= 1)) {
  console.error(`Usage: deno task bench [--rounds=N] [--hurry] [${Object.keys(benchmarks).join(" | ")}] …`);
  Deno.exit(2);
}

await using bench = await Bench.open({ rounds, patient: !values.hurry });
const minutes = chosen.reduce((sum, name) => sum + benchmarks[name]!.minutes * rounds / 3, 0);
bench.say(`${await machine()}\n\nThis takes about ${Math.ceil(minutes)} minutes.\n`);
for (const name of chosen) {
  bench.say(`## ${name}\n`);
  const measure = await benchmarks[name]!.load();
  await measure(bench);
  bench.caveats();
}
bench.say("## Targets\n");
bench.table(["what", "measured", "target", ""], bench.findings.map(verdict));

function verdict({ what, is, unit = "", most, least }: Finding): string[] {
  const target = most !== undefined ? `≤ ${plain(most)}` : `≥ ${plain(least!)}`;
  const met = most !== undefined ? is <= most : is >= least!;
  return [what, `${plain(is)} ${unit}`.trim(), `${target} ${unit}`.trim(), met ? "met" : "**not met**"];
}

async function machine(): Promise<string> {
  const model = /model name\s*: (.*)/.exec(await Deno.readTextFile("/proc/cpuinfo"))?.[1] ?? Deno.build.arch;
  const { stdout } = await new Deno.Command("df", { args: ["--output=fstype", bench.folder] }).output();
  const what = Deno.env.has("CHATTERBOX_EXE") ? "The executable; source and peers" : "Source and peers";
  const disk = new TextDecoder().decode(stdout).trim().split("\n").at(-1)!;
  const memory = disk === "tmpfs" ? " (in memory: commits cost nothing, set TMPDIR)" : "";
  return `${what} on Deno ${Deno.version.deno}; ${navigator.hardwareConcurrency} cores (${model}), data on ${disk}${memory}; ` +
    `RATE_LIMITS=off; load average ${plain(Deno.loadavg()[0]!)} at the start; ${new Date().toISOString().slice(0, 10)}`;
}
