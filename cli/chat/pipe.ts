import type { Readable } from "node:stream";
import { brief } from "./clean.ts";
import { Client, type ClientEvent } from "./client.ts";
import { type InputLine, inputLines } from "./input_lines.ts";
import { changeNotice, failure, pipedMessage, unconfirmed } from "./lines.ts";
import { type ClientContext, LEAVING_MS } from "./client_context.ts";
import type { Printer } from "./printer.ts";
import { waitForOutcomes } from "./wait_for_outcomes.ts";

/** Lines that may wait to be sent before the next one is read. */
const AHEAD = 64;
/** How long, in ms, stdin may pause once nobody reads stdout any more. */
const QUIET_MS = 1_000;

/** Sends the lines of `input` and prints messages on stdout, one a line, everything else on stderr. Returns the exit status. */
export async function chatInPipe(context: ClientContext, input: Readable): Promise<number> {
  return await new Pipe(context, input).run();
}

/** One run in a pipeline. */
class Pipe {
  readonly #context: ClientContext;
  readonly #input: Readable;
  readonly #client: Client;
  /** Aborted when the client has ended. */
  readonly #ended = new AbortController();
  /** Aborted when it has ended, or whoever runs us wants us to. */
  readonly #stop = new AbortController();
  readonly #stdout: Printer;
  readonly #stderr: Printer;
  #failed = false;

  constructor(context: ClientContext, input: Readable) {
    this.#input = input;
    const { options, session, terminal, stdout, stderr, environment } = this.#context = context;
    this.#stdout = stdout;
    this.#stderr = stderr;
    void aborted(this.#ended.signal, terminal.interrupted).then(() => this.#stop.abort());
    this.#client = new Client(
      { origin: options.server, room: options.room, session },
      (e) => this.#show(e),
      environment,
    );
  }

  async run(): Promise<number> {
    const { follow } = this.#context.options;
    const ending = this.#client.run().finally(() => this.#ended.abort());
    const sent = await this.#sendAll();
    if (follow && sent) await aborted(this.#stop.signal, this.#stdout.unread);
    this.#client.leave();
    const ended = await ending;
    if (ended.kind === "ended") this.#tell(ended.because);
    else if (!sent && this.#client.unconfirmed === 0) this.#tell("No answer from the server");
    if (this.#client.unconfirmed > 0) this.#tell(unconfirmed(this.#client.unconfirmed));
    await this.#stdout.flush();
    return ended.kind === "ended" || !sent || this.#failed ? 1 : 0;
  }

  /** Returns whether everything that was read has its outcome. */
  async #sendAll(): Promise<boolean> {
    const { environment } = this.#context;
    const { signal } = this.#stop;
    if (!await waitForOutcomes(this.#client, environment, signal)) return signal.aborted && !this.#ended.signal.aborted;
    const lines = inputLines(this.#input);
    try {
      for (let next = await this.#read(lines); next !== undefined && !next.done; next = await this.#read(lines)) {
        if (next.value === undefined) this.#fail("Cannot send a line of more than 64 KiB");
        else if (next.value.trim() !== "") this.#client.give({ type: "send", content: next.value });
        if (this.#client.unconfirmed >= AHEAD && !await waitForOutcomes(this.#client, environment, signal)) break;
      }
    } catch (error) {
      this.#fail(`Cannot read standard input: ${error instanceof Error ? error.message : error}`);
    }
    return await waitForOutcomes(this.#client, environment, AbortSignal.any([this.#ended.signal, this.#lastCall()]));
  }

  /** The next line, or undefined when there is no point in waiting for it. */
  async #read(lines: AsyncGenerator<InputLine>): Promise<IteratorResult<InputLine> | undefined> {
    const next = lines.next();
    if (!this.#stdout.unread.aborted) {
      const line = await unless(next, this.#stop.signal, this.#stdout.unread);
      if (line !== undefined || this.#stop.signal.aborted) return line;
    }
    return await unless(next, this.#stop.signal, AbortSignal.timeout(QUIET_MS));
  }

  /** A signal that ends waiting 5 s after whoever runs us wants us to leave. */
  #lastCall(): AbortSignal {
    const call = new AbortController();
    const { interrupted } = this.#context.terminal;
    void aborted(interrupted).then(() => this.#context.environment.wait(LEAVING_MS)).then(() => call.abort());
    return call.signal;
  }

  #show(events: readonly ClientEvent[]): void {
    const messages: string[] = [];
    for (const event of events) {
      if (event.type === "change" && event.change.kind === "posted") messages.push(pipedMessage(event.change.message));
      else this.#remark(event);
    }
    if (messages.length > 0) this.#stdout.print(messages.join("\n"));
  }

  #remark(event: ClientEvent): void {
    switch (event.type) {
      case "connected":
        if (event.anew) this.#tell("Too much was missed to fill it in: the last messages again");
        else if (event.again) this.#tell("Connected again");
        return;
      case "lost":
        return this.#tell(`${event.because}: trying again in ${Math.ceil(event.retryMs / 1000)} s`);
      case "change":
        return this.#tell(changeNotice(event.change));
      case "online":
        return;
      case "notice":
        return this.#tell(event.text);
      case "failed":
        return this.#fail(failure(event.command, event.detail));
    }
  }

  #fail(text: string): void {
    this.#failed = true;
    this.#tell(text);
  }

  #tell(text: string): void {
    this.#stderr.print(`* ${brief(text)}`);
  }
}

/** Resolves when one of `signals` is aborted. */
async function aborted(...signals: AbortSignal[]): Promise<void> {
  await unless(new Promise(() => {}), ...signals);
}

/**
 * What `promise` resolves to, or undefined once one of `signals` is aborted. It leaves nothing behind that adds up over
 * many calls, and unlike `AbortSignal.any` nothing that a garbage collector could take for unused.
 */
async function unless<T>(promise: Promise<T>, ...signals: AbortSignal[]): Promise<T | undefined> {
  const stopped = Promise.withResolvers<undefined>();
  const stop = () => stopped.resolve(undefined);
  for (const signal of signals) signal.addEventListener("abort", stop);
  if (signals.some((signal) => signal.aborted)) stop();
  try {
    return await Promise.race([promise, stopped.promise]);
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", stop);
  }
}
