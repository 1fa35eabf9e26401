import type { Log } from "../../db/log.ts";
import type { Metrics } from "../../db/metrics.ts";
import type { Session, User } from "../../db/model.ts";
import type { Outcome } from "../command.ts";
import type { Request } from "../commands/request.ts";
import { encodeAll, type Encoding } from "../encoding/encoding.ts";
import type { ServerEvent } from "../event.ts";
import { Subscriptions } from "../rooms/subscriptions.ts";
import { closeCode } from "./close_code.ts";
import { CommandQueue } from "./command_queue.ts";
import { Liveness } from "./liveness.ts";
import { EMPTY_FRAME, type Frame, frame, type Transport } from "./transport.ts";

/** Unsent bytes beyond which ephemeral events are left out. */
const BACKLOG_SLOW = 256 * 1024;

/** Unsent bytes beyond which the client is cut off: it comes back and resumes. */
const BACKLOG_MAX = 1024 * 1024;

/** What a connection asks of the app around it. */
export interface ConnectionHost {
  /** Runs one command. Throws `ChatError` for what the asker should know. */
  run(connection: Connection, request: Request): Promise<Outcome>;
  /** Whether this user may give another command now. */
  allow(connection: Connection): boolean;
  /** Whether another useless frame of so many bytes is tolerated from this user. */
  tolerates(connection: Connection, bytes: number): boolean;
  /** The connection has ended. Called exactly once. */
  closed(connection: Connection): void;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** One client. It listens to as many rooms as it has subscriptions, and gives commands. */
export class Connection {
  /** As of now: it is exchanged when an administrator changes the account. */
  actor: User;
  readonly session: Session;
  readonly encoding: Encoding;
  /** The room that commands mean that name none: that of the address it was opened with. */
  readonly home: string | undefined;
  readonly subscriptions: Subscriptions = new Subscriptions(this);
  readonly #host: ConnectionHost;
  readonly #commands: CommandQueue;
  readonly #liveness = new Liveness();
  #transport: Transport | undefined;
  #closed = false;
  /** Bytes of its histories that it has not read yet: they do not count as backlog. */
  #owed = 0;
  /** Whether a part of a history is on its way and more will follow. */
  #catchingUp = false;
  #whenGone: (() => void) | undefined;

  constructor(
    options: { actor: User; session: Session; encoding: Encoding; host: ConnectionHost; home?: string | undefined },
  ) {
    this.actor = options.actor;
    this.session = options.session;
    this.encoding = options.encoding;
    this.home = options.home;
    this.#host = options.host;
    this.#commands = new CommandQueue(this, options.host);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Bytes that its client has not read yet. */
  get unsentBytes(): number {
    return this.#transport?.buffered ?? 0;
  }

  get commandsWaiting(): number {
    return this.#commands.size;
  }

  attach(transport: Transport): void {
    this.#transport = transport;
  }

  /** Resolves when the answer to its handshake has left: Deno before 2.7 loses a part of what is written before that. */
  async greeted(): Promise<void> {
    await this.#transport?.written();
  }

  /** Resolves when its client has read all that was sent to it, or is gone. Not to be called again before that. */
  async taken(): Promise<void> {
    if (this.#closed || !this.#transport) return;
    this.#catchingUp = true;
    await Promise.race([this.#transport.written(), new Promise<void>((resolve) => this.#whenGone = resolve)]);
    this.#catchingUp = false;
  }

  /** Takes one frame of the client; `null` is one that is not text. `bytes` is its length. */
  receive(text: string | null, bytes = text?.length ?? 0): void {
    this.#liveness.heard();
    if (!this.#closed) this.#commands.take(text, bytes);
  }

  /** Tells this client alone, in one frame. */
  reply(...events: ServerEvent[]): void {
    if (this.#closed) return;
    const text = encodeAll(this.encoding, events);
    if (text !== "") this.deliver(frame(text), false);
  }

  /**
   * Sends a part of a history. That may be larger than the bounds: the client is given the time to read it, and would
   * otherwise never get past it.
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
      this.#host.metrics.slowReaders += 1;
      return this.cutOff("Too slow");
    }
    if (droppable && backlog > BACKLOG_SLOW) return;
    transport.send(data);
  }

  /** One turn of the heartbeat. */
  beat(heartbeat: Frame | undefined): void {
    const transport = this.#transport;
    if (this.#closed || !transport) return;
    if (!this.#liveness.beat(transport.buffered, this.#catchingUp)) {
      transport.terminate();
      return this.#end();
    }
    transport.ping();
    if (heartbeat) this.deliver(heartbeat, true);
  }

  /** The client has answered a ping. */
  alive(): void {
    // An answer that nobody has asked for is useless traffic.
    if (!this.#liveness.isAsked) this.tolerate(0);
    this.#liveness.heard();
  }

  /** The client has sent a ping, which is answered already. */
  pinged(): void {
    this.#liveness.heard();
    this.tolerate(0);
  }

  /** Counts a useless frame, and ends the connection when there have been too many. */
  tolerate(bytes: number): void {
    if (!this.#closed && !this.#host.tolerates(this, bytes)) this.close(closeCode.abuse, "Too many refused messages");
  }

  /** Leaves its rooms now and says goodbye. */
  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#transport?.close(code, reason);
    this.#end();
  }

  /** Ends it together with what it has not read, so that it comes back and resumes. */
  cutOff(reason: string): void {
    this.close(closeCode.tooSlow, reason);
    // It does not read, so it will not read the goodbye.
    this.#transport?.terminate();
  }

  /** The transport is gone. */
  lost(): void {
    this.#end();
  }

  /** Resolves when no command is being worked on. */
  async idle(): Promise<void> {
    await this.#commands.idle();
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.subscriptions.endAll();
    this.#whenGone?.();
    this.#host.closed(this);
  }
}
