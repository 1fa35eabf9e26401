import type { Log } from "../../db/log.ts";
import type { Message, MessageId, Person, RoomId, UserId } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import { roomTopic } from "../bus/topics.ts";

/** How often read marks are flushed, in ms: a thousand readers of one message make one transaction. */
const FLUSH_INTERVAL = 1000;

/** Read marks published to a room per flush: those of the furthest readers. */
const PUBLISHED_MAX = 20;

interface Mark {
  readonly user: Person;
  readonly message: MessageId;
  readonly seq: number;
}

/**
 * Buffers how far users have read, then writes and publishes it. A crash loses at most a second of it, which does no
 * harm.
 */
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
    this.#clock.after(FLUSH_INTERVAL, () => void this.flush());
  }

  /** Writes the buffered marks, then publishes them. */
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
        this.#log("warn", "Cannot write read marks", { room, error });
        continue;
      }
      this.#bus.publish("reads", { room, marks: read });
      const furthest = [...marks.values()].sort((a, b) => b.seq - a.seq).slice(0, PUBLISHED_MAX);
      for (const mark of furthest) this.#bus.publish(roomTopic(room), { type: "seen", ...mark });
    }
  }
}
