import { ChatError } from "../db/errors.ts";
import type { Log } from "../db/log.ts";
import type { Logins } from "../db/auth/logins.ts";
import type { Metrics } from "../db/metrics.ts";
import type { Room as RoomRow, RoomId, Session, User, UserId } from "../db/model.ts";
import { can } from "../db/policy.ts";
import type { Store } from "../db/store.ts";
import type { Bus } from "./bus/bus.ts";
import type { PeopleEvent } from "./bus/topics.ts";
import { type Clock, every } from "./clock.ts";
import type { Outcome } from "./command.ts";
import type { Dispatch } from "./commands/dispatch.ts";
import type { Request } from "./commands/request.ts";
import { connectionCommand } from "./commands/subscribe.ts";
import type { Encoding } from "./encoding/encoding.ts";
import { AbuseBudget } from "./people/abuse_budget.ts";
import { Inboxes } from "./people/inboxes.ts";
import type { RateLimit } from "./people/rate_limit.ts";
import { Sessions } from "./people/sessions.ts";
import { LiveRooms } from "./rooms/live_rooms.ts";
import type { Online } from "./rooms/presence.ts";
import { PresenceAtStop } from "./rooms/presence_at_stop.ts";
import { reachRoom } from "./rooms/reach_room.ts";
import type { SeenMarks } from "./rooms/seen_marks.ts";
import { SUBSCRIPTIONS_MAX } from "./rooms/subscriptions.ts";
import { closeCode } from "./transport/close_code.ts";
import { Connection, type ConnectionHost } from "./transport/connection.ts";
import { Heartbeat } from "./transport/heartbeat.ts";
import type { Transport, TransportEvents } from "./transport/transport.ts";

/** How often empty rooms are swept, in ms. */
const SWEEP = 9000;

/** How often expired sessions are ended, in ms. */
const EXPIRY = 1000;

/** Connections that one user can have: windows, phones and bots. */
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
  /** Whether a user's connections are limited. */
  limits: boolean;
}

export interface HubLoad {
  /** By encoding. */
  readonly connections: { readonly html: number; readonly json: number };
  /** Users with a connection. */
  readonly users: number;
  /** Rooms held in memory. */
  readonly rooms: number;
  /** Bytes that clients have not read yet. */
  readonly unsentBytes: number;
  readonly commandsWaiting: number;
}

/** This process's connections: whom each belongs to, which rooms it listens to, and how it ends. */
export class Hub implements ConnectionHost {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly #options: HubOptions;
  readonly #rooms: LiveRooms;
  readonly #presenceAtStop: PresenceAtStop;
  readonly #inboxes: Inboxes;
  readonly #sessions: Sessions;
  readonly #heartbeat = new Heartbeat();
  readonly #abuse = new AbuseBudget();
  readonly #stops: (() => void)[] = [];
  #cuts = 0;
  #draining = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.log = options.log;
    this.metrics = options.metrics;
    this.#rooms = new LiveRooms(options);
    this.#inboxes = new Inboxes(options);
    this.#sessions = new Sessions(options);
    this.#presenceAtStop = new PresenceAtStop({ ...options, rooms: this.#rooms });
  }

  /** Starts the heartbeat and listens for ended sessions. */
  async start(): Promise<void> {
    const { bus, clock } = this.#options;
    this.#stops.push(bus.subscribe("people", (event) => this.#take(event)));
    this.#stops.push(this.#heartbeat.start(clock));
    this.#stops.push(every(clock, SWEEP, () => {
      this.#abuse.sweep(clock.now());
      this.#rooms.sweep();
    }));
    this.#stops.push(every(clock, EXPIRY, () => this.#sessions.expire()));
    this.#stops.push(await this.#presenceAtStop.restore());
  }

  /** Who is in a room, for a page that is drawn now. */
  online(room: RoomId): Online {
    return this.#rooms.online(room);
  }

  /** Everybody who is connected. */
  onlineUsers(): UserId[] {
    return this.#inboxes.users();
  }

  /** How often somebody has lost a room: as long as it is the same, a room that was found may be entered. */
  get cuts(): number {
    return this.#cuts;
  }

  isOnline(user: UserId): boolean {
    return this.#inboxes.has(user);
  }

  /** How much there is now, for metrics. Walks all connections. */
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

  /** Throws when this user has too many connections, has sent too much useless traffic, or the program is about to stop. */
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
   * Takes a new connection, with `row` as its first subscription. `connect` makes its transport, given where the
   * transport's events go.
   */
  open(
    connect: (events: TransportEvents) => Transport,
    options: {
      actor: User;
      session: Session;
      row: RoomRow | undefined;
      /** `cuts` from before `row` was read. */
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

  /** Counts a command when it arrives, before it waits for its turn: so a flood fills no queue. */
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
    if (own?.type === "subscribe") return await this.#subscribe(connection, own);
    if (own?.type === "unsubscribe") return void connection.subscriptions.end(own.room);
    const room = await this.#roomOf(connection, request);
    return await this.#options.dispatch(connection.actor, request, { room, isCounted: true });
  }

  closed(connection: Connection): void {
    this.#heartbeat.delete(connection);
    this.#sessions.delete(connection);
    this.#inboxes.delete(connection);
  }

  /**
   * This user has lost a room: ends the subscriptions to it on all connections, and nothing more is delivered. A client that has not
   * read all that was sent to it may have something of the room among that: it is cut off, comes back and resumes.
   */
  cutRoom(user: UserId, room: RoomId): void {
    this.#cuts += 1;
    for (const connection of this.#inboxes.connectionsOf(user)) {
      if (connection.subscriptions.endById(room) && connection.unsentBytes > 0) connection.cutOff("Try again");
    }
    this.#inboxes.left(user, room);
  }

  /**
   * Before the program stops: no new connections; each is closed with 1012 when the commands it has given are finished and
   * answered. Resolves when all are gone, or after `timeout` ms.
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
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([Promise.all(closing), new Promise((resolve) => timer = setTimeout(resolve, timeout))]);
    clearTimeout(timer);
    for (const connection of connections) connection.close(closeCode.restart, "Server is restarting");
    await this.#options.seen.flush();
    this.#inboxes.close();
    this.#rooms.close();
  }

  /** Messages have been removed for good: no room shows or counts them from memory any more. */
  forget(): void {
    this.#rooms.forget();
    this.#inboxes.forget();
  }

  async #subscribe(
    connection: Connection,
    { room, after }: { room: string; after?: number | undefined },
  ): Promise<undefined> {
    const row = await this.#reach(connection.actor, room);
    const { subscriptions } = connection;
    if (connection.isClosed) return;
    if (subscriptions.room(row.slug) === undefined && subscriptions.size >= SUBSCRIPTIONS_MAX) {
      throw new ChatError("rate_limited", `Too many rooms: one connection can listen to ${SUBSCRIPTIONS_MAX}`);
    }
    subscriptions.add(this.#rooms.of(row), {
      after,
      failed: (error) => {
        this.log("error", "Cannot join room", { room, user: connection.actor.id, error });
        const detail = "This room could not be read, try again later";
        connection.reply({ type: "error", detail, code: "unavailable", room });
      },
    });
  }

  /**
   * The room that a command is about: the one it names, or that of the connection's address. Undefined where that must be
   * found out: a subscription shows that its user is in the room.
   */
  async #roomOf({ actor, home, subscriptions }: Connection, { fields }: Request): Promise<RoomRow | undefined> {
    const { room } = fields as { room?: unknown };
    if (typeof room === "string") return subscriptions.room(room);
    if (home === undefined) return undefined;
    return subscriptions.room(home) ?? await this.#options.store.rooms.findFor(actor.id, home);
  }

  async #reach(actor: User, slug: string): Promise<RoomRow> {
    for (;;) {
      const asOf = this.#cuts;
      const found = await reachRoom(this.#options.store, actor, slug);
      // Whoever lost it meanwhile had no subscription yet that could be cut.
      if (asOf === this.#cuts) return found;
    }
  }

  /**
   * Lets a registered connection begin. Its session was checked before the handshake, and may have ended or its user been
   * blocked since; from the registration on it is told of that, so one more check leaves no gap. So it is with its room.
   */
  async #begin(connection: Connection, row: RoomRow | undefined, asOf: number | undefined): Promise<void> {
    await connection.greeted();
    if (!await this.#isWelcome(connection)) return;
    if (row && asOf !== this.#cuts && !await this.#options.store.rooms.findFor(connection.actor.id, row.slug)) {
      return connection.close(closeCode.tooSlow, "Try again");
    }
    connection.subscriptions.start();
    await this.#inboxes.welcome(connection);
  }

  /** Whether the store still lets a connection in; closes it if not, and else tells it who its user is by now. */
  async #isWelcome(connection: Connection): Promise<boolean> {
    const { store, clock } = this.#options;
    const found = await store.sessions.find(connection.session.id, clock.now());
    if (!found) connection.close(closeCode.loggedOut, "Logged out");
    else if (!can.connect(found.user)) cutBlocked(connection);
    else connection.actor = found.user;
    return !connection.isClosed;
  }

  #take(event: PeopleEvent): void {
    switch (event.type) {
      case "session_ended":
        return this.#sessions.end(event.session);
      case "sessions_ended":
        for (const connection of this.#inboxes.connectionsOf(event.user)) {
          connection.close(closeCode.loggedOut, "Logged out");
        }
        return;
      case "user_blocked":
        return this.#inboxes.connectionsOf(event.user).forEach(cutBlocked);
      case "user_warned":
        return this.#warn(event);
      case "user_changed":
        for (const connection of this.#inboxes.connectionsOf(event.user.id)) connection.actor = event.user;
        return;
      case "user_changed_externally":
        return void this.#recheck(event.user);
      case "room_joined":
      case "membership_changed":
        return this.#logged(this.#inboxes.changed(event.user, event.room));
      case "room_changed":
        return this.#logged(this.#inboxes.roomChanged(event.room));
      case "room_left":
        return this.cutRoom(event.user, event.room);
    }
  }

  #logged(change: Promise<void>): void {
    change.catch((error) => this.log("error", "Cannot read memberships", { error }));
  }

  async #recheck(user: UserId): Promise<void> {
    try {
      for (const connection of this.#inboxes.connectionsOf(user)) await this.#isWelcome(connection);
    } catch (error) {
      this.log("error", "Cannot read session", { error });
    }
  }

  #warn({ user, warnings, reason }: { user: UserId; warnings: number; reason: string }): void {
    const detail = `An administrator has warned you${reason === "" ? "" : `: ${reason}`}`;
    for (const connection of this.#inboxes.connectionsOf(user)) {
      connection.reply({ type: "warning", detail, warning_count: warnings });
    }
  }
}

function cutBlocked(connection: Connection): void {
  connection.reply({ type: "blocked", detail: "You are blocked" });
  connection.close(closeCode.blocked, "Blocked");
}
