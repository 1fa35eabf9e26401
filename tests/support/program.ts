import { join } from "node:path";
import { eventually } from "./eventually.ts";

const root = join(import.meta.dirname!, "..", "..");

/** How to run the program: the executable named by CHATTERBOX_EXE, or the source. */
export function command(...args: string[]): { file: string; args: string[] } {
  const executable = Deno.env.get("CHATTERBOX_EXE");
  return executable
    ? { file: executable, args }
    : { file: Deno.execPath(), args: ["run", "-A", "--no-prompt", join(root, "main.ts"), ...args] };
}

export interface ProgramOptions {
  env?: Record<string, string>;
  args?: string[];
  /** The data folder, kept when given, so that another start finds it; else a fresh one, removed at the end. */
  dataDir?: string;
  port?: number;
  /** A command that runs the program, such as one that lowers a limit. It must end with exec. */
  through?: string[];
}

/** The real program on a free port, with cheap passwords and no limits unless told otherwise. */
export async function startProgram(options: ProgramOptions = {}): Promise<Program> {
  const dataDir = options.dataDir ?? await Deno.makeTempDir({ prefix: "chatterbox-test-" });
  const { file, args } = command("serve", ...options.args ?? []);
  const [first, ...rest] = [...options.through ?? [], file, ...args];
  const child = new Deno.Command(first!, {
    args: rest,
    env: {
      PORT: String(options.port ?? 0),
      DATA_DIR: dataDir,
      BCRYPT_COST: "4",
      RATE_LIMITS: "off",
      LOG_FORMAT: "json",
      NO_COLOR: "1",
      ...options.env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const program = new Program(child, dataDir, options.dataDir === undefined);
  try {
    await program.listening();
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
  return program;
}

export class Program {
  readonly dataDir: string;
  readonly pid: number;
  url = "";
  readonly #child: Deno.ChildProcess;
  readonly #temporary: boolean;
  readonly #output: Promise<void>;
  #stdout = "";
  #stderr = "";
  #exited = false;

  constructor(child: Deno.ChildProcess, dataDir: string, temporary: boolean) {
    this.#child = child;
    this.pid = child.pid;
    this.dataDir = dataDir;
    this.#temporary = temporary;
    child.status.then(() => this.#exited = true);
    this.#output = Promise.all([
      collect(child.stdout, (text) => this.#stdout += text),
      collect(child.stderr, (text) => this.#stderr += text),
    ]).then(() => {});
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** The log, without Deno's own lines about packages it downloads. */
  get stderr(): string {
    return this.#stderr.replace(/^Download http.*\n/gm, "");
  }

  async listening(): Promise<void> {
    await eventually(() => {
      const found = /listening on (\S+),/.exec(this.#stdout)?.[1];
      if (found === undefined && this.#exited) throw new Error(`The program ended: ${this.#stderr}`);
      this.url = found ?? "";
      return found !== undefined;
    }, 20_000);
  }

  /** Asks it to stop; resolves to its exit status. */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<number> {
    if (!this.#exited) this.#child.kill(signal);
    const { code } = await this.#child.status;
    await this.#output;
    return code;
  }

  /** Kills it, as a power cut would. */
  async kill(): Promise<void> {
    await this.stop("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    if (this.#temporary) await Deno.remove(this.dataDir, { recursive: true });
  }
}

async function collect(stream: ReadableStream<Uint8Array>, add: (text: string) => void): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) add(text);
}
