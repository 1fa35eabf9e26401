import type { Message, UserId } from "../../db/model.ts";
import { type RecentMessages, UNREAD_MAX } from "../../db/store.ts";

/**
 * Messages kept per room: twice the highest count, so that only a user who wrote more than half of them needs a query.
 * Trimmed at twice that.
 */
export const RECENT = 2 * UNREAD_MAX;

interface Entry {
  readonly seq: number;
  readonly author: UserId;
  readonly mentions?: readonly UserId[] | undefined;
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

  /** Every message above this `seq` is in memory. */
  get from(): number {
    return this.#from;
  }

  /** Counts other users' messages in memory after `read`, and those that mention the user, each up to {@link UNREAD_MAX}. */
  count(user: UserId, read: number): { unread: number; mentions: number } {
    let unread = 0, mentions = 0;
    for (let at = this.#recent.length - 1; at >= 0 && this.#recent[at]!.seq > read; at--) {
      const entry = this.#recent[at]!;
      if (entry.author === user) continue;
      unread++;
      if (entry.mentions?.includes(user)) mentions++;
    }
    return { unread: Math.min(unread, UNREAD_MAX), mentions: Math.min(mentions, UNREAD_MAX) };
  }

  #apply({ seq, rev, author, deletedAt, mentions }: Message): void {
    if (deletedAt !== null) {
      const at = this.#recent.findLastIndex((entry) => entry.seq === seq);
      if (at !== -1) this.#recent.splice(at, 1);
      return;
    }
    if (rev !== seq) {
      const at = this.#recent.findLastIndex((entry) => entry.seq === seq);
      if (at !== -1) this.#recent[at] = { seq, author: author.id, mentions };
      return;
    }
    this.#recent.push({ seq, author: author.id, mentions });
    if (this.#recent.length <= 2 * RECENT) return;
    const gone = this.#recent.length - RECENT;
    this.#from = this.#recent[gone - 1]!.seq;
    this.#recent.splice(0, gone);
  }
}
