import type { Log } from "../../db/log.ts";
import type { Metrics } from "../../db/metrics.ts";
import type { Person, Room as RoomRow, RoomId } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Bus } from "../bus/bus.ts";
import { roomTopic } from "../bus/topics.ts";
import type { Clock } from "../clock.ts";
import type { Online } from "./presence.ts";
import { Room } from "./room.ts";

interface Options {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The rooms held in memory by this process, each subscribed to the bus. */
export class LiveRooms {
  readonly #options: Options;
  readonly #rooms = new Map<RoomId, { room: Room; unsubscribe: () => void }>();
  /** Users who were present in each room when the server stopped. */
  #returning = new Map<RoomId, readonly Person[]>();

  constructor(options: Options) {
    this.#options = options;
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** The live room of this row. Created on first use. */
  of(row: RoomRow): Room {
    const live = this.#rooms.get(row.id);
    if (live) return live.room;
    const room = new Room(row, this.#options);
    const unsubscribe = this.#options.bus.subscribe(roomTopic(row.id), (event) => room.deliver(event));
    this.#rooms.set(row.id, { room, unsubscribe });
    room.presence.restore(this.#returning.get(row.id) ?? []);
    this.#returning.delete(row.id);
    return room;
  }

  online(id: RoomId): Online {
    const presence = this.#rooms.get(id)?.room.presence;
    return { users: presence?.online.users ?? [], count: presence?.count ?? 0 };
  }

  /** The users present in each room. */
  present(): [RoomId, Person[]][] {
    return [...this.#rooms].map(([id, { room }]) => [id, room.presence.everybody()]);
  }

  /** Restores presence from the last run: these users have the grace period to reconnect. */
  expect(present: readonly (readonly [RoomId, readonly Person[]])[]): void {
    this.#returning = new Map(present);
  }

  /** Drops cached messages, after messages have been purged from the store. */
  forget(): void {
    for (const { room } of this.#rooms.values()) room.forget();
  }

  /** Closes empty rooms. */
  sweep(): void {
    for (const [id, { room, unsubscribe }] of this.#rooms) {
      if (!room.isEmpty) continue;
      unsubscribe();
      room.close();
      this.#rooms.delete(id);
    }
  }

  close(): void {
    for (const { room, unsubscribe } of this.#rooms.values()) {
      unsubscribe();
      room.close();
    }
  }
}
