import type { Message, RoomId, UserId } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Bus } from "../bus/bus.ts";
import { roomTopic } from "../bus/topics.ts";
import type { Clock } from "../clock.ts";
import type { Inbox } from "./inbox.ts";
import { RECENT, UNREAD_MAX, UnreadTally } from "./unread_tally.ts";

/** Maximum age of the cached member count, in ms: a thousand users who connect at once cause one query. */
const MEMBERS_AGE = 1000;

/** A room with connected members: their inboxes, and the tally of unread messages. */
export class TalliedRoom {
  readonly inboxes = new Set<Inbox>();
  readonly #id: RoomId;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #stop: () => void;
  #tally: UnreadTally | undefined;
  #loading: Promise<UnreadTally> | undefined;
  /** Messages that arrived during the load. */
  #heard: Message[] = [];
  #members: { at: number; count: Promise<number> } | undefined;

  /** `changed` is called when a message is added, edited or deleted. */
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

  /** The current tally. Loaded from the store when there is none or when it has missed a change. */
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

  /** Drops what is cached. */
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
