import type { Connection } from "../transport/connection.ts";
import type { Room } from "./room.ts";

/** One connection's subscription to one room. */
export class Subscription {
  readonly connection: Connection;
  readonly room: Room;
  /** Changes up to this `rev` were in the history that it was sent. */
  shown = 0;
  readonly #ended: (subscription: Subscription) => void;
  #isEnded = false;

  /** `ended` is called once, when the subscription ends. */
  constructor(connection: Connection, room: Room, ended: (subscription: Subscription) => void = () => {}) {
    this.connection = connection;
    this.room = room;
    this.#ended = ended;
    room.expect(this);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Stops delivery at once. Events that are queued for the next frame are not sent either. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.room.leave(this);
    this.#ended(this);
  }
}
