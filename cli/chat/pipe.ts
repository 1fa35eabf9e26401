import type { Readable } from "node:stream";
import { brief } from "./clean.ts";
import { Client, type ClientEvent } from "./client.ts";
import { type InputLine, inputLines } from "./input_lines.ts";
import { changeNotice, failure, pipedMessage, unconfirmed } from "./lines.ts";
import { type ClientContext, LEAVING_MS } from "./client_context.ts";
import type { Printer } from "./printer.ts";
import { waitForOutcomes } from "./wait_for_outcomes.ts";

/** Unconfirmed lines above which reading pauses. */
const AHEAD = 64;
/** How long to wait for stdin once stdout is closed, in ms. */
const QUIET_MS = 1_000;

/**
 * Sends the lines of `input`. Prints messages on stdout, one per line, and everything else on stderr. Returns the exit
 * status.
 */
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
  /** Aborted when the client has ended or was interrupted. */
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
    if (ended.kind === "ended") this.#note(ended.because);
    else if (!sent && this.#client.unconfirmed === 0) this.#note("No response from the server");
    if (this.#client.unconfirmed > 0) this.#note(unconfirmed(this.#client.unconfirmed));
    await this.#stdout.flush();
    return ended.kind === "ended" || !sent || this.#failed ? 1 : 0;
  }

  /** Returns whether every line read has an outcome. */
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
    return await waitForOutcomes(this.#client, environment, AbortSignal.any([this.#ended.signal, this.#deadline()]));
  }

  /** The next line; undefined when there is no point in waiting for it. */
  async #read(lines: AsyncGenerator<InputLine>): Promise<IteratorResult<InputLine> | undefined> {
    const next = lines.next();
    if (!this.#stdout.unread.aborted) {
      const line = await unless(next, this.#stop.signal, this.#stdout.unread);
      if (line !== undefined || this.#stop.signal.aborted) return line;
    }
    return await unless(next, this.#stop.signal, AbortSignal.timeout(QUIET_MS));
  }

  /** Aborted 5 s after an interrupt. */
  #deadline(): AbortSignal {
    const deadline = new AbortController();
    const { interrupted } = this.#context.terminal;
    void aborted(interrupted).then(() => this.#context.environment.wait(LEAVING_MS)).then(() => deadline.abort());
    return deadline.signal;
  }

  #show(events: readonly ClientEvent[]): void {
    const messages: string[] = [];
    for (const event of events) {
      if (event.type === "change" && event.change.kind === "posted") messages.push(pipedMessage(event.change.message));
      else this.#report(event);
    }
    if (messages.length > 0) this.#stdout.print(messages.join("\n"));
  }

  #report(event: ClientEvent): void {
    switch (event.type) {
      case "connected":
        if (event.anew) this.#note("Too many messages were missed: showing the latest");
        else if (event.again) this.#note("Reconnected");
        return;
      case "lost":
        return this.#note(`${event.because}: reconnecting in ${Math.ceil(event.retryMs / 1000)} s`);
      case "change":
        return this.#note(changeNotice(event.change));
      case "online":
        return;
      case "notice":
        return this.#note(event.text);
      case "failed":
        return this.#fail(failure(event.command, event.detail));
    }
  }

  #fail(text: string): void {
    this.#failed = true;
    this.#note(text);
  }

  #note(text: string): void {
    this.#stderr.print(`* ${brief(text)}`);
  }
}

/** Resolves when one of `signals` is aborted. */
async function aborted(...signals: AbortSignal[]): Promise<void> {
  await unless(new Promise(() => {}), ...signals);
}

/**
 * Resolves like `promise`, or to undefined once one of `signals` is aborted. Removes its listeners, so it can be called
 * many times, and unlike `AbortSignal.any` creates no signal that could be garbage-collected while in use.
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
