import { eventually } from "../../support/eventually.ts";
import { command } from "../../support/program.ts";
import { VirtualScreen } from "./virtual_screen.ts";

/**
 * Runs argv[3:] on a new pseudo-terminal of argv[1] rows and argv[2] columns, between stdin and stdout. The end of
 * stdin hangs up; a process that has not ended 8 s later is killed, and the exit status is 137.
 */
const PYTHON = `
import fcntl, os, pty, select, signal, struct, sys, termios
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", int(sys.argv[1]), int(sys.argv[2]), 0, 0))
    os.execvp(sys.argv[3], sys.argv[3:])
while True:
    ready = select.select([terminal, 0], [], [])[0]
    if terminal in ready:
        try: data = os.read(terminal, 65536)
        except OSError: data = b""
        if not data: break
        os.write(1, data)
    if 0 in ready:
        data = os.read(0, 65536)
        if not data: break
        os.write(terminal, data)
os.close(terminal)
signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
signal.alarm(8)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(128 - code if code < 0 else code)
`;

export const SIZE = { rows: 24, columns: 100 };

/** `chatterbox chat`, or another subcommand, on a terminal whose user is the test. */
export class PseudoTerminal implements AsyncDisposable {
  readonly screen = new VirtualScreen(SIZE);
  readonly #child: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array>;
  readonly #drawn: Promise<void>;
  /** Everything written to the terminal, unparsed. */
  raw = "";

  /** `into` is a file that standard output goes to, instead of the terminal. */
  constructor(
    args: string[],
    env: Record<string, string> = {},
    { into, subcommand = "chat" }: { into?: string; subcommand?: string } = {},
  ) {
    const { file, args: all } = command(subcommand, ...args);
    const redirected = into === undefined ? [] : ["sh", "-c", 'into=$1; shift; exec "$@" > "$into"', "sh", into];
    const size = [String(SIZE.rows), String(SIZE.columns)];
    try {
      this.#child = new Deno.Command("python3", {
        args: ["-c", PYTHON, ...size, ...redirected, file, ...all],
        env: { CHATTERBOX_TOKEN: "", CHATTERBOX_PASSWORD: "", NO_COLOR: "1", TERM: "xterm", ...env },
        stdin: "piped",
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
    } catch (cause) {
      throw new Error("Cannot open a pseudo-terminal: these tests need python3", { cause });
    }
    this.#keyboard = this.#child.stdin.getWriter();
    this.#drawn = this.#draw();
  }

  async type(keys: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(keys));
  }

  /** Waits until the screen shows `text`, which may be a pattern. */
  async shows(text: string | RegExp, ms = 10_000): Promise<void> {
    const found = () => typeof text === "string" ? this.screen.text.includes(text) : text.test(this.screen.text);
    await eventually(found, ms, () => `${text} on the screen:\n${this.screen.text}`);
  }

  /** Waits until the screen no longer shows `text`. */
  async hides(text: string): Promise<void> {
    await eventually(() => !this.screen.text.includes(text), 10_000, () => `no ${text} in:\n${this.screen.text}`);
  }

  /** Hangs up, as closing the window does. */
  async hangUp(): Promise<void> {
    await this.#keyboard.close();
  }

  /** Resolves to the exit status when the program has ended. */
  async ended(): Promise<number> {
    const { code } = await this.#child.status;
    await this.#drawn;
    return code;
  }

  async #draw(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.raw += text;
      this.screen.write(text);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keyboard.close().catch(() => {});
    await this.ended();
  }
}
