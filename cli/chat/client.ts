import type { Session } from "./account.ts";
import { backoff } from "./backoff.ts";
import { brief } from "./clean.ts";
import type { Link } from "./link.ts";
import { Outbox } from "./outbox.ts";
import { type Command, MAX_FRAME_BYTES, readFrame, type ServerEvent, type Signal } from "./protocol.ts";
import { type Environment, systemEnvironment } from "./environment.ts";
import { type Change, Transcript } from "./transcript.ts";
import { type LinkEnd, reconnectDecision } from "./reconnect_policy.ts";

/** Events for the display. Texts come from the server as they are: clean them before printing. */
export type ClientEvent =
  /** The room's history follows. `anew`: too much was missed, so the history starts over. */
  | { readonly type: "connected"; readonly again: boolean; readonly anew: boolean }
  | { readonly type: "lost"; readonly because: string; readonly retryMs: number }
  | { readonly type: "change"; readonly change: Change }
  | { readonly type: "online"; readonly online: Online }
  | { readonly type: "notice"; readonly text: string }
  /** The command was refused. */
  | { readonly type: "failed"; readonly command: Command; readonly detail: string };

/** The users online. In a crowded room, `names` has only some of `count`. */
export interface Online {
  readonly names: readonly string[];
  readonly count: number;
}

/** Why a client ended: it was told to leave, or cannot continue. `because` is one clean line. */
export type Ending = { readonly kind: "left" } | { readonly kind: "ended"; readonly because: string };

/** A connection that lasted this long, in ms, resets the backoff. */
const STEADY_MS = 10_000;
/** How long to wait before retrying a rate-limited command, in ms. */
const TOO_EARLY_MS = 1_000;
const TYPING_EVERY_MS = 3_000;
const SEEN_EVERY_MS = 2_000;
/** Bytes that a nonce adds to a command. */
const NONCE_BYTES = 64;

/** A client in one room. It reconnects as needed. */
export class Client {
  readonly #address: URL;
  readonly #session: Session;
  readonly #environment: Environment;
  readonly #show: (events: readonly ClientEvent[]) => void;
  readonly #leaving = new AbortController();
  readonly #transcript: Transcript;
  readonly #outbox = new Outbox();
  #link: Link | undefined;
  /** Whether the current connection has delivered its history. */
  #current = false;
  #connections = 0;
  /** Whether the history is being started over. Events before the next history are ignored. */
  #reloading = false;
  #online: Online = { names: [], count: 0 };
  #blocked = "";
  #typingSentAt = -Infinity;
  #seen = 0;
  #sendingSeen = false;
  #progress = Promise.withResolvers<void>();

  /** `show` is called once per frame, with all its events. */
  constructor(
    { origin, room, session }: { origin: URL; room: string; session: Session },
    show: (events: readonly ClientEvent[]) => void,
    environment: Environment = systemEnvironment,
  ) {
    this.#address = new URL("/ws", origin);
    this.#address.protocol = origin.protocol === "https:" ? "wss:" : "ws:";
    this.#address.searchParams.set("room", room);
    this.#session = session;
    this.#transcript = new Transcript(session.username);
    this.#show = show;
    this.#environment = environment;
  }

  get online(): Online {
    return this.#online;
  }

  /** Whether the current connection has delivered its history, so that commands are sent immediately. */
  get connected(): boolean {
    return this.#current;
  }

  /** Number of commands without an outcome. */
  get unconfirmed(): number {
    return this.#outbox.size;
  }

  /**
   * What remains before everything is settled: the outcome of a command, the display of the user's own message, or the
   * first history.
   */
  get awaits(): "outcome" | "sight" | "history" | "nothing" {
    if (this.#outbox.size > 0) return "outcome";
    if (this.#transcript.owed > 0) return "sight";
    return this.#connections === 0 ? "history" : "nothing";
  }

  /** Resolves at the next progress: something is settled, or a connection ends. */
  get progress(): Promise<void> {
    return this.#progress.promise;
  }

  /** The user's last undeleted message among those shown. */
  get lastOwn(): number | undefined {
    return this.#transcript.lastOwn()?.id;
  }

  /** Connects, and reconnects until it is told to leave or cannot continue. Call it once. */
  async run(): Promise<Ending> {
    for (let attempt = 0;; attempt++) {
      const { end, lastedMs } = await this.#connection();
      if (this.#leaving.signal.aborted) break;
      const { again, because } = reconnectDecision(end, this.#connections === 0);
      const intended = this.#reloading && end.kind === "closed" && end.code === 1000;
      if (!again && !intended) return { kind: "ended", because: this.#blocked || because };
      if (lastedMs >= STEADY_MS) attempt = 0;
      const retryMs = backoff(attempt, this.#environment.random());
      if (!intended) this.#show([{ type: "lost", because, retryMs }]);
      await this.#environment.wait(retryMs, this.#leaving.signal);
      if (this.#leaving.signal.aborted) break;
    }
    return { kind: "left" };
  }

  /** Sends a command. Its outcome is a change like everybody else's, or a `failed` event. */
  give(command: Command): void {
    if (new TextEncoder().encode(JSON.stringify(command)).length > MAX_FRAME_BYTES - NONCE_BYTES) {
      return this.#show([{ type: "failed", command, detail: "message is longer than 64 KiB" }]);
    }
    this.#outbox.give(command);
  }

  /** Sends a typing signal, at most every 3 s. */
  typing(): void {
    const now = this.#environment.now();
    if (now - this.#typingSentAt < TYPING_EVERY_MS) return;
    this.#typingSentAt = now;
    this.#signal({ type: "typing" });
  }

  /** Marks the newest message as seen, at most every 2 s. */
  async seen(): Promise<void> {
    if (this.#sendingSeen) return;
    this.#sendingSeen = true;
    while (this.#current && this.#seen < this.#transcript.newest) {
      this.#seen = this.#transcript.newest;
      this.#signal({ type: "seen", id: this.#seen });
      await this.#environment.wait(SEEN_EVERY_MS, this.#leaving.signal);
    }
    this.#sendingSeen = false;
  }

  /** Ends the connection and {@linkcode run}, whether or not everything is settled. */
  leave(): void {
    this.#leaving.abort();
    this.#link?.close();
  }

  /** Runs one connection until it ends. */
  #connection(): Promise<{ end: LinkEnd; lastedMs: number }> {
    const { promise, resolve } = Promise.withResolvers<{ end: LinkEnd; lastedMs: number }>();
    const address = new URL(this.#address);
    if (this.#transcript.rev > 0) address.searchParams.set("after", String(this.#transcript.rev));
    let openedAt = Infinity;
    this.#link = this.#environment.dial(address, this.#session.token, {
      onOpen: () => openedAt = this.#environment.now(),
      onFrame: (frame) => this.#take(readFrame(frame)),
      onEnd: (end) => {
        this.#link = undefined;
        this.#current = false;
        this.#outbox.close();
        this.#progressed();
        resolve({ end, lastedMs: this.#environment.now() - openedAt });
      },
    });
    return promise;
  }

  #take(events: readonly ServerEvent[]): void {
    const unsettled = this.#unsettled;
    const shown = events.flatMap((event) => this.#takeOne(event));
    if (shown.length > 0) this.#show(shown);
    if (this.#unsettled !== unsettled) this.#progressed();
  }

  /** Only the user's own commands count as progress: others may go on talking for ever. */
  get #unsettled(): string {
    return `${this.awaits} ${this.#outbox.size} ${this.#transcript.owed}`;
  }

  #takeOne(event: ServerEvent): ClientEvent[] {
    switch (event.type) {
      case "history":
        return this.#takeHistory(event);
      case "message":
      case "edit":
      case "delete":
        return this.#current ? this.#transcript.take(event).map((change) => ({ type: "change", change })) : [];
      case "ack": {
        const command = this.#outbox.resolve(event.nonce);
        if (command?.type === "send" && event.id !== undefined) this.#transcript.own(event.id);
        return [];
      }
      case "error":
        if (event.code === "rate_limited") return this.#tooEarly(event.nonce);
        // The message marked as seen may have been deleted meanwhile: ignore the error.
        return event.code === "not_found" && event.nonce === undefined ? [] : this.#refused(event.nonce, event.detail);
      case "warning":
        return this.#refused(event.nonce, event.detail);
      case "blocked":
        // Shown once, when the connection ends.
        this.#blocked = brief(event.detail);
        return event.nonce === undefined ? [] : this.#refused(event.nonce, event.detail);
      case "users":
        this.#online = { names: event.users, count: event.count };
        return [{ type: "online", online: this.#online }];
      case "system":
        return [{ type: "notice", text: event.content }];
      case "reload":
        this.#startOver();
        return [];
      case "unreadable":
        return [{ type: "notice", text: "The server sent an invalid event" }];
      case "unknown":
        return [];
    }
  }

  #takeHistory(history: ServerEvent & { type: "history" }): ClientEvent[] {
    const link = this.#link;
    if (link === undefined) return [];
    // A head behind what was shown means that the database was restored from a backup.
    if (history.head < this.#transcript.rev) {
      this.#startOver();
      return [];
    }
    // A long history comes in parts. Only the first reports the connection.
    if (this.#current) return this.#transcript.take(history).map((change) => ({ type: "change", change }));
    const connected: ClientEvent = { type: "connected", again: this.#connections > 0, anew: this.#reloading };
    this.#connections++;
    this.#reloading = false;
    this.#current = true;
    const changes = this.#transcript.take(history);
    this.#outbox.open((frame) => link.send(frame));
    return [connected, ...changes.map((change): ClientEvent => ({ type: "change", change }))];
  }

  /** Reconnects without resuming: only the first history of a connection is a complete page with its position. */
  #startOver(): void {
    this.#reloading = true;
    this.#current = false;
    this.#transcript.restart();
    this.#outbox.close();
    this.#link?.close();
  }

  #tooEarly(nonce: string | undefined): ClientEvent[] {
    if (nonce !== undefined) void this.#environment.wait(TOO_EARLY_MS).then(() => this.#outbox.retry(nonce));
    return [];
  }

  /** An error without a nonce belongs to a signal, or to nothing known: it is only shown. */
  #refused(nonce: string | undefined, detail: string): ClientEvent[] {
    const command = this.#outbox.resolve(nonce);
    if (command === undefined) return [{ type: "notice", text: detail }];
    // A deletion that is sent again, because its reply was lost, finds nothing to delete.
    if (command.type === "delete" && this.#transcript.isDeleted(command.id)) return [];
    return [{ type: "failed", command, detail }];
  }

  #signal(signal: Signal): void {
    if (this.#current) this.#link?.send(JSON.stringify(signal));
  }

  #progressed(): void {
    this.#progress.resolve();
    this.#progress = Promise.withResolvers();
  }
}
