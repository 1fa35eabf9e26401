import type { Message, UserId } from "../../db/model.ts";
import { type RecentMessages, UNREAD_MAX } from "../../db/store.ts";

/**
 * Messages remembered of a room: twice what is counted, so that only whoever wrote more than half of them can have unread
 * ones beyond. Trimmed at twice that.
 */
export const RECENT = 2 * UNREAD_MAX;

interface Entry {
  readonly seq: number;
  readonly author: UserId;
  readonly mentions?: readonly UserId[] | undefined;
}

/**
 * A room's latest messages by place and author, kept up to date by its changes: says for any member how many are unread,
 * without a query. Changes are applied in the order of `rev`, each once; when one stays missing, it is behind.
 */
export class UnreadTally {
  /** Every standing message with a `seq` above this one is in `#recent`. */
  #from: number;
  #recent: Entry[];
  #head: number;
  readonly #early = new Map<number, Message>();

  constructor({ head, messages, from }: RecentMessages) {
    this.#head = head;
    this.#recent = [...messages];
    this.#from = from;
  }

  /** Whether a change is missing: read the room anew. */
  get isBehind(): boolean {
    return this.#early.size > 0;
  }

  /** The place of the newest message; 0 when there is none. */
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

  /** Every standing message above this place is in memory. */
  get from(): number {
    return this.#from;
  }

  /** How many messages of others in memory stand after `read`, and how many of them mention the user. */
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
