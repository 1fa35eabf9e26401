import type { Log } from "../../db/log.ts";
import type { Message, Room as RoomRow } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import type { Clock } from "../clock.ts";
import { RESUME_MAX } from "./histories.ts";
import type { HistoryCache } from "./history_cache.ts";

/** How long to wait for a missing change before reading it from the store, in ms. */
const GAP_PATIENCE = 50;

/**
 * Orders a room's changes: each is shown once, in the order of `rev`. A change that arrives early waits. A gap that
 * persists is filled from the store.
 */
export class Sequencer {
  readonly #row: RoomRow;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #show: (message: Message) => void;
  readonly #lost: (head: number) => void;
  readonly #early = new Map<number, Message>();
  /** Its head is the last change shown; undefined until the room has been loaded. */
  #cache: HistoryCache | undefined;
  #cancelCatchUp: (() => void) | undefined;
  #isCatchingUp = false;
  #isClosed = false;

  /** `show` adds the next change to the cache. `lost` restarts the cache at `head`, after a gap too wide to fill. */
  constructor(
    row: RoomRow,
    { store, clock, log, show, lost }: {
      store: Store;
      clock: Clock;
      log: Log;
      show: (message: Message) => void;
      lost: (head: number) => void;
    },
  ) {
    this.#row = row;
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#show = show;
    this.#lost = lost;
  }

  /** Begins after the cache's head. */
  start(cache: HistoryCache): void {
    this.#cache = cache;
    this.#showWaiting();
  }

  /** Accepts changes in any order, and duplicates. */
  take(message: Message): void {
    if (this.#cache && message.rev <= this.#cache.head) return;
    this.#early.set(message.rev, message);
    this.#showWaiting();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelCatchUp?.();
  }

  #showWaiting(): void {
    const cache = this.#cache;
    if (!cache || this.#isClosed) return;
    for (const rev of this.#early.keys()) if (rev <= cache.head) this.#early.delete(rev);
    let next: Message | undefined;
    while ((next = this.#early.get(cache.head + 1))) {
      this.#early.delete(next.rev);
      this.#show(next);
    }
    if (this.#early.size > 0) {
      this.#cancelCatchUp ??= this.#clock.after(GAP_PATIENCE, () => void this.#catchUp(cache));
    } else {
      this.#cancelCatchUp?.();
      this.#cancelCatchUp = undefined;
    }
  }

  async #catchUp(cache: HistoryCache): Promise<void> {
    this.#cancelCatchUp = undefined;
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    try {
      for (let more = true; more;) {
        const changes = await this.#store.messages.changesSince(this.#row.id, cache.head, RESUME_MAX);
        more = changes?.more ?? false;
        if (changes === undefined) {
          const { head } = await this.#store.messages.history(this.#row.id, { limit: 1 });
          this.#lost(head);
        } else {
          for (const message of changes.messages) if (message.rev > cache.head) this.#show(message);
          cache.skipTo(changes.head);
        }
      }
    } catch (error) {
      this.#log("error", "Cannot fill gap in changes", { room: this.#row.slug, error });
    }
    this.#isCatchingUp = false;
    this.#showWaiting();
  }
}
