import type { Session } from "./account.ts";
import { backoff } from "./backoff.ts";
import { brief } from "./clean.ts";
import type { Link } from "./link.ts";
import { Outbox } from "./outbox.ts";
import { type Command, MAX_FRAME_BYTES, readFrame, type ServerEvent, type Signal } from "./protocol.ts";
import { type Environment, systemEnvironment } from "./environment.ts";
import { type Change, Transcript } from "./transcript.ts";
import { type LinkEnd, reconnectDecision } from "./reconnect_policy.ts";

/** What a client tells whoever shows it. The texts inside are the server's: clean them before they are printed. */
export type ClientEvent =
  /** The room's history up to now follows. `anew`: what was shown before is too old to be completed. */
  | { readonly type: "connected"; readonly again: boolean; readonly anew: boolean }
  | { readonly type: "lost"; readonly because: string; readonly retryMs: number }
  | { readonly type: "change"; readonly change: Change }
  | { readonly type: "online"; readonly online: Online }
  | { readonly type: "notice"; readonly text: string }
  /** A command will not be carried out. */
  | { readonly type: "failed"; readonly command: Command; readonly detail: string };

/** Who is here. In a crowd `names` are only some of `count`. */
export interface Online {
  readonly names: readonly string[];
  readonly count: number;
}

/** Why a client came to its end: it was told to leave, or cannot go on. `because` is one clean line. */
export type Ending = { readonly kind: "left" } | { readonly kind: "ended"; readonly because: string };

/** A connection that lasted this long, in ms, was a good one: after it the next is tried for soon. */
const STEADY_MS = 10_000;
/** How long a command waits, in ms, that came too early for the server. */
const TOO_EARLY_MS = 1_000;
const TYPING_EVERY_MS = 3_000;
const SEEN_EVERY_MS = 2_000;
/** What a nonce and its key add to a command. */
const NONCE_BYTES = 64;

/** One person in one room, across as many connections as it takes. */
export class Client {
  readonly #address: URL;
  readonly #session: Session;
  readonly #environment: Environment;
  readonly #show: (events: readonly ClientEvent[]) => void;
  readonly #leaving = new AbortController();
  readonly #transcript: Transcript;
  readonly #outbox = new Outbox();
  #link: Link | undefined;
  /** Whether the history was shown over the connection that is up. */
  #current = false;
  #connections = 0;
  /** Whether to start over: what comes until the next history is not shown. */
  #reloading = false;
  #online: Online = { names: [], count: 0 };
  #blocked = "";
  #typedAt = -Infinity;
  #seen = 0;
  #telling = false;
  #progress = Promise.withResolvers<void>();

  /** `show` is called with all that one frame brought, so that it can be shown at once. */
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

  /** Whether the history was shown over the connection that is up, and what is said now is sent now. */
  get connected(): boolean {
    return this.#current;
  }

  /** How many commands have no outcome yet. */
  get unconfirmed(): number {
    return this.#outbox.size;
  }

  /** What is still to come before all is settled: the outcome of a command, one's own message, or the first history. */
  get awaits(): "outcome" | "sight" | "history" | "nothing" {
    if (this.#outbox.size > 0) return "outcome";
    if (this.#transcript.owed > 0) return "sight";
    return this.#connections === 0 ? "history" : "nothing";
  }

  /** Resolves when one thing more is settled, or a connection ended. */
  get progress(): Promise<void> {
    return this.#progress.promise;
  }

  /** The last message of one's own that still stands, as far as it was shown. */
  get lastOwn(): number | undefined {
    return this.#transcript.lastOwn()?.id;
  }

  /** Connects, and connects again, until it is told to leave or cannot go on. To be called once. */
  async run(): Promise<Ending> {
    for (let attempt = 0;; attempt++) {
      const { end, lastedMs } = await this.#connection();
      if (this.#leaving.signal.aborted) break;
      const { again, because } = reconnectDecision(end, this.#connections === 0);
      const wished = this.#reloading && end.kind === "closed" && end.code === 1000;
      if (!again && !wished) return { kind: "ended", because: this.#blocked || because };
      if (lastedMs >= STEADY_MS) attempt = 0;
      const retryMs = backoff(attempt, this.#environment.random());
      if (!wished) this.#show([{ type: "lost", because, retryMs }]);
      await this.#environment.wait(retryMs, this.#leaving.signal);
      if (this.#leaving.signal.aborted) break;
    }
    return { kind: "left" };
  }

  /** Gives a command. What comes of it is a change that everybody is told of, or a `failed` event. */
  give(command: Command): void {
    if (new TextEncoder().encode(JSON.stringify(command)).length > MAX_FRAME_BYTES - NONCE_BYTES) {
      return this.#show([{ type: "failed", command, detail: "it is longer than 64 KiB" }]);
    }
    this.#outbox.give(command);
  }

  /** Mentions that somebody is typing, at most every 3 s. */
  typing(): void {
    const now = this.#environment.now();
    if (now - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = now;
    this.#mention({ type: "typing" });
  }

  /** Mentions that the newest message was seen, at most every 2 s. */
  async seen(): Promise<void> {
    if (this.#telling) return;
    this.#telling = true;
    while (this.#current && this.#seen < this.#transcript.newest) {
      this.#seen = this.#transcript.newest;
      this.#mention({ type: "seen", id: this.#seen });
      await this.#environment.wait(SEEN_EVERY_MS, this.#leaving.signal);
    }
    this.#telling = false;
  }

  /** Ends the connection, settled or not, and {@linkcode run}. */
  leave(): void {
    this.#leaving.abort();
    this.#link?.close();
  }

  /** One connection, from the first packet to the last. */
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

  /** Others may talk on for ever: only what is ours counts as progress. */
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
        // What was seen may have been deleted meanwhile: that a mention of it came to nothing is nobody's concern.
        return event.code === "not_found" && event.nonce === undefined ? [] : this.#refused(event.nonce, event.detail);
      case "warning":
        return this.#refused(event.nonce, event.detail);
      case "blocked":
        // Said once, when the connection ends over it.
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
        return [{ type: "notice", text: "The server said something unreadable" }];
      case "unknown":
        return [];
    }
  }

  #takeHistory(history: ServerEvent & { type: "history" }): ClientEvent[] {
    const link = this.#link;
    if (link === undefined) return [];
    // A counter behind what was shown is that of a database that was put back to an earlier day.
    if (history.head < this.#transcript.rev) {
      this.#startOver();
      return [];
    }
    // A long rest comes in parts: the first of them says that we are back.
    if (this.#current) return this.#transcript.take(history).map((change) => ({ type: "change", change }));
    const connected: ClientEvent = { type: "connected", again: this.#connections > 0, anew: this.#reloading };
    this.#connections++;
    this.#reloading = false;
    this.#current = true;
    const changes = this.#transcript.take(history);
    this.#outbox.open((frame) => link.send(frame));
    return [connected, ...changes.map((change): ClientEvent => ({ type: "change", change }))];
  }

  /** Comes back with nothing shown: only the first history of a connection is a page and a position that fit together. */
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

  /** An answer without a nonce is to a mention, or to nothing we know of: it is only told. */
  #refused(nonce: string | undefined, detail: string): ClientEvent[] {
    const command = this.#outbox.resolve(nonce);
    if (command === undefined) return [{ type: "notice", text: detail }];
    // A deletion that is sent again, because its answer was lost, finds nothing left to delete.
    if (command.type === "delete" && this.#transcript.isDeleted(command.id)) return [];
    return [{ type: "failed", command, detail }];
  }

  #mention(signal: Signal): void {
    if (this.#current) this.#link?.send(JSON.stringify(signal));
  }

  #progressed(): void {
    this.#progress.resolve();
    this.#progress = Promise.withResolvers();
  }
}
