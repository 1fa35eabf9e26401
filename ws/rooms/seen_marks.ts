import type { Log } from "../../db/log.ts";
import type { Message, MessageId, Person, RoomId, UserId } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import { roomTopic } from "../bus/topics.ts";

/** How often what was seen is written and told, in ms: a thousand readers of one message make one transaction. */
const EVERY = 1000;

/** Readers told of by name at once; of a crowd only the furthest are. */
const TOLD = 20;

interface Mark {
  readonly user: Person;
  readonly message: MessageId;
  readonly seq: number;
}

/** How far everybody has read: gathered, then written and told together. Losing a second of it in a crash does no harm. */
export class SeenMarks {
  readonly #store: Store;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #log: Log;
  #rooms = new Map<RoomId, Map<UserId, Mark>>();
  #waiting = false;

  constructor({ store, bus, clock, log }: { store: Store; bus: Bus; clock: Clock; log: Log }) {
    this.#store = store;
    this.#bus = bus;
    this.#clock = clock;
    this.#log = log;
  }

  note(message: Message, user: Person): void {
    let marks = this.#rooms.get(message.roomId);
    if (!marks) this.#rooms.set(message.roomId, marks = new Map());
    if ((marks.get(user.id)?.seq ?? 0) >= message.seq) return;
    marks.set(user.id, {
      user: { id: user.id, username: user.username },
      message: message.id,
      seq: message.seq,
    });
    if (this.#waiting) return;
    this.#waiting = true;
    this.#clock.after(EVERY, () => void this.flush());
  }

  /** Writes what has been gathered, then tells the rooms. */
  async flush(): Promise<void> {
    this.#waiting = false;
    const rooms = this.#rooms;
    this.#rooms = new Map();
    for (const [room, marks] of rooms) {
      let read = [...marks.values()].map(({ user, seq }) => ({ user: user.id, seq }));
      try {
        const changed = new Set(await this.#store.rooms.markSeen(room, read));
        read = read.filter(({ user }) => changed.has(user));
      } catch (error) {
        this.#log("warn", "Cannot write what was seen", { room, error });
        continue;
      }
      this.#bus.publish("reads", { room, marks: read });
      const furthest = [...marks.values()].sort((a, b) => b.seq - a.seq).slice(0, TOLD);
      for (const mark of furthest) this.#bus.publish(roomTopic(room), { type: "seen", ...mark });
    }
  }
}
