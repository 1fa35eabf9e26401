import { setImmediate } from "node:timers";
import type { Log } from "../db/log.ts";
import type { Meters } from "../db/meters.ts";
import type { Message, Person, Room as RoomRow, SeenMark } from "../db/model.ts";
import type { Store } from "../db/store.ts";
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { type Dialect, encodeAll } from "./dialect/dialect.ts";
import type { Reply, RoomEvent } from "./event.ts";
import { Presence } from "./presence.ts";
import { type Frame, frame } from "./wire.ts";

/** Messages a newcomer gets. */
export const HISTORY = 50;

/** Changes a returning client can be brought up to date with; beyond this a fresh page is the shorter way. */
const RESUME_MAX = 1000;

/** Recent changes kept in memory, so that those who come back after a restart of a router read nothing from the store. */
const RECENT = 512;

/** Events that follow one another within this time, in ms, share a frame. A busy room's window grows with what a frame costs. */
const WINDOW = 10;
const WINDOW_MAX = 50;

/** How long a missing change may take before it is fetched from the store, in ms. */
const GAP_PATIENCE = 50;

/** Connections walked before other work gets its turn. */
const SLICE = 1000;

/** One person's typing is told at most this often, in ms. */
const TYPING_PACE = 2000;

/** Typing told to a room in one window; in a crowd the rest is noise. */
const TYPING_TOLD = 5;

type Sequenced = Extract<RoomEvent, { type: "message" }>;

/**
 * One live room of this process. It shows every change once and in the order of `rev`: what comes too early waits, what
 * stays missing is fetched from the store. Those who join get what they lack and then everything newer, without a hole
 * or a double, in whatever order joining and changes come.
 */
export class Room {
  readonly row: RoomRow;
  readonly presence: Presence;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #meters: Meters;
  readonly #connections = new Set<Connection>();
  /** The last `rev` that was shown; undefined until the first newcomer has been served. */
  #head: number | undefined;
  /** Shown changes with a `rev` above `#recentFrom`, by `rev`. */
  #recent: Message[] = [];
  #recentFrom = 0;
  readonly #early = new Map<number, Message>();
  #cancelCatchUp: (() => void) | undefined;
  #catchingUp = false;
  #batch: RoomEvent[] = [];
  #flushing = false;
  readonly #typing = new Map<number, number>();
  /** The furthest readers, as last told. */
  #marks: readonly SeenMark[] = [];
  #joining = 0;

  constructor(row: RoomRow, { store, clock, log, meters }: { store: Store; clock: Clock; log: Log; meters: Meters }) {
    this.row = row;
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#meters = meters;
    this.presence = new Presence(clock, ({ lines, users, count }) => {
      for (const content of lines) this.#broadcast({ type: "system", content });
      this.#broadcast({ type: "users", users, count });
    });
  }

  get isEmpty(): boolean {
    return this.#connections.size === 0 && this.#joining === 0 && this.presence.count === 0;
  }

  /** Brings a connection up to date (since `after`, or with the last messages) and lets it take part. */
  async join(connection: Connection, after: number | undefined): Promise<void> {
    this.#joining += 1;
    try {
      await this.#serve(connection, after);
    } finally {
      this.#joining -= 1;
    }
  }

  async #serve(connection: Connection, after: number | undefined): Promise<void> {
    let known = this.#since(after);
    while (known === undefined) {
      const read = await this.#read(after);
      if (connection.isClosed) return;
      if (read === "reload") {
        connection.reply({ type: "reload" });
        return;
      }
      if (this.#head === undefined) this.#start(read);
      if (read.head >= this.#head!) {
        known = read;
        break;
      }
      // While the store was read, the room went on: add what was shown meanwhile.
      const shownMeanwhile = this.#since(read.head);
      if (shownMeanwhile === undefined) continue;
      const newer = new Map(shownMeanwhile.messages.map((message) => [message.id, message]));
      known = {
        ...shownMeanwhile,
        messages: [...read.messages.filter(({ id }) => !newer.has(id)), ...shownMeanwhile.messages],
      };
    }
    connection.shown = known.head;
    connection.reply({ type: "history", room: this.row.slug, ...known });
    this.#connections.add(connection);
    this.presence.arrive(connection.actor);
    connection.reply({ type: "users", users: this.presence.list(), count: this.presence.count });
  }

  leave(connection: Connection): void {
    if (this.#connections.delete(connection)) this.presence.depart(connection.actor.id);
  }

  /** Takes what the bus brings. */
  deliver(event: RoomEvent): void {
    switch (event.type) {
      case "message":
        return this.#sequence(event);
      case "typing":
        return this.#tellTyping(event.user, event);
      case "seen":
        this.#marks = furthest([event, ...this.#marks]);
        return this.#broadcast(event);
      default:
        return this.#broadcast(event);
    }
  }

  close(): void {
    this.presence.close();
    this.#cancelCatchUp?.();
  }

  #start({ head, seen }: HistoryData): void {
    this.#head = this.#recentFrom = head;
    this.#marks = seen;
    this.#showWaiting();
  }

  async #read(after: number | undefined): Promise<HistoryData | "reload"> {
    if (after === undefined) return await this.#store.messages.history(this.row.id, { limit: HISTORY });
    const changes = await this.#store.messages.changesSince(this.row.id, after, RESUME_MAX);
    return changes ? { ...changes, seen: await this.#store.rooms.seenMarks(this.row.id) } : "reload";
  }

  /** What has changed since `after`, if memory reaches back that far. */
  #since(after: number | undefined): HistoryData | undefined {
    if (after === undefined || this.#head === undefined || after < this.#recentFrom || after > this.#head) {
      return undefined;
    }
    const latest = new Map<number, Message>();
    for (const message of this.#recent) {
      if (message.rev <= after) continue;
      latest.delete(message.id);
      latest.set(message.id, message);
    }
    return { messages: [...latest.values()], head: this.#head, seen: this.#marks };
  }

  #sequence({ message }: Sequenced): void {
    if (this.#head !== undefined && message.rev <= this.#head) return;
    this.#early.set(message.rev, message);
    this.#showWaiting();
  }

  #showWaiting(): void {
    if (this.#head === undefined) return;
    for (const rev of this.#early.keys()) if (rev <= this.#head) this.#early.delete(rev);
    let next: Message | undefined;
    while ((next = this.#early.get(this.#head + 1))) {
      this.#early.delete(next.rev);
      this.#show(next);
    }
    if (this.#early.size > 0) {
      this.#cancelCatchUp ??= this.#clock.after(GAP_PATIENCE, () => void this.#catchUp());
    } else {
      this.#cancelCatchUp?.();
      this.#cancelCatchUp = undefined;
    }
  }

  #show(message: Message): void {
    this.#head = message.rev;
    this.#typing.delete(message.author.id);
    this.#recent.push(message);
    if (this.#recent.length > 2 * RECENT) {
      this.#recent.splice(0, RECENT);
      this.#recentFrom = this.#recent[0]!.rev - 1;
    }
    this.#broadcast({ type: "message", message, seen: this.#marks });
  }

  /** Fills a gap from the store. */
  async #catchUp(): Promise<void> {
    this.#cancelCatchUp = undefined;
    if (this.#catchingUp || this.#head === undefined) return;
    this.#catchingUp = true;
    try {
      const from = this.#head;
      const changes = await this.#store.messages.changesSince(this.row.id, from, RESUME_MAX);
      if (changes === undefined) {
        const { head } = await this.#store.messages.history(this.row.id, { limit: 1 });
        this.#recent = [];
        this.#head = this.#recentFrom = head;
        this.#broadcast({ type: "reload" });
      } else {
        for (const message of changes.messages) if (message.rev > this.#head) this.#show(message);
        this.#head = Math.max(this.#head, changes.head);
      }
    } catch (error) {
      this.#log("error", "Cannot fill a gap", { room: this.row.slug, error });
    }
    this.#catchingUp = false;
    this.#showWaiting();
  }

  #tellTyping(user: Person, event: RoomEvent): void {
    const now = this.#clock.now();
    const told = this.#typing.get(user.id);
    if (told !== undefined && Math.abs(now - told) < TYPING_PACE) return;
    if (this.#batch.filter(({ type }) => type === "typing").length >= TYPING_TOLD) return;
    if (this.#typing.size > 1000) this.#typing.clear();
    this.#typing.set(user.id, now);
    this.#broadcast(event);
  }

  /** The first event leaves in this turn of the event loop; those that follow within the window share one frame. */
  #broadcast(event: RoomEvent): void {
    if (this.#connections.size === 0) return;
    this.#batch.push(event);
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    while (this.#batch.length > 0) {
      const events = this.#batch;
      this.#batch = [];
      const start = performance.now();
      await this.#send(events);
      const cost = performance.now() - start;
      const window = events.length > 1 ? Math.min(WINDOW_MAX, Math.max(WINDOW, 2 * cost)) : WINDOW;
      await new Promise<void>((resolve) => this.#clock.after(Math.max(0, window - cost), resolve));
    }
    this.#flushing = false;
  }

  async #send(events: readonly RoomEvent[]): Promise<void> {
    const revs = events.flatMap((event) => event.type === "message" ? [event.message.rev] : []);
    const first = revs[0] ?? Infinity;
    const frames = new Map<Dialect, Frame>();
    let walked = 0;
    let handed = 0;
    for (const connection of this.#connections) {
      if (++walked % SLICE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      if (connection.isClosed) continue;
      const { dialect } = connection;
      if (connection.shown >= first) {
        // It joined with some of these in its history.
        const unseen = events.filter((event) => event.type !== "message" || event.message.rev > connection.shown);
        if (unseen.length > 0) connection.deliver(frame(encodeAll(dialect, unseen)), false);
        continue;
      }
      let encoded = frames.get(dialect);
      if (!encoded) frames.set(dialect, encoded = frame(encodeAll(dialect, events)));
      connection.deliver(encoded, revs.length === 0);
      handed += 1;
    }
    this.#meters.frames += handed;
    this.#meters.deliveries += handed * revs.length;
  }
}

type HistoryData = Omit<Extract<Reply, { type: "history" }>, "type" | "room">;

/** The two furthest readers, each once. */
function furthest(marks: readonly SeenMark[]): SeenMark[] {
  const byUser = new Map<number, SeenMark>();
  for (const { user, seq } of marks) {
    if (seq > (byUser.get(user.id)?.seq ?? 0)) byUser.set(user.id, { user, seq });
  }
  return [...byUser.values()].sort((a, b) => b.seq - a.seq).slice(0, 2);
}
