import type { Log } from "../../db/log.ts";
import type { Metrics } from "../../db/metrics.ts";
import type { Message, Room as RoomRow } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Clock } from "../clock.ts";
import type { Encoding } from "../encoding/encoding.ts";
import type { RoomEvent } from "../event.ts";
import { type Frame, frame } from "../transport/transport.ts";
import { Batch } from "./batch.ts";
import { fanOut } from "./fan_out.ts";
import { FurthestReaders } from "./furthest_readers.ts";
import { Histories } from "./histories.ts";
import { HistoryCache } from "./history_cache.ts";
import { CROWD, type Online, Presence } from "./presence.ts";
import { Sequencer } from "./sequencer.ts";
import type { Subscription } from "./subscription.ts";
import { Typing } from "./typing.ts";

/**
 * Changes loaded when a room is created: more than a new client is sent, and more than clients miss during a restart.
 */
const LOADED = 100;

/**
 * One live room of this process. It broadcasts every change once, in the order of `rev`. Each subscription begins with
 * the changes its client lacks and continues with everything newer, without gaps or duplicates, whatever the timing of
 * the join.
 */
export class Room {
  readonly row: RoomRow;
  readonly presence: Presence;
  readonly #store: Store;
  readonly #subscriptions = new Set<Subscription>();
  /** Subscriptions that have not been sent their history yet. */
  readonly #expected = new Set<Subscription>();
  /** The latest changes; undefined until they have been loaded. */
  #cache: HistoryCache | undefined;
  #loading: Promise<void> | undefined;
  readonly #sequencer: Sequencer;
  readonly #histories: Histories;
  readonly #batch: Batch;
  readonly #typing: Typing;
  readonly #readers = new FurthestReaders();
  readonly #onlineFrames = new Map<Encoding, { online: Online; frame: Frame }>();

  constructor(
    row: RoomRow,
    { store, clock, log, metrics }: { store: Store; clock: Clock; log: Log; metrics: Metrics },
  ) {
    this.row = row;
    this.#store = store;
    this.#typing = new Typing(clock);
    this.#batch = new Batch(clock, (events) => fanOut(this.#subscriptions, events, { key: this, metrics }));
    this.#histories = new Histories(row, { store, cache: () => this.#cache!, marks: () => this.#readers.marks });
    this.#sequencer = new Sequencer(row, {
      store,
      clock,
      log,
      show: (message) => this.#show(message),
      lost: (head) => {
        this.#cache!.forget(head);
        this.#histories.forget();
        this.#broadcast({ type: "reload" });
      },
    });
    this.presence = new Presence(clock, (lines, online) => {
      for (const content of lines) this.#broadcast({ type: "system", content });
      this.#broadcast({ type: "users", ...online });
    });
  }

  get isEmpty(): boolean {
    return this.#subscriptions.size === 0 && this.#expected.size === 0 && this.presence.count === 0;
  }

  /** Registers a subscription that is about to join, so that the room is not swept. */
  expect(subscription: Subscription): void {
    this.#expected.add(subscription);
  }

  /**
   * Sends a subscription its history (the changes since `after`, or the last messages) and delivers to it from then on.
   * The history is sent in parts, the next when the client has read the last, so it takes the memory of one part,
   * however long it is and however slow the client. A client that missed too much is told to reload, and its
   * subscription ends.
   */
  async join(subscription: Subscription, after: number | undefined): Promise<void> {
    const { connection } = subscription;
    try {
      await (this.#loading ??= this.#load());
      for (let at = after; !subscription.isEnded;) {
        const part = this.#histories.known(connection, at) ?? await this.#histories.part(subscription, at);
        // No await from here on: the part must be delivered before the room changes again.
        if (subscription.isEnded) return;
        if (part === undefined) {
          connection.reply({ type: "reload", room: this.row.slug });
          return subscription.end();
        }
        const isLast = !part.more && part.head >= this.#cache!.head;
        // A client that does not resume gets one page. The room has changed since it was encoded: encode it again.
        if (!isLast && at === undefined) continue;
        connection.welcome(part.frame);
        if (isLast) return this.#enter(subscription, part.head);
        at = part.head;
        await connection.taken();
      }
    } finally {
      this.#expected.delete(subscription);
    }
  }

  leave(subscription: Subscription): void {
    this.#expected.delete(subscription);
    if (this.#subscriptions.delete(subscription)) this.presence.depart(subscription.connection.actor.id);
  }

  /** Handles an event from the bus. */
  deliver(event: RoomEvent): void {
    switch (event.type) {
      case "message":
        return this.#sequencer.take(event.message);
      case "typing":
        if (this.#typing.isDue(event.user.id)) this.#broadcast(event);
        return;
      case "seen":
        return this.#broadcastSeen(event);
      default:
        return this.#broadcast(event);
    }
  }

  /** Drops cached messages, which may have been purged from the store. */
  forget(): void {
    this.#cache?.forget();
    this.#histories.forget();
  }

  close(): void {
    this.presence.close();
    this.#sequencer.close();
    this.#histories.forget();
  }

  /** Loads the latest changes, once for all who wait. */
  async #load(): Promise<void> {
    try {
      const { messages, head, from, seen } = await this.#store.messages.latest(this.row.id, LOADED);
      this.#cache = new HistoryCache(from ?? Math.max(0, head - LOADED), messages, head);
      this.#readers.load(seen);
      this.#sequencer.start(this.#cache);
    } catch (error) {
      this.#loading = undefined;
      throw error;
    }
  }

  #enter(subscription: Subscription, shown: number): void {
    const { connection } = subscription;
    subscription.shown = shown;
    this.#subscriptions.add(subscription);
    this.presence.arrive(connection.actor);
    connection.deliver(this.#onlineFrame(connection.encoding), false);
  }

  /** The users online, for a client that joins. In a crowded room, as last announced. */
  #onlineFrame(encoding: Encoding): Frame {
    const { online } = this.presence;
    let cached = this.#onlineFrames.get(encoding);
    if (cached?.online !== online) {
      const text = encoding.encode({ type: "users", room: this.row.slug, ...online });
      this.#onlineFrames.set(encoding, cached = { online, frame: frame(text) });
    }
    return cached.frame;
  }

  #show(message: Message): void {
    this.#cache!.add(message);
    this.#histories.forget();
    this.#typing.stop(message.author.id);
    this.#broadcast({ type: "message", message, seen: this.#readers.marks });
  }

  /** In a crowded room, only the furthest marks are sent. */
  #broadcastSeen(event: Extract<RoomEvent, { type: "seen" }>): void {
    this.#histories.forget();
    const isFurther = this.#readers.note(event);
    if (isFurther || this.presence.count <= CROWD) this.#broadcast(event);
  }

  #broadcast(event: RoomEvent): void {
    if (this.#subscriptions.size === 0) return;
    this.#batch.push(event.type === "message" ? event : { ...event, room: this.row.slug });
  }
}
