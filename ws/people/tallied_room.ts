import type { Message, RoomId, UserId } from "../../db/model.ts";
import type { Bus } from "../bus/bus.ts";
import { roomTopic } from "../bus/topics.ts";
import type { Inbox } from "./inbox.ts";
import { type Store, UNREAD_MAX } from "../../db/store.ts";
import { RECENT, UnreadTally } from "./unread_tally.ts";

/** A room with connected members: their inboxes, and the tally of unread messages. */
export class TalliedRoom {
  readonly inboxes = new Set<Inbox>();
  readonly #id: RoomId;
  readonly #store: Store;
  readonly #stop: () => void;
  #tally: UnreadTally | undefined;
  #loading: Promise<UnreadTally> | undefined;
  /** Messages that arrived during the load. */
  #heard: Message[] = [];

  /** `changed` is called when a message is added, edited or deleted. */
  constructor(
    id: RoomId,
    { store, bus, changed }: { store: Store; bus: Bus; changed: () => void },
  ) {
    this.#id = id;
    this.#store = store;
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

  /** In the store, up to this place if one is given. */
  async countUnread(user: UserId, read: number, upTo?: number): Promise<{ unread: number; mentions: number }> {
    return await this.#store.rooms.countUnread(this.#id, user, read, UNREAD_MAX, upTo);
  }

  /** Drops what is cached. */
  forget(): void {
    this.#tally = undefined;
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
