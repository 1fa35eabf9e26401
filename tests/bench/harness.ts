/** Shared by the benchmarks: programs under test, the load generator, medians and reports. */
// deno-lint-ignore-file no-console
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { command, Program } from "../support/program.ts";

const here = import.meta.dirname!;
const root = join(here, "..", "..");

/** The version of npm's `bun` to use; the product does not need it. */
const BUN = "1.4.5";

/** How long to wait for a busy machine, including load from our own last run, in ms. */
const CALM = 30_000;

/** A server under test. */
export interface Server {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
}

/** A peer under test: a bare loop in one file. */
export interface Peer extends Server, AsyncDisposable {
  readonly name: string;
}

/** A figure with a target. */
export interface Finding {
  readonly what: string;
  readonly is: number;
  readonly unit?: string;
  /** The target: at most, or at least this. */
  readonly most?: number;
  readonly least?: number;
}

/** The output of one run of the load generator, under the names it uses. */
export type Figures = Record<string, number>;

export class Bench implements AsyncDisposable {
  /** Temporary files, including databases. Must be on a disk, or a commit costs nothing. */
  readonly folder: string;
  readonly rounds: number;
  readonly findings: Finding[] = [];
  readonly #patient: boolean;
  #bun: Promise<string | undefined> | undefined;
  #wsload: Promise<string> | undefined;
  #busy = 0;

  private constructor(folder: string, { rounds, patient }: { rounds: number; patient: boolean }) {
    this.folder = folder;
    this.rounds = rounds;
    this.#patient = patient;
  }

  /** `patient`: whether to wait for a busy machine to become idle. */
  static async open(options: { rounds: number; patient: boolean }): Promise<Bench> {
    return new Bench(await Deno.makeTempDir({ prefix: "chatterbox-bench-" }), options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }

  say(text: string): void {
    console.log(text);
  }

  /** Prints a table in Markdown. */
  table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
    const line = (cells: readonly (string | number)[]) => `| ${cells.map(plain).join(" | ")} |`;
    this.say([line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n") + "\n");
  }

  /** Keeps a figure for the table of targets at the end. */
  find(finding: Finding): void {
    this.findings.push(finding);
  }

  /** An empty folder on the disk. */
  async directory(): Promise<string> {
    return await Deno.makeTempDir({ dir: this.folder });
  }

  /** Whether a process may open this many sockets (`ulimit -Hn`); prints a message if not. */
  hasRoomFor(sockets: number): boolean {
    const limit = Number(
      /Max open files\s+\d+\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/limits"))?.[1] ?? Infinity,
    );
    if (limit >= sockets + 200) return true;
    this.say(
      `Skipped: ${sockets} sockets exceed the limit of ${limit} open files (ulimit -Hn).\n`,
    );
    return false;
  }

  /** Waits until the machine is idle; counts the times that it stays busy. */
  async calm(): Promise<void> {
    const cores = navigator.hardwareConcurrency;
    const deadline = Date.now() + (this.#patient ? CALM : 0);
    while (Deno.loadavg()[0]! > cores) {
      if (Date.now() > deadline) {
        this.#busy += 1;
        return;
      }
      await sleep(1000);
    }
  }

  /** Prints what distorted the figures since the last call, if anything did. */
  caveats(): void {
    if (this.#busy === 0) return;
    this.say(`The load average was above the number of cores before ${this.#busy} of the runs.\n`);
    this.#busy = 0;
  }

  /** The product: from source, or the executable that CHATTERBOX_EXE names. */
  async chatterbox(options: { dataDir?: string; env?: Record<string, string>; port?: number } = {}): Promise<Program> {
    const { file, args } = command("serve");
    return await this.#start(file, args, options);
  }

  /** The product's source, changed before it starts, see `variant.ts`; `flags` are Deno's. */
  async variant(
    options: { dataDir?: string; env?: Record<string, string>; port?: number; flags?: string[] } = {},
  ): Promise<Program> {
    const { flags = [], ...rest } = options;
    const args = ["run", "-A", "--no-prompt", `--preload=${join(here, "variant.ts")}`, ...flags, join(root, "main.ts")];
    return await this.#start(Deno.execPath(), [...args, "serve"], rest);
  }

  /** A peer on this Deno. */
  async peer(name: string, file: string): Promise<Peer> {
    const config = join(root, "deno.json");
    return await startPeer(name, Deno.execPath(), ["run", "-A", "--config", config, join(here, file)]);
  }

  /** Bun's native publish; undefined without Bun. */
  async bunPeer(): Promise<Peer | undefined> {
    const bun = await (this.#bun ??= this.#installBun());
    return bun === undefined ? undefined : await startPeer("Bun", bun, [join(here, "bun_chat.mjs")]);
  }

  /** Runs the load generator. Throws when it fails; lost messages are in the figures. */
  async wsload(...args: string[]): Promise<Figures> {
    return await this.wsloadThen(() => {}, ...args);
  }

  /** The same; calls `joined` when all are connected and the load begins. */
  async wsloadThen(joined: () => void, ...args: string[]): Promise<Figures> {
    const generator = await (this.#wsload ??= this.#compile());
    await this.calm();
    const child = new Deno.Command(generator, { args, stdin: "null", stdout: "piped", stderr: "inherit" }).spawn();
    let text = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      if (text === "" && part.startsWith("joined")) joined();
      text += part;
    }
    const { code } = await child.status;
    if ((code !== 0 && code !== 3) || text === "") {
      throw new Error(`wsload ${args.join(" ")} exited with ${code}: ${text}`);
    }
    const pairs = text.matchAll(/\b(\w+)=([\d.-]+)(?=\s)/g);
    return Object.fromEntries([...pairs].map(([, name, value]) => [name!, Number(value)]));
  }

  /** A file of tokens, one per line, for the load generator. */
  async tokenFile(tokens: readonly string[]): Promise<string> {
    const file = await Deno.makeTempFile({ dir: this.folder });
    await Deno.writeTextFile(file, tokens.join("\n"));
    return file;
  }

  async #start(
    file: string,
    args: string[],
    { dataDir, env, port }: { dataDir?: string; env?: Record<string, string>; port?: number },
  ): Promise<Program> {
    const folder = dataDir ?? await this.directory();
    const child = new Deno.Command(file, {
      args,
      env: {
        PORT: String(port ?? 0),
        DATA_DIR: folder,
        BCRYPT_COST: "4",
        RATE_LIMITS: "off",
        LOG_FORMAT: "json",
        LOG_LEVEL: "warn",
        NO_COLOR: "1",
        ...env,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const program = new Program(child, folder, false);
    try {
      await program.listening();
    } catch (error) {
      await program[Symbol.asyncDispose]();
      throw error;
    }
    return program;
  }

  async #compile(): Promise<string> {
    const file = join(this.folder, "wsload");
    await run("cc", "-O2", "-o", file, join(here, "wsload.c"));
    return file;
  }

  async #installBun(): Promise<string | undefined> {
    const folder = join(this.folder, "bun");
    try {
      await run("npm", "install", "--no-audit", "--no-fund", "--prefix", folder, `bun@${BUN}`);
      const bun = join(folder, "node_modules", ".bin", "bun");
      await run(bun, "--version");
      return bun;
    } catch (error) {
      this.say(
        `Bun is not available, its rows are skipped: ${(error as Error).message.split("\n")[0]}\n`,
      );
      return undefined;
    }
  }
}

async function startPeer(name: string, file: string, args: string[]): Promise<Peer> {
  const port = freePort();
  const child = new Deno.Command(file, { args: [...args, String(port)], stdout: "null", stderr: "inherit" }).spawn();
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => (await fetch(url).catch(() => undefined))?.text(), 20_000, () => `${name} answers`);
  return {
    name,
    url,
    port,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

/** Makes the load generator connect like the product's page: with a cookie, and so with HTML. */
export function asBrowser({ url }: Server, tokenFile: string): string[] {
  return ["-t", tokenFile, "-H", `Cookie: chatterbox_session=%s\\r\\nOrigin: ${url}\\r\\n`];
}

/** The address of a server, and the process whose CPU and memory are measured. */
export function at({ port, pid }: Server): string[] {
  return ["-p", String(port), "-P", String(pid)];
}

/** The room's newest `rev`: a client that resumes from it receives no history. */
export async function headOf({ url }: Server, token: string, room = "general"): Promise<number> {
  const response = await fetch(`${url}/rooms/${room}/messages?limit=1`, {
    headers: { Accept: "application/json", Authorization: `Bearer ${token}` },
  });
  return (await response.json()).head;
}

/**
 * These must be zero: messages lost, duplicated, in the wrong room, out of a sender's order, or ordered differently for
 * others.
 */
export const WRONGS = ["lost", "dup", "stray", "disorder", "other_order"];

/** The runs without errors; prints the errors of the others. */
export function valid(bench: Bench, what: string, runs: readonly Figures[]): Figures[] {
  const good = runs.filter((run) => WRONGS.every((name) => run[name] === 0));
  const bad = runs.filter((run) => !good.includes(run));
  if (bad.length > 0) {
    const counts = bad.map((run) => ["expected", ...WRONGS].map((name) => `${name} ${run[name]}`).join(", "));
    bench.say(`Invalid: ${what}, ${bad.length} of ${runs.length} runs (${counts.join("; ")})\n`);
  }
  return good;
}

/** The median of each figure; NaN where there is none. */
export function medians(runs: readonly Figures[]): Figures {
  return Object.fromEntries(Object.keys(runs[0] ?? {}).map((name) => [name, median(runs.map((run) => run[name]!))]));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Resident memory in KB. */
export function residentKb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1]);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A benchmark is accurate to three significant digits at most. */
export function plain(value: string | number): string {
  if (typeof value === "string") return value;
  if (Number.isNaN(value)) return "void";
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return value.toPrecision(3);
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function run(file: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(file, { args, stdin: "null" }).output();
  const text = new TextDecoder().decode(stdout);
  if (!success) throw new Error(`${file} failed: ${text}${new TextDecoder().decode(stderr)}`);
  return text;
}
