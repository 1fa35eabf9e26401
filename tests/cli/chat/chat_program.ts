import { command } from "../../support/program.ts";

/** The outcome of a piped run of the client. */
export interface Piped {
  readonly status: number;
  /** The lines of standard output. */
  readonly lines: string[];
  readonly stderr: string;
}

/** A running `chatterbox chat` in a pipe. */
export class PipedChat implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: Promise<[void, void]>;
  stdout = "";
  stderr = "";

  constructor(args: string[], env: Record<string, string> = {}) {
    const { file, args: all } = command("chat", ...args);
    this.#child = new Deno.Command(file, {
      args: all,
      env: { CHATTERBOX_TOKEN: "", CHATTERBOX_PASSWORD: "", NO_COLOR: "", ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#output = Promise.all([
      collect(this.#child.stdout, (text) => this.stdout += text),
      collect(this.#child.stderr, (text) => this.stderr += text),
    ]);
  }

  async type(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  /** Ends standard input. */
  async endInput(): Promise<void> {
    await this.#input.close();
  }

  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  async ended(): Promise<Piped> {
    const { code } = await this.#child.status;
    await this.#output;
    return { status: code, lines: this.stdout.split("\n").slice(0, -1), stderr: this.stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has already ended.
    }
    await this.#input.abort().catch(() => {});
    await this.ended();
  }
}

/** Runs `chatterbox chat` with `input` as all of its standard input. */
export async function pipe(args: string[], input: string, env: Record<string, string> = {}): Promise<Piped> {
  await using chat = new PipedChat(args, env);
  // A client may end before it has read everything.
  await chat.type(input).then(() => chat.endInput()).catch(() => {});
  return await chat.ended();
}

async function collect(stream: ReadableStream<Uint8Array>, add: (text: string) => void): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) add(text);
}
