import { Buffer } from "node:buffer";
import type { Message } from "../../db/model.ts";
import { fitting, TEXT_AT_ONCE } from "../../db/text_at_once.ts";

/** Changes kept, and bytes of their text. The cache is trimmed to these when it exceeds twice either. */
const KEPT = 256;
const KEPT_BYTES = 4 * TEXT_AT_ONCE;

/** The changes that one client needs, or the first part of them. */
export interface Part {
  readonly messages: Message[];
  /** The `rev` up to which this part is complete. */
  readonly head: number;
  /** Whether more changes follow. */
  readonly more: boolean;
}

/**
 * A room's latest changes, in memory, so that joining and resuming need no query. It holds every change with a `rev`
 * above some point, in order.
 */
export class HistoryCache {
  #from: number;
  #changes: Message[];
  #head: number;
  #bytes: number;

  /** `changes` are all changes with a `rev` above `from`, by `rev`; `head` is the room's last `rev`. */
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

  /** Appends the change with the next `rev`. */
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

  /** Advances the head to `rev`: the changes in between were removed with their messages. */
  skipTo(rev: number): void {
    this.#head = Math.max(this.#head, rev);
  }

  /** Empties the cache and restarts it at `head`. */
  forget(head = this.#head): void {
    this.#from = this.#head = head;
    this.#changes = [];
    this.#bytes = 0;
  }

  /**
   * The changes after `after`, each message in its latest state, by `rev`, up to the text that fits into one part.
   * Undefined when the cache does not reach back that far.
   */
  since(after: number): Part | undefined {
    if (after < this.#from || after > this.#head) return undefined;
    const messages = this.#since(after);
    const count = fitting(messages, sizeOf);
    if (count === messages.length) return { messages, head: this.#head, more: false };
    return { messages: messages.slice(0, count), head: messages[count - 1]!.rev, more: true };
  }

  /**
   * The last `count` undeleted messages, or as many as fit into one part, oldest first. Undefined when the cache does
   * not reach back that far.
   */
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
