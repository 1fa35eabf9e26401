import { Client, type ClientEvent } from "./client.ts";
import type { Keyboard } from "./keyboard.ts";
import { changeLines, dayOf, failure, noticeLine, onlineLine, unconfirmed } from "./lines.ts";
import { type Paint, painter } from "./paint.ts";
import { type ClientContext, LEAVING_MS } from "./client_context.ts";
import type { Command } from "./protocol.ts";
import { Screen } from "./screen.ts";
import { waitForOutcomes } from "./wait_for_outcomes.ts";
import { readTypedCommand, typedCommands } from "./typed_command.ts";

/** Runs the client on a terminal. Returns the exit status. */
export async function chatOnScreen(context: ClientContext, keyboard: Keyboard): Promise<number> {
  return await new InteractiveSession(context, keyboard).run();
}

/** One run on a terminal. */
class InteractiveSession {
  readonly #context: ClientContext;
  readonly #keyboard: Keyboard;
  readonly #client: Client;
  readonly #paint: Paint;
  #screen: Screen | undefined;
  #leaving = false;
  #greeted = false;
  #day = "";

  constructor(context: ClientContext, keyboard: Keyboard) {
    this.#keyboard = keyboard;
    const { options, session, terminal, environment } = this.#context = context;
    this.#paint = painter(!terminal.env.noColor);
    this.#client = new Client(
      { origin: options.server, room: options.room, session },
      (e) => this.#show(e),
      environment,
    );
  }

  async run(): Promise<number> {
    const { terminal, stderr } = this.#context;
    const leave = () => void this.#leave();
    terminal.interrupted.addEventListener("abort", leave);
    if (terminal.interrupted.aborted) leave();
    try {
      const ending = await this.#client.run();
      this.#screen?.close();
      if (ending.kind === "ended") stderr.print(ending.because);
      if (this.#client.unconfirmed > 0) stderr.print(unconfirmed(this.#client.unconfirmed));
      return ending.kind === "ended" || this.#client.unconfirmed > 0 ? 1 : 0;
    } finally {
      this.#screen?.close();
      terminal.interrupted.removeEventListener("abort", leave);
    }
  }

  #show(events: readonly ClientEvent[]): void {
    // Created after the server has accepted the connection, so that a refusal is one line without a prompt around it.
    this.#screen ??= new Screen(this.#context.stdout, this.#keyboard, {
      onLine: (line, alone) => this.#onLine(line, alone),
      onPasteTooLong: () => this.#print("Pasted text is too long for one message"),
      onTyping: (line) => {
        if (line.trim() !== "" && !line.startsWith("/")) this.#client.typing();
      },
      onLeave: () => void this.#leave(),
    });
    const lines = events.flatMap((event) => this.#draw(event));
    if (lines.length > 0) this.#screen.print(lines.join("\n"));
    void this.#client.seen();
  }

  #draw(event: ClientEvent): string[] {
    switch (event.type) {
      case "connected":
        if (event.anew) return [this.#notice("Too many messages were missed: showing the latest")];
        return [this.#notice(event.again ? "Reconnected" : this.#greeting())];
      case "lost":
        return [this.#notice(`${event.because}: reconnecting in ${Math.ceil(event.retryMs / 1000)} s`)];
      case "change": {
        const line = changeLines(event.change, this.#paint);
        return event.change.kind === "posted" ? [...this.#dayChange(event.change.message.timestamp), line] : [line];
      }
      case "online": {
        const first = !this.#greeted;
        this.#greeted = true;
        return first ? [onlineLine(event.online, this.#paint)] : [];
      }
      case "notice":
        return [this.#notice(event.text)];
      case "failed":
        return [this.#notice(failure(event.command, event.detail)), ...this.#restoreLine(event.command)];
    }
  }

  #greeting(): string {
    const { options, session } = this.#context;
    const as = session.username === undefined ? "" : ` as ${session.username}`;
    return `${options.room} at ${options.server.origin}${as}. /help lists the commands`;
  }

  #dayChange(timestamp: string): string[] {
    const day = dayOf(timestamp);
    if (day === "" || day === this.#day) return [];
    this.#day = day;
    return [this.#paint("dim", `-- ${day} --`)];
  }

  /** Puts the text of a refused command back into the line, if that is empty. */
  #restoreLine(command: Command): string[] {
    if (command.type === "delete") return [];
    const { content } = command;
    const line = command.type === "edit" ? `/edit #${command.id} ${content}` : content.replace(/^\//, "//");
    return this.#screen?.offer(line) ? [] : [this.#notice("Press Up to get the text back")];
  }

  #onLine(line: string, alone: boolean): void {
    const command = readTypedCommand(line);
    if (!alone && (command.kind === "edit" || command.kind === "delete" || command.kind === "quit")) {
      return this.#print(`/${command.kind} arrived with other lines, as if pasted: enter it alone`);
    }
    switch (command.kind) {
      case "nothing":
        return;
      case "say":
        this.#client.give({ type: "send", content: command.content });
        if (!this.#client.connected) this.#print(`Not connected, will be sent later: ${command.content}`);
        return;
      case "edit":
      case "delete": {
        const id = command.id ?? this.#client.lastOwn;
        if (id === undefined) {
          return this.#print(`You have no message to ${command.kind}: give its number`);
        }
        if (command.kind === "delete") return this.#client.give({ type: "delete", id });
        const { content } = command;
        this.#client.give({ type: "edit", id, content });
        const [, number] = /^(\d+)\s/.exec(content) ?? [];
        if (command.id === undefined && number !== undefined) {
          this.#print(`This changes your last message; /edit #${number} TEXT changes message #${number}`);
        }
        return;
      }
      case "users":
        return this.#screen?.print(onlineLine(this.#client.online, this.#paint));
      case "help":
        return this.#screen?.print(typedCommands.map((text) => this.#paint("dim", `* ${text}`)).join("\n"));
      case "quit":
        return void this.#leave();
      case "hint":
        return this.#print(command.hint);
    }
  }

  #print(text: string): void {
    this.#screen?.print(this.#notice(text));
  }

  #notice(text: string): string {
    return noticeLine(text, this.#paint);
  }

  /** Leaves when everything is stored or after 5 s; at once when called a second time. */
  async #leave(): Promise<void> {
    if (!this.#leaving && this.#client.unconfirmed > 0) {
      this.#leaving = true;
      this.#print("Waiting for messages to be stored: Ctrl+C leaves now");
      await waitForOutcomes(this.#client, this.#context.environment, AbortSignal.timeout(LEAVING_MS));
    }
    this.#leaving = true;
    this.#client.leave();
  }
}
