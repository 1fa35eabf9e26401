import { ChatError } from "../../db/errors.ts";
import type { Log } from "../../db/log.ts";
import type { Metrics } from "../../db/metrics.ts";
import type { Session, User } from "../../db/model.ts";
import type { Outcome } from "../command.ts";
import { closeCode } from "./close_code.ts";
import { parseRequest, type Request } from "../commands/request.ts";
import type { Encoding } from "../encoding/encoding.ts";
import type { Reply, ServerEvent } from "../event.ts";
import { Warned } from "../words/moderator.ts";
import { EMPTY_FRAME, type Frame, frame, type Transport } from "./transport.ts";

/** Unsent bytes beyond which ephemeral events are left out. */
const BACKLOG_SLOW = 256 * 1024;

/** Unsent bytes beyond which the client is cut off: it comes back and resumes. */
const BACKLOG_MAX = 1024 * 1024;

/** Bytes that a client on the slowest of lines reads between two beats; fewer are no sign of life. */
const READ_MIN = 16 * 1024;

/** Beats in a row in which one who is brought up to date has taken nothing before it is given up. */
const STUCK_MAX = 3;

/** Commands of one connection waiting for their turn. */
const QUEUE_MAX = 256;

/** What a connection asks of the app around it. */
export interface ConnectionHost {
  /** Runs one command. Throws `ChatError` for what the asker should know. */
  run(connection: Connection, request: Request): Promise<Outcome>;
  /** Whether this user may give another command now. */
  allow(connection: Connection): boolean;
  /** Whether so much more that is of no use is borne of this user. */
  tolerates(connection: Connection, bytes: number): boolean;
  /** The connection takes part no longer. Called exactly once. */
  closed(connection: Connection): void;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** One client of one room. Commands run one after the other, in the order in which they came. */
export class Connection {
  /** As of now: it is exchanged when an administrator changes the account. */
  actor: User;
  readonly session: Session;
  readonly encoding: Encoding;
  /** Durable changes up to this `rev` were in the history it joined with. */
  shown = 0;
  readonly #host: ConnectionHost;
  readonly #queue: Request[] = [];
  #transport: Transport | undefined;
  #busy = false;
  #closed = false;
  /** Bytes of its history that it has not taken yet: they do not count as backlog. */
  #owed = 0;
  #beatsMissed = 0;
  /** Unsent bytes at the last beat. */
  #lastBacklog = 0;
  #whenIdle: (() => void) | undefined;
  /** Whether a part of its history is on its way and more will follow, and how many beats nothing of it was taken. */
  #catchingUp = false;
  #beatsStuck = 0;
  #whenGone: (() => void) | undefined;

  constructor(options: { actor: User; session: Session; encoding: Encoding; host: ConnectionHost }) {
    this.actor = options.actor;
    this.session = options.session;
    this.encoding = options.encoding;
    this.#host = options.host;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** What its client has not taken yet. */
  get unsentBytes(): number {
    return this.#transport?.buffered ?? 0;
  }

  get commandsWaiting(): number {
    return this.#queue.length;
  }

  attach(transport: Transport): void {
    this.#transport = transport;
  }

  /** Resolves when the answer to its handshake has left: Deno before 2.7 loses a part of what is written before that. */
  async greeted(): Promise<void> {
    await this.#transport?.written();
  }

  /** Resolves when its client has taken all that was sent to it, or is gone. */
  async taken(): Promise<void> {
    if (this.#closed || !this.#transport) return;
    this.#catchingUp = true;
    await Promise.race([this.#transport.written(), new Promise<void>((resolve) => this.#whenGone = resolve)]);
    this.#catchingUp = false;
  }

  /** Takes one frame of the client; `null` is one that is not text. `bytes` is its length. */
  receive(text: string | null, bytes = text?.length ?? 0): void {
    this.#beatsMissed = 0;
    if (this.#closed) return;
    const request = text === null ? undefined : parseRequest(text, this.encoding.name);
    if (!request) return this.#refuse(bytes, "invalid", "Invalid message format");
    if (!this.#host.allow(this)) {
      return this.#refuse(bytes, "rate_limited", "Too many messages, wait a moment", request.nonce);
    }
    if (this.#queue.length >= QUEUE_MAX) {
      return this.#refuse(bytes, "rate_limited", "Too many messages at once, wait a moment", request.nonce);
    }
    this.#queue.push(request);
    if (!this.#busy) void this.#work();
  }

  /** Tells this client alone. */
  reply(event: Reply | ServerEvent): void {
    const text = this.encoding.encode(event);
    if (text !== "") this.deliver(frame(text), false);
  }

  /**
   * Gives it the history it joins with. That may be larger than the bounds: it is given the time to read it, and would
   * else never get past it.
   */
  welcome(history: Frame): void {
    if (history.length <= EMPTY_FRAME) return;
    this.deliver(history, false);
    this.#owed += history.length;
  }

  /** Sends a frame, unless the client does not keep up. `droppable`: it is ephemeral, and may be left out. */
  deliver(data: Frame, droppable: boolean): void {
    const transport = this.#transport;
    if (this.#closed || !transport) return;
    this.#owed = Math.min(this.#owed, transport.buffered);
    const backlog = transport.buffered - this.#owed;
    if (backlog > BACKLOG_MAX) {
      this.close(closeCode.tooSlow, "Too slow");
      this.#host.metrics.slowReaders += 1;
      // It does not read, so it will not read the goodbye.
      transport.terminate();
      return;
    }
    if (droppable && backlog > BACKLOG_SLOW) return;
    transport.send(data);
  }

  /** One turn of the heartbeat. A client that has not answered the last two is gone, whatever TCP believes. */
  beat(heartbeat: Frame | undefined): void {
    if (this.#closed || !this.#transport) return;
    // Its pong stands behind what it is still reading: as long as it reads, it lives.
    const backlog = this.#transport.buffered;
    if (backlog <= this.#lastBacklog - READ_MIN) this.#beatsMissed = 0;
    // Signs of life are no reason to wait for ever for one who takes nothing.
    this.#beatsStuck = this.#catchingUp && backlog > 0 && backlog >= this.#lastBacklog ? this.#beatsStuck + 1 : 0;
    this.#lastBacklog = backlog;
    if (this.#beatsMissed >= 2 || this.#beatsStuck >= STUCK_MAX) {
      this.#transport.terminate();
      this.#end();
      return;
    }
    this.#beatsMissed += 1;
    this.#transport.ping();
    if (heartbeat) this.deliver(heartbeat, true);
  }

  /** The client has answered a ping. */
  alive(): void {
    // Nobody has asked.
    if (this.#beatsMissed === 0) this.#bear(0);
    this.#beatsMissed = 0;
  }

  /** The client has sent a ping, which is answered already. */
  pinged(): void {
    this.#beatsMissed = 0;
    if (!this.#closed) this.#bear(0);
  }

  /** Leaves the room now and says goodbye. */
  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#transport?.close(code, reason);
    this.#end();
  }

  /** The transport is gone. */
  lost(): void {
    this.#end();
  }

  terminate(): void {
    this.#transport?.terminate();
  }

  /** Resolves when no command is being worked on. */
  async idle(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#whenIdle = resolve);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#whenGone?.();
    this.#host.closed(this);
  }

  /** Ends it when more of what is of no use has come than is borne. */
  #bear(bytes: number): void {
    if (!this.#host.tolerates(this, bytes)) this.close(closeCode.abuse, "Too many refused messages");
  }

  #refuse(bytes: number, code: string, detail: string, nonce?: string): void {
    if (code === "rate_limited") this.#host.metrics.commandsLimited += 1;
    this.#bear(bytes);
    if (this.#closed) return;
    this.reply({ type: "error", detail, code, nonce });
  }

  async #work(): Promise<void> {
    this.#busy = true;
    let request: Request | undefined;
    while ((request = this.#queue.shift())) {
      try {
        const outcome = await this.#host.run(this, request);
        this.#acknowledge(request.nonce, outcome);
      } catch (error) {
        this.#answer(error, request.nonce);
      }
    }
    this.#busy = false;
    this.#whenIdle?.();
  }

  #acknowledge(nonce: string | undefined, { id, secret }: NonNullable<Outcome> = {}): void {
    if (nonce === undefined && secret === undefined) return;
    this.reply({ type: "ack", nonce, id, secret });
  }

  #answer(error: unknown, nonce: string | undefined): void {
    if (error instanceof Warned) {
      this.reply({ type: "warning", detail: error.message, warning_count: error.warnings, nonce });
      return;
    }
    if (error instanceof ChatError) {
      this.reply({ type: "error", detail: error.message, code: error.code, nonce });
      return;
    }
    this.#host.log("error", "Cannot run command", { user: this.actor.id, error });
    this.reply({ type: "error", detail: "This could not be stored, try again later", code: "unavailable", nonce });
  }
}
