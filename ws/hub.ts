import { ChatError } from "../db/errors.ts";
import type { Log } from "../db/log.ts";
import type { Logins } from "../db/auth/logins.ts";
import type { Metrics } from "../db/metrics.ts";
import type { Room as RoomRow, RoomId, Session, User, UserId } from "../db/model.ts";
import type { Store } from "../db/store.ts";
import type { Bus } from "./bus/bus.ts";
import { atMost, type Clock, every } from "./clock.ts";
import type { Outcome } from "./command.ts";
import type { Dispatch } from "./commands/dispatch.ts";
import type { Request } from "./commands/request.ts";
import { connectionCommand } from "./commands/subscribe.ts";
import type { Encoding } from "./encoding/encoding.ts";
import { AbuseBudget } from "./people/abuse_budget.ts";
import { Inboxes } from "./people/inboxes.ts";
import type { RateLimit } from "./people/rate_limit.ts";
import { Sessions } from "./people/sessions.ts";
import { UserEvents } from "./people/user_events.ts";
import { LiveRooms } from "./rooms/live_rooms.ts";
import type { Online } from "./rooms/presence.ts";
import { PresenceAtStop } from "./rooms/presence_at_stop.ts";
import { RoomAccess } from "./rooms/room_access.ts";
import type { SeenMarks } from "./rooms/seen_marks.ts";
import { closeCode } from "./transport/close_code.ts";
import { Connection, type ConnectionHost } from "./transport/connection.ts";
import { Heartbeat } from "./transport/heartbeat.ts";
import type { Transport, TransportEvents } from "./transport/transport.ts";

/** How often empty rooms and full abuse budgets are swept, in ms. */
const SWEEP = 9000;

/** How often expired sessions are closed, in ms. */
const EXPIRY = 1000;

/** Connections per user: windows, phones and bots. */
const CONNECTIONS_MAX = 100;

export interface HubOptions {
  store: Store;
  bus: Bus;
  logins: Logins;
  dispatch: Dispatch;
  rateLimit: RateLimit;
  seen: SeenMarks;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** Whether limits on users apply. */
  limits: boolean;
}

export interface HubLoad {
  /** By encoding. */
  readonly connections: { readonly html: number; readonly json: number };
  /** Users with a connection. */
  readonly users: number;
  /** Rooms in memory. */
  readonly rooms: number;
  /** Bytes that clients have not read yet. */
  readonly unsentBytes: number;
  readonly commandsWaiting: number;
}

/** All connections of this process: their users, sessions and subscriptions, and how they end. */
export class Hub implements ConnectionHost {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly #options: HubOptions;
  readonly #rooms: LiveRooms;
  readonly #presenceAtStop: PresenceAtStop;
  readonly #inboxes: Inboxes;
  readonly #sessions: Sessions;
  readonly #access: RoomAccess;
  readonly #userEvents: UserEvents;
  readonly #heartbeat = new Heartbeat();
  readonly #abuse = new AbuseBudget();
  readonly #stops: (() => void)[] = [];
  #draining = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.log = options.log;
    this.metrics = options.metrics;
    this.#rooms = new LiveRooms(options);
    this.#inboxes = new Inboxes(options);
    this.#sessions = new Sessions(options);
    this.#access = new RoomAccess({ ...options, rooms: this.#rooms });
    this.#userEvents = new UserEvents({
      ...options,
      inboxes: this.#inboxes,
      sessions: this.#sessions,
      cutRoom: (user, room) => this.cutRoom(user, room),
    });
    this.#presenceAtStop = new PresenceAtStop({ ...options, rooms: this.#rooms });
  }

  /** Starts the heartbeat and the sweeps, and subscribes to changes of users. */
  async start(): Promise<void> {
    const { bus, clock } = this.#options;
    this.#stops.push(bus.subscribe("people", (event) => this.#userEvents.handle(event)));
    this.#stops.push(this.#heartbeat.start(clock));
    this.#stops.push(every(clock, SWEEP, () => {
      this.#abuse.sweep(clock.now());
      this.#rooms.sweep();
    }));
    this.#stops.push(every(clock, EXPIRY, () => this.#sessions.expire()));
    this.#stops.push(await this.#presenceAtStop.restore());
  }

  /** The users online in a room, for a page that is being rendered. */
  online(room: RoomId): Online {
    return this.#rooms.online(room);
  }

  /** All connected users. */
  onlineUsers(): UserId[] {
    return this.#inboxes.users();
  }

  /**
   * Counts how often a user has lost access to a room. While it is unchanged, a room loaded before is still accessible.
   */
  get cuts(): number {
    return this.#access.losses;
  }

  isOnline(user: UserId): boolean {
    return this.#inboxes.has(user);
  }

  /** The current load, for metrics. Walks all connections. */
  load(): HubLoad {
    const connections = { html: 0, json: 0 };
    let unsentBytes = 0, commandsWaiting = 0;
    for (const connection of this.#inboxes.connections()) {
      connections[connection.encoding.name] += 1;
      unsentBytes += connection.unsentBytes;
      commandsWaiting += connection.commandsWaiting;
    }
    return { connections, users: this.#inboxes.size, rooms: this.#rooms.size, unsentBytes, commandsWaiting };
  }

  /**
   * Throws when the user has too many connections or has exhausted the abuse budget, or when the server is stopping.
   */
  admit(user: User): void {
    if (this.#draining) throw new ChatError("unavailable", "Server is restarting");
    const connections = this.#inboxes.connectionsOf(user.id).length;
    if (this.#options.limits && connections >= CONNECTIONS_MAX) {
      throw new ChatError("rate_limited", "Too many connections", { retryAfter: 30 });
    }
    const pause = this.#options.limits ? this.#abuse.pause(user.id, this.#options.clock.now()) : 0;
    if (pause > 0) {
      throw new ChatError("rate_limited", "Too many refused messages, try again later", {
        retryAfter: Math.ceil(pause / 1000),
      });
    }
  }

  /**
   * Registers a new connection, with `row` as its first subscription. `connect` creates its transport with the given
   * event handlers.
   */
  open(
    connect: (events: TransportEvents) => Transport,
    options: {
      actor: User;
      session: Session;
      row: RoomRow | undefined;
      /** The value of `cuts` before `row` was loaded. */
      asOf?: number;
      after: number | undefined;
      encoding: Encoding;
    },
  ): Connection {
    const { actor, session, row, asOf, after, encoding } = options;
    const connection = new Connection({ actor, session, encoding, host: this, home: row?.slug });
    connection.attach(connect({
      onText: (text, bytes) => connection.receive(text, bytes),
      onPing: () => connection.pinged(),
      onPong: () => connection.alive(),
      onClose: () => connection.lost(),
    }));
    this.#sessions.add(connection);
    this.#inboxes.add(connection);
    this.metrics.connectionsOpened += 1;
    this.#heartbeat.add(connection);
    const failed = (error: unknown) => {
      this.log("error", "Cannot join room", { room: row?.slug, user: actor.id, error });
      connection.close(closeCode.tooSlow, "Try again");
    };
    if (row) connection.subscriptions.add(this.#rooms.of(row), { after, failed });
    this.#begin(connection, row, asOf).catch(failed);
    return connection;
  }

  /** Counts a command on arrival, before it is queued, so that a flood fills no queue. */
  allow({ actor }: Connection): boolean {
    return this.#options.rateLimit.wait(actor) === 0;
  }

  tolerates({ actor }: Connection, bytes: number): boolean {
    return this.#abuse.spend(actor.id, bytes, this.#options.clock.now());
  }

  async run(connection: Connection, request: Request): Promise<Outcome> {
    if (connection.isClosed) throw new ChatError("unavailable", "Connection is closed");
    const renewed = this.#options.logins.use(connection.session);
    if (renewed !== undefined) this.#sessions.renew(connection.session, renewed);
    const own = connectionCommand(request);
    if (own?.type === "subscribe") return await this.#access.subscribe(connection, own);
    if (own?.type === "unsubscribe") return void connection.subscriptions.end(own.room);
    const room = await this.#access.roomOf(connection, request);
    return await this.#options.dispatch(connection.actor, request, { room, isCounted: true });
  }

  closed(connection: Connection): void {
    this.#heartbeat.delete(connection);
    this.#sessions.delete(connection);
    this.#inboxes.delete(connection);
  }

  /**
   * Ends a user's subscriptions to a room on all connections, after the loss of access. The backlog of a slow client
   * may contain messages of the room: it is disconnected, reconnects and resumes.
   */
  cutRoom(user: UserId, room: RoomId): void {
    this.#access.lost();
    for (const connection of this.#inboxes.connectionsOf(user)) {
      if (connection.subscriptions.endById(room) && connection.unsentBytes > 0) connection.cutOff("Try again");
    }
    this.#inboxes.left(user, room);
  }

  /**
   * Refuses new connections, and closes each existing one with 1012 when its commands have been answered. Resolves when
   * all are closed, or after `timeout` ms.
   */
  async drain(timeout: number): Promise<void> {
    this.#draining = true;
    for (const stop of this.#stops) stop();
    await this.#presenceAtStop.save();
    const connections = [...this.#inboxes.connections()];
    const closing = connections.map(async (connection) => {
      await connection.idle();
      connection.close(closeCode.restart, "Server is restarting");
    });
    await atMost(this.#options.clock, timeout, Promise.all(closing));
    for (const connection of connections) connection.close(closeCode.restart, "Server is restarting");
    await this.#options.seen.flush();
    this.#inboxes.close();
    this.#rooms.close();
  }

  /** Drops cached messages and counts, after messages have been purged from the store. */
  forget(): void {
    this.#rooms.forget();
    this.#inboxes.forget();
  }

  /**
   * Starts a registered connection. From the registration on, events report the end of its session, a block and a lost
   * room. What happened between the check before the handshake and the registration is checked here.
   */
  async #begin(connection: Connection, row: RoomRow | undefined, asOf: number | undefined): Promise<void> {
    await connection.greeted();
    if (!await this.#userEvents.revalidate(connection)) return;
    if (row && !await this.#access.isCurrent(connection.actor, row, asOf)) {
      return connection.close(closeCode.tooSlow, "Try again");
    }
    connection.subscriptions.start();
    await this.#inboxes.welcome(connection);
  }
}
