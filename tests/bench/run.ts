/**
 * Measures the chat from outside, in turn with a peer in the same minutes: `ws_chat.mjs`, the bare loop over `ws` on the
 * same Deno, without accounts, store or rules. Trust the ratios, not the figures. Needs a C compiler for the load generator.
 *
 *     deno task bench                 from source
 *     CHATTERBOX_EXE=./chatterbox deno task bench
 */
// deno-lint-ignore-file no-console
import { join } from "node:path";
import { cookieOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";

const here = import.meta.dirname!;
const CONNECTIONS = 1000;
const SENDERS = 10;
const ROUNDS = 3;
const SECONDS = 6;

interface Figures {
  /** CPU of the server for each delivery, in µs. */
  cpu: number;
  p50: number;
  p99: number;
}

const folder = await Deno.makeTempDir({ prefix: "chatterbox-bench-" });
const wsload = join(folder, "wsload");
await run("cc", "-O2", "-w", "-o", wsload, join(here, "wsload.c"));

await using program = await startProgram({ env: { LOG_LEVEL: "warn" } });
const idle = await residentMb(program.pid);
const tokens = join(folder, "cookies");
const cookies: string[] = [];
for (let n = 0; n < SENDERS; n++) cookies.push(await cookieOf(program, `user${n}`));
await Deno.writeTextFile(tokens, cookies.map((cookie) => cookie.slice(cookie.indexOf("=") + 1)).join("\n"));

const peer = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "--config", join(here, "../../deno.json"), join(here, "ws_chat.mjs"), "8131"],
  stdout: "null",
}).spawn();
try {
  await eventually(async () => (await fetch("http://127.0.0.1:8131").catch(() => undefined))?.ok, 10_000);
  console.log(`${CONNECTIONS} sockets in one room, HTML, ${SENDERS} senders; median of ${ROUNDS} rounds, in turn\n`);
  console.log("| messages/s | | CPU µs per delivery | p50 ms | p99 ms |\n| --- | --- | --- | --- | --- |");
  for (const rate of [10, 50, 200]) {
    const bare: Figures[] = [];
    const ours: Figures[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await load(8131, peer.pid, rate, "/ws"));
      ours.push(await load(program.port, program.pid, rate, `/ws?after=${await head()}`));
    }
    const a = median(bare);
    const b = median(ours);
    row(String(rate), "bare ws loop", a);
    row("", "Chatterbox", b);
    row("", "**ratio**", { cpu: b.cpu / a.cpu, p50: b.p50 / a.p50, p99: b.p99 / a.p99 });
  }
  console.log(`\nResident memory idle: ${idle} MB; after the load: ${await residentMb(program.pid)} MB`);
} finally {
  peer.kill();
  await peer.status;
  await Deno.remove(folder, { recursive: true });
}

function row(rate: string, name: string, { cpu, p50, p99 }: Figures): void {
  console.log(`| ${rate} | ${name} | ${cpu.toFixed(2)} | ${p50.toFixed(2)} | ${p99.toFixed(2)} |`);
}

async function load(port: number, pid: number, rate: number, path: string): Promise<Figures> {
  const url = `http://127.0.0.1:${port}`;
  const text = await run(
    wsload,
    ...["-p", String(port), "-u", path, "-H", `Cookie: chatterbox_session=%s\\r\\nOrigin: ${url}\\r\\n`],
    ...["-t", tokens, "-n", String(CONNECTIONS), "-s", String(SENDERS), "-r", String(rate)],
    ...["-d", String(SECONDS), "-m", '{"content":"%s"}', "-P", String(pid)],
  );
  const figure = (name: string) => Number(new RegExp(`\\b${name}=([\\d.-]+)`).exec(text)?.[1]);
  if (figure("lost") !== 0 || figure("dup") !== 0) throw new Error(`Void, something was lost or doubled: ${text}`);
  return { cpu: figure("cpu_us_per_delivery"), p50: figure("p50_ms"), p99: figure("p99_ms") };
}

/** A newcomer's history would be taken for deliveries. */
async function head(): Promise<number> {
  const headers = { Accept: "application/json", Cookie: cookies[0]! };
  const response = await fetch(`${program.url}/rooms/general/messages?limit=1`, { headers });
  return (await response.json()).head;
}

function median(figures: Figures[]): Figures {
  const middle = (of: (each: Figures) => number) => figures.map(of).sort((a, b) => a - b)[figures.length >> 1]!;
  return { cpu: middle(({ cpu }) => cpu), p50: middle(({ p50 }) => p50), p99: middle(({ p99 }) => p99) };
}

async function residentMb(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

async function run(file: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(file, { args }).output();
  const text = new TextDecoder().decode(stdout);
  if (!success) throw new Error(`${file} failed: ${text}${new TextDecoder().decode(stderr)}`);
  return text;
}
