import type { Message, RoomId, UserId } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Bus } from "../bus/bus.ts";
import { roomTopic } from "../bus/topics.ts";
import type { Clock } from "../clock.ts";
import type { Inbox } from "./inbox.ts";
import { RECENT, UNREAD_MAX, UnreadTally } from "./unread_tally.ts";

/** How old the number of members may be that is told, in ms: whoever connects with a thousand others counts once. */
const MEMBERS_AGE = 1000;

/** A room that has connected members: who they are, and what is unread. */
export class TalliedRoom {
  readonly inboxes = new Set<Inbox>();
  readonly #id: RoomId;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #stop: () => void;
  #tally: UnreadTally | undefined;
  #loading: Promise<UnreadTally> | undefined;
  /** What has come while it was read. */
  #heard: Message[] = [];
  #members: { at: number; count: Promise<number> } | undefined;

  /** `changed` is called whenever a message has come, changed or gone. */
  constructor(
    id: RoomId,
    { store, bus, clock, changed }: { store: Store; bus: Bus; clock: Clock; changed: () => void },
  ) {
    this.#id = id;
    this.#store = store;
    this.#clock = clock;
    this.#stop = bus.subscribe(roomTopic(id), (event) => {
      if (event.type !== "message") return;
      if (this.#tally) this.#tally.take(event.message);
      else if (this.#loading) this.#heard.push(event.message);
      changed();
    });
  }

  /** As of now; read from the store when memory has none, or has missed something. */
  async tally(): Promise<UnreadTally> {
    if (this.#tally && !this.#tally.isBehind) return this.#tally;
    return await (this.#loading ??= this.#load());
  }

  async countUnread(user: UserId, seen: number): Promise<number> {
    return await this.#store.rooms.countUnread(this.#id, user, seen, UNREAD_MAX);
  }

  async countMembers(): Promise<number> {
    const now = this.#clock.now();
    if (!this.#members || Math.abs(now - this.#members.at) > MEMBERS_AGE) {
      this.#members = { at: now, count: this.#store.rooms.countMembers(this.#id) };
      this.#members.count.catch(() => this.#members = undefined);
    }
    return await this.#members.count;
  }

  /** Reads anew what is asked for next. */
  forget(): void {
    this.#tally = undefined;
    this.#members = undefined;
  }

  close(): void {
    this.#stop();
  }

  async #load(): Promise<UnreadTally> {
    this.#tally = undefined;
    this.#heard = [];
    try {
      const tally = new UnreadTally(await this.#store.rooms.recent(this.#id, RECENT));
      for (const message of this.#heard) tally.take(message);
      return this.#tally = tally;
    } finally {
      this.#loading = undefined;
      this.#heard = [];
    }
  }
}
