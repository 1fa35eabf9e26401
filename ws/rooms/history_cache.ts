import { Buffer } from "node:buffer";
import type { Message } from "../../db/model.ts";
import { fitting, TEXT_AT_ONCE } from "../../db/text_at_once.ts";

/** Changes kept, and bytes of their texts: at least so many of either, unless the other is at twice that. */
const KEPT = 256;
const KEPT_BYTES = 4 * TEXT_AT_ONCE;

/** What one client lacks, or the first part of it. */
export interface Part {
  readonly messages: Message[];
  /** How far it reaches. */
  readonly head: number;
  /** Whether there is more after that. */
  readonly more: boolean;
}

/**
 * A room's latest changes, in memory: whoever comes, or comes back after the loss of a network, costs the store nothing.
 * It holds every change with a `rev` above some point, in order.
 */
export class HistoryCache {
  #from: number;
  #changes: Message[];
  #head: number;
  #bytes: number;

  /** `changes` are all with a `rev` above `from`, by `rev`; `head` is the room's. */
  constructor(from: number, changes: readonly Message[], head: number) {
    this.#from = from;
    this.#changes = [...changes];
    this.#head = head;
    this.#bytes = changes.reduce((total, message) => total + sizeOf(message), 0);
  }

  /** The last `rev`. */
  get head(): number {
    return this.#head;
  }

  /** The next change. */
  add(message: Message): void {
    this.#head = message.rev;
    this.#changes.push(message);
    this.#bytes += sizeOf(message);
    if (this.#changes.length <= 2 * KEPT && this.#bytes <= 2 * KEPT_BYTES) return;
    let gone = 0;
    while (this.#changes.length - gone > KEPT || this.#bytes > KEPT_BYTES) {
      this.#from = this.#changes[gone]!.rev;
      this.#bytes -= sizeOf(this.#changes[gone]!);
      gone += 1;
    }
    this.#changes.splice(0, gone);
  }

  /** There are no changes up to `rev`: those numbers have been removed with their messages. */
  skipTo(rev: number): void {
    this.#head = Math.max(this.#head, rev);
  }

  /** Begins anew at `head`. */
  forget(head = this.#head): void {
    this.#from = this.#head = head;
    this.#changes = [];
    this.#bytes = 0;
  }

  /**
   * What has changed after `after`, each message in its latest state, by `rev`: the first of it that holds no more text
   * than is sent at once. Undefined when memory does not reach.
   */
  since(after: number): Part | undefined {
    if (after < this.#from || after > this.#head) return undefined;
    const messages = this.#since(after);
    const count = fitting(messages, sizeOf);
    if (count === messages.length) return { messages, head: this.#head, more: false };
    return { messages: messages.slice(0, count), head: messages[count - 1]!.rev, more: true };
  }

  /** The last `count` messages that are not deleted, or as many as are sent at once, oldest first; undefined when memory does not reach. */
  newest(count: number): Message[] | undefined {
    const standing = this.#since(this.#from).filter(({ seq, deletedAt }) => seq > this.#from && deletedAt === null)
      .sort((a, b) => b.seq - a.seq).slice(0, count);
    const fits = fitting(standing, sizeOf);
    if (fits === standing.length && fits < count && this.#from > 0) return undefined;
    return standing.slice(0, fits).reverse();
  }

  #since(after: number): Message[] {
    const changed: Message[] = [];
    const known = new Set<number>();
    for (let at = this.#changes.length - 1; at >= 0 && this.#changes[at]!.rev > after; at--) {
      const message = this.#changes[at]!;
      if (known.has(message.id)) continue;
      known.add(message.id);
      changed.push(message);
    }
    return changed.reverse();
  }
}

export function sizeOf({ content }: Message): number {
  return Buffer.byteLength(content);
}
