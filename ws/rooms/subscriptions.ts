import type { Room as RoomRow, RoomId } from "../../db/model.ts";
import type { Connection } from "../transport/connection.ts";
import type { Room } from "./room.ts";
import { Subscription } from "./subscription.ts";

/** Rooms that one connection can subscribe to. */
export const SUBSCRIPTIONS_MAX = 200;

interface Start {
  readonly after: number | undefined;
  /** Called when the history cannot be read. */
  readonly failed: (error: unknown) => void;
}

/**
 * The subscriptions of one connection. Histories are sent one room at a time, and the next part is made only when the
 * client has read the last: resuming in many rooms at once costs as much memory as in one.
 */
export class Subscriptions {
  readonly #connection: Connection;
  readonly #bySlug = new Map<string, Subscription>();
  readonly #waiting = new Map<Subscription, Start>();
  #isStarted = false;
  #isServing = false;
  #hasServed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Number of subscriptions, including those waiting to be served. */
  get size(): number {
    return this.#bySlug.size;
  }

  /** The room with this slug, if there is a subscription to it. */
  room(slug: string): RoomRow | undefined {
    return this.#bySlug.get(slug)?.room.row;
  }

  /**
   * Subscribes to a room: sends its history, or the changes since `after`, then live events. Replaces an existing
   * subscription.
   */
  add(room: Room, start: Start): void {
    const { slug } = room.row;
    this.#bySlug.get(slug)?.end();
    const subscription = new Subscription(this.#connection, room, (ended) => {
      this.#waiting.delete(ended);
      if (this.#bySlug.get(slug) === ended) this.#bySlug.delete(slug);
    });
    this.#bySlug.set(slug, subscription);
    this.#waiting.set(subscription, start);
    this.#serve();
  }

  /** Starts to serve subscriptions. Until then they wait. */
  start(): void {
    this.#isStarted = true;
    this.#serve();
  }

  /** Ends the subscription to a room. Returns false when there is none. */
  end(slug: string): boolean {
    const subscription = this.#bySlug.get(slug);
    subscription?.end();
    return subscription !== undefined;
  }

  /** As {@link end}, by the room's id. */
  endById(room: RoomId): boolean {
    const found = [...this.#bySlug.values()].find((subscription) => subscription.room.row.id === room);
    found?.end();
    return found !== undefined;
  }

  endAll(): void {
    for (const subscription of [...this.#bySlug.values()]) subscription.end();
  }

  #serve(): void {
    if (!this.#isStarted || this.#isServing) return;
    this.#isServing = true;
    void this.#serveAll();
  }

  async #serveAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      if (this.#hasServed) await this.#connection.taken();
      const [next] = this.#waiting;
      if (!next) break;
      const [subscription, { after, failed }] = next;
      this.#waiting.delete(subscription);
      this.#hasServed = true;
      try {
        await subscription.room.join(subscription, after);
      } catch (error) {
        subscription.end();
        failed(error);
      }
    }
    this.#isServing = false;
  }
}
