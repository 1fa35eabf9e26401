import { setImmediate } from "node:timers";
import type { Log } from "../../db/log.ts";
import type { Metrics } from "../../db/metrics.ts";
import type { Message, Person, Room as RoomRow, SeenMark } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import { fitting } from "../../db/text_at_once.ts";
import type { Clock } from "../clock.ts";
import type { Connection } from "../transport/connection.ts";
import { encodeAll, type Encoding } from "../encoding/encoding.ts";
import type { RoomEvent } from "../event.ts";
import { CROWD, type Online, Presence } from "./presence.ts";
import { Histories, RESUME_MAX } from "./histories.ts";
import { HistoryCache, sizeOf } from "./history_cache.ts";
import { type Frame, frame } from "../transport/transport.ts";

/** Changes read when a room comes to life: more than a newcomer is shown, and than anybody has missed over a restart. */
const LOADED = 100;

/** Events that follow one another within this time, in ms, share a frame. */
const WINDOW = 10;
/** A busy room's window grows: what a frame to everybody costs, as many times as events shared it, up to these bounds. */
const COSTS = 3;
const WINDOW_MAX = 50;

/** How long a missing change may take before it is fetched from the store, in ms. */
const GAP_PATIENCE = 50;

/** Connections walked before other work gets its turn. */
const SLICE = 500;

/** One person's typing is told at most this often, in ms. */
const TYPING_PACE = 2000;

/** Typing told to a room in a second; in a crowd the rest is noise. */
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
  readonly #metrics: Metrics;
  readonly #connections = new Set<Connection>();
  /** What has been shown; undefined until it has been read. */
  #cache: HistoryCache | undefined;
  #loading: Promise<void> | undefined;
  readonly #histories: Histories;
  readonly #onlineTold = new Map<Encoding, { online: Online; frame: Frame }>();
  readonly #early = new Map<number, Message>();
  #cancelCatchUp: (() => void) | undefined;
  #catchingUp = false;
  #batch: RoomEvent[] = [];
  #flushing = false;
  readonly #typing = new Map<number, number>();
  #typingSecond = { start: 0, told: 0 };
  /** The furthest readers, as last told. */
  #marks: readonly SeenMark[] = [];
  #joining = 0;

  constructor(
    row: RoomRow,
    { store, clock, log, metrics }: { store: Store; clock: Clock; log: Log; metrics: Metrics },
  ) {
    this.row = row;
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#metrics = metrics;
    this.#histories = new Histories(row, { store, cache: () => this.#cache!, marks: () => this.#marks });
    this.presence = new Presence(clock, (lines, online) => {
      for (const content of lines) this.#broadcast({ type: "system", content });
      this.#broadcast({ type: "users", ...online });
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

  /**
   * Gives a client what it lacks, part by part: the next is made when it has taken the last. So it costs one part, however
   * much it lacks and however slowly it reads. With the part that reaches the end it takes part in the room.
   */
  async #serve(connection: Connection, after: number | undefined): Promise<void> {
    await (this.#loading ??= this.#load());
    for (let at = after; !connection.isClosed;) {
      const part = this.#histories.known(connection, at) ?? await this.#histories.part(connection, at);
      // Nothing may come between what was looked up and this.
      if (connection.isClosed) return;
      if (part === undefined) return connection.reply({ type: "reload" });
      const isLast = !part.more && part.head >= this.#cache!.head;
      // A newcomer's page is one: it was not sent, and is made anew.
      if (!isLast && at === undefined) continue;
      connection.welcome(part.frame);
      if (isLast) return this.#enter(connection, part.head);
      at = part.head;
      await connection.taken();
    }
  }

  #enter(connection: Connection, shown: number): void {
    connection.shown = shown;
    this.#connections.add(connection);
    this.presence.arrive(connection.actor);
    connection.deliver(this.#people(connection.encoding), false);
  }

  /** Reads what has changed lately, once for all who wait. */
  async #load(): Promise<void> {
    try {
      const { messages, head, from, seen } = await this.#store.messages.latest(this.row.id, LOADED);
      this.#cache = new HistoryCache(from ?? Math.max(0, head - LOADED), messages, head);
      this.#marks = seen;
      this.#showWaiting();
    } catch (error) {
      this.#loading = undefined;
      throw error;
    }
  }

  /** Who is online, for a newcomer; of a crowd, who was when it was last told. */
  #people(encoding: Encoding): Frame {
    const { online } = this.presence;
    let people = this.#onlineTold.get(encoding);
    if (people?.online !== online) {
      this.#onlineTold.set(encoding, people = { online, frame: frame(encoding.encode({ type: "users", ...online })) });
    }
    return people.frame;
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
        return this.#tellSeen(event);
      default:
        return this.#broadcast(event);
    }
  }

  close(): void {
    this.presence.close();
    this.#cancelCatchUp?.();
  }

  #sequence({ message }: Sequenced): void {
    if (this.#cache && message.rev <= this.#cache.head) return;
    this.#early.set(message.rev, message);
    this.#showWaiting();
  }

  #showWaiting(): void {
    const cache = this.#cache;
    if (!cache) return;
    for (const rev of this.#early.keys()) if (rev <= cache.head) this.#early.delete(rev);
    let next: Message | undefined;
    while ((next = this.#early.get(cache.head + 1))) {
      this.#early.delete(next.rev);
      this.#show(cache, next);
    }
    if (this.#early.size > 0) {
      this.#cancelCatchUp ??= this.#clock.after(GAP_PATIENCE, () => void this.#catchUp(cache));
    } else {
      this.#cancelCatchUp?.();
      this.#cancelCatchUp = undefined;
    }
  }

  #show(cache: HistoryCache, message: Message): void {
    cache.add(message);
    this.#histories.forget();
    this.#typing.delete(message.author.id);
    this.#broadcast({ type: "message", message, seen: this.#marks });
  }

  /** Fills a gap from the store. */
  async #catchUp(cache: HistoryCache): Promise<void> {
    this.#cancelCatchUp = undefined;
    if (this.#catchingUp) return;
    this.#catchingUp = true;
    try {
      for (let more = true; more;) {
        const changes = await this.#store.messages.changesSince(this.row.id, cache.head, RESUME_MAX);
        more = changes?.more ?? false;
        if (changes === undefined) {
          const { head } = await this.#store.messages.history(this.row.id, { limit: 1 });
          cache.forget(head);
          this.#histories.forget();
          this.#broadcast({ type: "reload" });
        } else {
          for (const message of changes.messages) if (message.rev > cache.head) this.#show(cache, message);
          cache.skipTo(changes.head);
        }
      }
    } catch (error) {
      this.#log("error", "Cannot fill a gap", { room: this.row.slug, error });
    }
    this.#catchingUp = false;
    this.#showWaiting();
  }

  /** What memory holds may have been removed from the store: from now on newcomers are told what that says. */
  forget(): void {
    this.#cache?.forget();
    this.#histories.forget();
  }

  /** In a crowd, only who has read furthest is told. */
  #tellSeen(event: Extract<RoomEvent, { type: "seen" }>): void {
    const before = this.#marks;
    this.#marks = furthest([event, ...before]);
    this.#histories.forget();
    const isFurther = this.#marks.some(({ seq }, at) => seq !== before[at]?.seq);
    if (isFurther || this.presence.count <= CROWD) this.#broadcast(event);
  }

  #tellTyping(user: Person, event: RoomEvent): void {
    const now = this.#clock.now();
    const told = this.#typing.get(user.id);
    if (told !== undefined && Math.abs(now - told) < TYPING_PACE) return;
    if (Math.abs(now - this.#typingSecond.start) >= 1000) this.#typingSecond = { start: now, told: 0 };
    if (++this.#typingSecond.told > TYPING_TOLD) return;
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
      const events = this.#batch.splice(0, fitting(this.#batch, bytesOf));
      const isCut = this.#batch.length > 0;
      const start = performance.now();
      await this.#send(events);
      const cost = performance.now() - start;
      if (isCut) {
        // What did not fit into the frame has waited long enough.
        await new Promise<void>((resolve) => setImmediate(resolve));
        continue;
      }
      const window = Math.min(WINDOW_MAX, Math.max(WINDOW, Math.min(events.length, COSTS) * cost));
      await new Promise<void>((resolve) => this.#clock.after(Math.max(0, window - cost), resolve));
    }
    this.#flushing = false;
  }

  async #send(events: readonly RoomEvent[]): Promise<void> {
    const revs = events.flatMap((event) => event.type === "message" ? [event.message.rev] : []);
    const first = revs[0] ?? Infinity;
    const frames = new Map<Encoding, Frame>();
    let walked = 0;
    let handed = 0;
    for (const connection of this.#connections) {
      if (++walked % SLICE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      if (connection.isClosed) continue;
      const { encoding } = connection;
      if (connection.shown >= first) {
        // It joined with some of these in its history.
        const unseen = events.filter((event) => event.type !== "message" || event.message.rev > connection.shown);
        if (unseen.length > 0) connection.deliver(frame(encodeAll(encoding, unseen)), false);
        continue;
      }
      let encoded = frames.get(encoding);
      if (!encoded) {
        const ahead = encoding.prepare(
          this,
          events.flatMap((event) => event.type === "message" ? [event.message] : []),
        );
        if (ahead) await ahead;
        frames.set(encoding, encoded = frame(encodeAll(encoding, events)));
      }
      connection.deliver(encoded, revs.length === 0);
      handed += 1;
    }
    this.#metrics.frames += handed;
    this.#metrics.deliveries += handed * revs.length;
  }
}

function bytesOf(event: RoomEvent): number {
  return event.type === "message" ? sizeOf(event.message) : 0;
}

/** The two furthest readers, each once. */
function furthest(marks: readonly SeenMark[]): SeenMark[] {
  const byUser = new Map<number, SeenMark>();
  for (const { user, seq, message } of marks) {
    if (seq > (byUser.get(user.id)?.seq ?? 0)) byUser.set(user.id, { user, seq, message });
  }
  return [...byUser.values()].sort((a, b) => b.seq - a.seq).slice(0, 2);
}
