import { ChatError } from "../../db/errors.ts";
import type { Log } from "../../db/log.ts";
import type { Room as RoomRow, User } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Request } from "../commands/request.ts";
import type { Connection } from "../transport/connection.ts";
import type { LiveRooms } from "./live_rooms.ts";
import { loadRoom } from "./load_room.ts";
import { SUBSCRIPTIONS_MAX } from "./subscriptions.ts";

/** Checks which rooms a connection may subscribe to and command, also while access is being lost. */
export class RoomAccess {
  readonly #options: { store: Store; log: Log; rooms: LiveRooms };
  #losses = 0;

  constructor(options: { store: Store; log: Log; rooms: LiveRooms }) {
    this.#options = options;
  }

  /** Counts how often a user has lost access to a room. While it is unchanged, a room loaded before is still accessible. */
  get losses(): number {
    return this.#losses;
  }

  /** Records that a user has lost access to a room. */
  lost(): void {
    this.#losses += 1;
  }

  /** Subscribes a connection to a room. Throws `not_found` and, for too many rooms, `rate_limited`. */
  async subscribe(
    connection: Connection,
    { room, after }: { room: string; after?: number | undefined },
  ): Promise<undefined> {
    const row = await this.#load(connection.actor, room);
    const { subscriptions } = connection;
    if (connection.isClosed) return;
    if (subscriptions.room(row.slug) === undefined && subscriptions.size >= SUBSCRIPTIONS_MAX) {
      throw new ChatError("rate_limited", `Too many rooms: one connection can listen to ${SUBSCRIPTIONS_MAX}`);
    }
    subscriptions.add(this.#options.rooms.of(row), {
      after,
      failed: (error) => {
        this.#options.log("error", "Cannot join room", { room, user: connection.actor.id, error });
        const detail = "This room could not be read, try again later";
        connection.reply({ type: "error", detail, code: "unavailable", room });
      },
    });
  }

  /**
   * The room of a command if it needs no further check of access: the one it names, or the connection's default room. A
   * subscription proves that the user has access.
   */
  async roomOf({ actor, home, subscriptions }: Connection, { fields }: Request): Promise<RoomRow | undefined> {
    const { room } = fields as { room?: unknown };
    if (typeof room === "string") return subscriptions.room(room);
    if (home === undefined) return undefined;
    return subscriptions.room(home) ?? await this.#options.store.rooms.findFor(actor.id, home);
  }

  /** Whether a user still has access to a room that was loaded when `losses` had the value `asOf`. */
  async isCurrent(actor: User, row: RoomRow, asOf: number | undefined): Promise<boolean> {
    return asOf === this.#losses || await this.#options.store.rooms.findFor(actor.id, row.slug) !== undefined;
  }

  async #load(actor: User, slug: string): Promise<RoomRow> {
    for (;;) {
      const asOf = this.#losses;
      const found = await loadRoom(this.#options.store, actor, slug);
      // If access was lost during the query, there was no subscription yet to end: check again.
      if (asOf === this.#losses) return found;
    }
  }
}
