import type { Message, UserId } from "../../db/model.ts";
import type { RecentMessages } from "../../db/store.ts";

/** Counts are exact below this; this one means "more than 99". */
export const UNREAD_MAX = 100;

/**
 * Messages kept per room: twice the highest count, so that only a user who wrote more than half of them needs a query.
 * Trimmed at twice that.
 */
export const RECENT = 2 * UNREAD_MAX;

interface Entry {
  readonly seq: number;
  readonly author: UserId;
}

/**
 * A room's latest messages by `seq` and author. Counts any member's unread messages without a query. Changes are
 * applied once each, in the order of `rev`; when one is missing, the tally is behind.
 */
export class UnreadTally {
  /** Every undeleted message with a `seq` above this one is in `#recent`. */
  #from: number;
  #recent: Entry[];
  #head: number;
  readonly #early = new Map<number, Message>();

  constructor({ head, messages, from }: RecentMessages) {
    this.#head = head;
    this.#recent = [...messages];
    this.#from = from;
  }

  /** Whether a change is missing, so that the room must be loaded again. */
  get isBehind(): boolean {
    return this.#early.size > 0;
  }

  /** The `seq` of the newest message; 0 when there is none. */
  get last(): number {
    return this.#recent.at(-1)?.seq ?? this.#from;
  }

  take(message: Message): void {
    if (message.rev <= this.#head) return;
    this.#early.set(message.rev, message);
    let next: Message | undefined;
    while ((next = this.#early.get(this.#head + 1))) {
      this.#early.delete(next.rev);
      this.#head = next.rev;
      this.#apply(next);
    }
  }

  /**
   * Counts other users' messages after `seen`, up to {@link UNREAD_MAX}. Undefined when `seen` is older than the
   * messages kept.
   */
  unread(user: UserId, seen: number): number | undefined {
    let count = 0;
    for (let at = this.#recent.length - 1; at >= 0 && this.#recent[at]!.seq > seen; at--) {
      if (this.#recent[at]!.author !== user && ++count === UNREAD_MAX) return count;
    }
    return seen >= this.#from ? count : undefined;
  }

  #apply({ seq, rev, author, deletedAt }: Message): void {
    if (deletedAt !== null) {
      const at = this.#recent.findLastIndex((entry) => entry.seq === seq);
      if (at !== -1) this.#recent.splice(at, 1);
      return;
    }
    if (rev !== seq) return;
    this.#recent.push({ seq, author: author.id });
    if (this.#recent.length <= 2 * RECENT) return;
    const gone = this.#recent.length - RECENT;
    this.#from = this.#recent[gone - 1]!.seq;
    this.#recent.splice(0, gone);
  }
}
