import { PassThrough } from "node:stream";
import { Failure } from "./failure.ts";
import { chatOnScreen } from "./interactive.ts";
import { Keyboard } from "./keyboard.ts";
import { authenticate } from "./login.ts";
import { readOptions } from "./options.ts";
import { chatInPipe } from "./pipe.ts";
import { Printer } from "./printer.ts";
import { type Environment, systemEnvironment } from "./environment.ts";
import type { Terminal } from "./terminal.ts";
import { usage } from "./usage.ts";

export type { Input, Output, Terminal } from "./terminal.ts";

/**
 * The terminal client. `args` are the arguments of `chatterbox chat`. It uses only the public protocol. Returns the
 * exit status: 0 for success, 1 if a message is not stored or the server cannot be reached, 2 for an invalid argument,
 * 130 if interrupted before the chat began.
 */
export async function chat(
  args: readonly string[],
  terminal: Terminal,
  environment: Environment = systemEnvironment,
): Promise<number> {
  const stdout = new Printer(terminal.stdout);
  const stderr = new Printer(terminal.stderr);
  const options = readOptions(args);
  if (options.kind === "help") {
    stdout.print(usage);
    await stdout.flush();
    return 0;
  }
  if (options.kind === "invalid") {
    stderr.print(options.detail);
    return 2;
  }
  const { interrupted } = terminal;
  const keyboard = terminal.stdin.isTTY === true ? new Keyboard(terminal.stdin) : undefined;
  try {
    const server = { origin: options.server, fetch: environment.fetch, interrupted };
    const prompting = keyboard === undefined ? undefined : { keyboard, stderr, interrupted };
    const session = await authenticate(options, terminal.env, server, prompting);
    const context = { options, session, terminal, stdout, stderr, environment };
    if (keyboard === undefined) return await chatInPipe(context, terminal.stdin);
    if (terminal.stdout.isTTY === true) return await chatOnScreen(context, keyboard);
    return await chatInPipe(context, typedLines(keyboard));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.message !== "") stderr.print(error.message);
    return error.status;
  } finally {
    keyboard?.close();
  }
}

/** Lines typed on a terminal while stdout is redirected: `chatterbox chat > log`. */
function typedLines(keyboard: Keyboard): PassThrough {
  const lines = new PassThrough();
  const taker = { onStart() {}, onKeys: (keys: string) => lines.write(keys), onEnd: () => lines.end() };
  keyboard.take(taker, { raw: false });
  return lines;
}
