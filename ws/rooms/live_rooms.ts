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

/** The rooms that this process holds in memory, each connected to the bus: those that somebody is in. */
export class LiveRooms {
  readonly #options: Options;
  readonly #rooms = new Map<RoomId, { room: Room; unsubscribe: () => void }>();
  /** Who was in a room when the program stopped. */
  #returning = new Map<RoomId, readonly Person[]>();

  constructor(options: Options) {
    this.#options = options;
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** The live room of this row; comes to life when it is first asked for. */
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

  /** Who is in each room. */
  present(): [RoomId, Person[]][] {
    return [...this.#rooms].map(([id, { room }]) => [id, room.presence.everybody()]);
  }

  /** These were in their rooms when the program stopped, and have the grace to come back in. */
  expect(present: readonly (readonly [RoomId, readonly Person[]])[]): void {
    this.#returning = new Map(present);
  }

  /** Messages have been removed for good: no room shows them from memory any more. */
  forget(): void {
    for (const { room } of this.#rooms.values()) room.forget();
  }

  /** Lets go the rooms that nobody is in. */
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
