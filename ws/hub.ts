import { ChatError } from "../db/errors.ts";
import type { Log } from "../db/log.ts";
import type { Logins } from "../db/auth/logins.ts";
import type { Metrics } from "../db/metrics.ts";
import type { Person, Room as RoomRow, RoomId, Session, SessionId, User, UserId } from "../db/model.ts";
import { can } from "../db/policy.ts";
import type { Store } from "../db/store.ts";
import type { Bus } from "./bus/bus.ts";
import { type Clock, every } from "./clock.ts";
import { closeCode } from "./transport/close_code.ts";
import type { Outcome } from "./command.ts";
import type { Dispatch } from "./commands/dispatch.ts";
import type { Request } from "./commands/request.ts";
import { Connection, type ConnectionHost } from "./transport/connection.ts";
import type { Encoding } from "./encoding/encoding.ts";
import { roomTopic } from "./bus/topics.ts";
import { AbuseBudget } from "./people/abuse_budget.ts";
import type { RateLimit } from "./people/rate_limit.ts";
import type { Online } from "./rooms/presence.ts";
import { Heartbeat } from "./transport/heartbeat.ts";
import { Room } from "./rooms/room.ts";
import type { SeenMarks } from "./rooms/seen_marks.ts";
import type { Transport, TransportEvents } from "./transport/transport.ts";

/** Between two looks for rooms that nobody is in, in ms. */
const SWEEP = 9000;

/** Between two looks at which sessions have expired, in ms. */
const EXPIRY_LOOK = 1000;

/** Windows, phones and bots of one person. */
const CONNECTIONS_OF_ONE = 100;

/** How old the list of those present at the last stop may be, in ms, to count as "a moment ago". */
const RESTART_MAX = 60_000;
const PRESENT_AT_STOP = "present_at_stop";

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
  /** Whether one person's connections are limited. */
  limits: boolean;
}

export interface HubLoad {
  /** By encoding. */
  readonly connections: { readonly html: number; readonly json: number };
  /** People with a connection. */
  readonly users: number;
  /** Rooms held in memory. */
  readonly rooms: number;
  /** Bytes that clients have not taken yet. */
  readonly unsentBytes: number;
  readonly commandsWaiting: number;
}

/** This process's sockets: which room each is in, whom it belongs to, and how it ends. */
export class Hub implements ConnectionHost {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly #options: HubOptions;
  readonly #rooms = new Map<RoomId, { room: Room; unsubscribe: () => void }>();
  readonly #users = new Map<UserId, { connections: Set<Connection> }>();
  readonly #sessions = new Map<SessionId, { expiresAt: number; connections: Set<Connection> }>();
  readonly #places = new Map<Connection, Room>();
  readonly #heartbeat = new Heartbeat();
  readonly #abuse = new AbuseBudget();
  readonly #returning = new Map<RoomId, Person[]>();
  readonly #stops: (() => void)[] = [];
  #draining = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.log = options.log;
    this.metrics = options.metrics;
  }

  /** Starts the heartbeat and listens for ended sessions. */
  async start(): Promise<void> {
    const { bus, clock } = this.#options;
    this.#stops.push(bus.subscribe("people", (event) => {
      switch (event.type) {
        case "session_ended":
          return this.#cutSession(event.session);
        case "sessions_ended":
          return this.#cutUser(event.user, closeCode.loggedOut);
        case "user_blocked":
          return this.#cutUser(event.user, closeCode.blocked);
        case "user_warned":
          return this.#warnUser(event);
        case "user_changed":
          for (const connection of this.#users.get(event.user.id)?.connections ?? []) connection.actor = event.user;
          return;
        case "user_changed_externally":
          return void this.#lookAgain(event.user);
      }
    }));
    this.#stops.push(this.#heartbeat.start(clock));
    this.#stops.push(every(clock, SWEEP, () => this.#sweep()));
    this.#stops.push(every(clock, EXPIRY_LOOK, () => this.#expire()));
    await this.#restorePresence();
  }

  /** Who is in a room, for a page that is drawn now. */
  online(room: RoomId): Online {
    const presence = this.#rooms.get(room)?.room.presence;
    return { users: presence?.online.users ?? [], count: presence?.count ?? 0 };
  }

  /** Everybody who is connected. */
  onlineUsers(): UserId[] {
    return [...this.#users.keys()];
  }

  /** How much there is now, for whoever watches over the process. Walks all connections. */
  load(): HubLoad {
    const connections = { html: 0, json: 0 };
    let unsentBytes = 0, commandsWaiting = 0;
    for (const connection of this.#places.keys()) {
      connections[connection.encoding.name] += 1;
      unsentBytes += connection.unsentBytes;
      commandsWaiting += connection.commandsWaiting;
    }
    return { connections, users: this.#users.size, rooms: this.#rooms.size, unsentBytes, commandsWaiting };
  }

  isOnline(user: UserId): boolean {
    return this.#users.has(user);
  }

  /** Throws when this person has too many connections, has sent too much of no use, or the program is about to stop. */
  admit(user: User): void {
    if (this.#draining) throw new ChatError("unavailable", "Server is restarting");
    const connections = this.#users.get(user.id)?.connections.size ?? 0;
    if (this.#options.limits && connections >= CONNECTIONS_OF_ONE) {
      throw new ChatError("rate_limited", "Too many connections", { retryAfter: 30 });
    }
    const pause = this.#options.limits ? this.#abuse.pause(user.id, this.#options.clock.now()) : 0;
    if (pause > 0) {
      throw new ChatError("rate_limited", "Too many refused messages, try again later", {
        retryAfter: Math.ceil(pause / 1000),
      });
    }
  }

  /** Takes a new socket into a room. `connect` makes its transport, given where the transport's events go. */
  open(
    connect: (events: TransportEvents) => Transport,
    options: { actor: User; session: Session; row: RoomRow; after: number | undefined; encoding: Encoding },
  ): Connection {
    const { actor, session, row, after, encoding } = options;
    const connection = new Connection({ actor, session, encoding, host: this });
    connection.attach(connect({
      onText: (text, bytes) => connection.receive(text, bytes),
      onPing: () => connection.pinged(),
      onPong: () => connection.alive(),
      onClose: () => connection.lost(),
    }));
    this.#register(connection);
    this.metrics.connectionsOpened += 1;
    const room = this.#room(row);
    this.#places.set(connection, room);
    this.#heartbeat.add(connection);
    this.#enter(connection, room, after).catch((error) => {
      this.log("error", "Cannot join room", { room: row.slug, user: actor.id, error });
      connection.close(closeCode.tooSlow, "Try again");
    });
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
    const room = this.#places.get(connection);
    if (!room) throw new ChatError("unavailable", "Connection is closed");
    const renewed = this.#options.logins.use(connection.session);
    const entry = this.#sessions.get(connection.session.id);
    if (entry && renewed !== undefined) entry.expiresAt = renewed;
    return await this.#options.dispatch(connection.actor, request, { room: room.row, isCounted: true });
  }

  closed(connection: Connection): void {
    const room = this.#places.get(connection);
    this.#places.delete(connection);
    this.#heartbeat.delete(connection);
    room?.leave(connection);
    const user = this.#users.get(connection.actor.id);
    user?.connections.delete(connection);
    if (user?.connections.size === 0) this.#users.delete(connection.actor.id);
    const session = this.#sessions.get(connection.session.id);
    session?.connections.delete(connection);
    if (session?.connections.size === 0) this.#sessions.delete(connection.session.id);
  }

  /**
   * Before the program stops: no new sockets; each is closed with 1012 when the commands it has given are finished and
   * answered. Resolves when all are gone, or after `timeout` ms.
   */
  async drain(timeout: number): Promise<void> {
    this.#draining = true;
    for (const stop of this.#stops) stop();
    await this.#rememberPresence();
    const connections = [...this.#places.keys()];
    const closing = connections.map(async (connection) => {
      await connection.idle();
      connection.close(closeCode.restart, "Server is restarting");
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([Promise.all(closing), new Promise((resolve) => timer = setTimeout(resolve, timeout))]);
    clearTimeout(timer);
    for (const connection of connections) connection.close(closeCode.restart, "Server is restarting");
    await this.#options.seen.flush();
    for (const { room, unsubscribe } of this.#rooms.values()) {
      unsubscribe();
      room.close();
    }
  }

  /**
   * Lets a registered connection join. Its session was looked at before the handshake, and may have ended or its user
   * been blocked since; from the registration on it is told of that, so one more look leaves no gap.
   */
  async #enter(connection: Connection, room: Room, after: number | undefined): Promise<void> {
    await connection.greeted();
    if (await this.#isWelcome(connection)) await room.join(connection, after);
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

  async #lookAgain(user: UserId): Promise<void> {
    try {
      for (const connection of [...this.#users.get(user)?.connections ?? []]) await this.#isWelcome(connection);
    } catch (error) {
      this.log("error", "Cannot read session", { error });
    }
  }

  /** Messages have been removed for good: no room shows them from memory any more. */
  forget(): void {
    for (const { room } of this.#rooms.values()) room.forget();
  }

  #register(connection: Connection): void {
    const { actor, session } = connection;
    let user = this.#users.get(actor.id);
    if (!user) this.#users.set(actor.id, user = { connections: new Set() });
    user.connections.add(connection);
    let entry = this.#sessions.get(session.id);
    if (!entry) this.#sessions.set(session.id, entry = { expiresAt: session.expiresAt, connections: new Set() });
    entry.expiresAt = Math.max(entry.expiresAt, session.expiresAt);
    entry.connections.add(connection);
  }

  #room(row: RoomRow): Room {
    const live = this.#rooms.get(row.id);
    if (live) return live.room;
    const room = new Room(row, this.#options);
    const unsubscribe = this.#options.bus.subscribe(roomTopic(row.id), (event) => room.deliver(event));
    this.#rooms.set(row.id, { room, unsubscribe });
    room.presence.restore(this.#returning.get(row.id) ?? []);
    this.#returning.delete(row.id);
    return room;
  }

  #cutSession(session: SessionId): void {
    for (const connection of [...this.#sessions.get(session)?.connections ?? []]) {
      connection.close(closeCode.loggedOut, "Logged out");
    }
  }

  #cutUser(user: UserId, code: typeof closeCode.loggedOut | typeof closeCode.blocked): void {
    for (const connection of [...this.#users.get(user)?.connections ?? []]) {
      if (code === closeCode.blocked) cutBlocked(connection);
      else connection.close(code, "Logged out");
    }
  }

  #warnUser({ user, warnings, reason }: { user: UserId; warnings: number; reason: string }): void {
    const detail = `An administrator has warned you${reason === "" ? "" : `: ${reason}`}`;
    for (const connection of this.#users.get(user)?.connections ?? []) {
      connection.reply({ type: "warning", detail, warning_count: warnings });
    }
  }

  #sweep(): void {
    this.#abuse.sweep(this.#options.clock.now());
    // A room whose first connection is still at the door is not empty.
    const occupied = new Set(this.#places.values());
    for (const [id, { room, unsubscribe }] of this.#rooms) {
      if (!room.isEmpty || occupied.has(room)) continue;
      unsubscribe();
      room.close();
      this.#rooms.delete(id);
    }
  }

  #expire(): void {
    const now = this.#options.clock.now();
    for (const [id, entry] of this.#sessions) {
      if (entry.expiresAt > now) continue;
      // It may have been renewed through another door: the row decides.
      entry.expiresAt = Infinity;
      this.#options.store.sessions.find(id, now).then((found) => {
        if (found) entry.expiresAt = found.session.expiresAt;
        else this.#cutSession(id);
      }, (error) => {
        entry.expiresAt = now;
        this.log("error", "Cannot read session", { error });
      });
    }
  }

  async #rememberPresence(): Promise<void> {
    const rooms = [...this.#rooms].map(([id, { room }]) => [id, room.presence.everybody()] as const);
    const value = JSON.stringify({ at: this.#options.clock.now(), rooms });
    await this.#options.store.settings.set(PRESENT_AT_STOP, value).catch((error) => {
      this.log("warn", "Cannot remember who is online", { error });
    });
  }

  async #restorePresence(): Promise<void> {
    const { clock, store: { settings } } = this.#options;
    const value = await settings.get(PRESENT_AT_STOP);
    if (value === undefined) return;
    // Not now: to write starts a thread. And in a room where nobody comes back for long, the first who does must not meet
    // the ghosts of the others.
    this.#stops.push(clock.after(RESTART_MAX, () => {
      this.#returning.clear();
      settings.remove(PRESENT_AT_STOP).catch((error) => this.log("warn", "Cannot forget who was online", { error }));
    }));
    const { at, rooms } = JSON.parse(value) as { at: number; rooms: [RoomId, Person[]][] };
    if (Math.abs(clock.now() - at) > RESTART_MAX) return;
    for (const [room, people] of rooms) this.#returning.set(room, people);
  }
}

function cutBlocked(connection: Connection): void {
  connection.reply({ type: "blocked", detail: "You are blocked" });
  connection.close(closeCode.blocked, "Blocked");
}
