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

/** Backlog, in bytes, above which ephemeral events are dropped. */
const BACKLOG_SLOW = 256 * 1024;

/** Backlog, in bytes, above which the client is disconnected. It reconnects and resumes. */
const BACKLOG_MAX = 1024 * 1024;

/** The application as a connection uses it. */
export interface ConnectionHost {
  /** Runs one command. Throws a `ChatError` for failures to report to the client. */
  run(connection: Connection, request: Request): Promise<Outcome>;
  /** Whether the user's rate limit permits another command now. Counts it. */
  allow(connection: Connection): boolean;
  /** Whether the user's abuse budget covers another useless frame of `bytes` bytes. Spends it. */
  tolerates(connection: Connection, bytes: number): boolean;
  /** Called exactly once, when the connection has ended. */
  closed(connection: Connection): void;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** One client: its subscriptions and its commands. */
export class Connection {
  /** Replaced when an administrator changes the user. */
  actor: User;
  readonly session: Session;
  readonly encoding: Encoding;
  /** The default room of commands: the one in the address that the connection was opened with. */
  readonly home: string | undefined;
  readonly subscriptions: Subscriptions = new Subscriptions(this);
  readonly #host: ConnectionHost;
  readonly #commands: CommandQueue;
  readonly #liveness = new Liveness();
  #transport: Transport | undefined;
  #closed = false;
  /** Unread history, in bytes. It does not count as backlog. */
  #owed = 0;
  /** Whether a page of history is being sent and more will follow. */
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

  /** Bytes that the client has not read yet. */
  get unsentBytes(): number {
    return this.#transport?.buffered ?? 0;
  }

  get commandsWaiting(): number {
    return this.#commands.size;
  }

  attach(transport: Transport): void {
    this.#transport = transport;
  }

  /**
   * Resolves when the handshake response has been written. Deno before 2.7 loses some of what is written before that.
   */
  async greeted(): Promise<void> {
    await this.#transport?.written();
  }

  /** Resolves when the client has read everything sent so far, or is gone. At most one call may be pending. */
  async taken(): Promise<void> {
    if (this.#closed || !this.#transport) return;
    this.#catchingUp = true;
    await Promise.race([this.#transport.written(), new Promise<void>((resolve) => this.#whenGone = resolve)]);
    this.#catchingUp = false;
  }

  /** Handles one frame from the client. `text` is `null` for a binary frame; `bytes` is the frame's length. */
  receive(text: string | null, bytes = text?.length ?? 0): void {
    this.#liveness.heard();
    if (!this.#closed) this.#commands.take(text, bytes);
  }

  /** Sends events to this client alone, in one frame. */
  reply(...events: ServerEvent[]): void {
    if (this.#closed) return;
    const text = encodeAll(this.encoding, events);
    if (text !== "") this.deliver(frame(text), false);
  }

  /**
   * Sends a page of history. It may exceed the backlog limits: a slow client must be given time to read it, or it would
   * be disconnected at the same point on every attempt.
   */
  welcome(history: Frame): void {
    if (history.length <= EMPTY_FRAME) return;
    this.deliver(history, false);
    this.#owed += history.length;
  }

  /**
   * Sends a frame, and disconnects a client that does not keep up. A `droppable` frame is ephemeral and may be dropped.
   */
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

  /** Pings the client, or ends the connection when the client is gone. */
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

  /** A pong has arrived. */
  alive(): void {
    // An unsolicited pong is useless traffic.
    if (!this.#liveness.awaitsPong) this.tolerate(0);
    this.#liveness.heard();
  }

  /** A ping has arrived. The transport has answered it. */
  pinged(): void {
    this.#liveness.heard();
    this.tolerate(0);
  }

  /** Counts a useless frame, and closes the connection when the user's abuse budget is spent. */
  tolerate(bytes: number): void {
    if (!this.#closed && !this.#host.tolerates(this, bytes)) this.close(closeCode.abuse, "Too many refused messages");
  }

  /** Ends all subscriptions now and closes the connection. */
  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#transport?.close(code, reason);
    this.#end();
  }

  /** Ends the connection and discards its backlog, so that the client reconnects and resumes. */
  cutOff(reason: string): void {
    this.close(closeCode.tooSlow, reason);
    // A client that does not read would not read the close frame either.
    this.#transport?.terminate();
  }

  /** The transport is gone. */
  lost(): void {
    this.#end();
  }

  /** Resolves when no command is running. */
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
