import type { Connection } from "../transport/connection.ts";
import type { Room } from "./room.ts";

/** One connection listening to one room. The room delivers to it; the connection may have many. */
export class Subscription {
  readonly connection: Connection;
  readonly room: Room;
  /** Durable changes up to this `rev` were in the history it began with. */
  shown = 0;
  readonly #ended: (subscription: Subscription) => void;
  #isEnded = false;

  /** `ended` is called once, when it ends. */
  constructor(connection: Connection, room: Room, ended: (subscription: Subscription) => void = () => {}) {
    this.connection = connection;
    this.room = room;
    this.#ended = ended;
    room.expect(this);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** From now on nothing of the room is sent, also not what has been waiting for its frame. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.room.leave(this);
    this.#ended(this);
  }
}
