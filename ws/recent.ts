import type { Message } from "../db/model.ts";

/** Changes kept: at least so many, at most twice that. */
const KEPT = 256;

/**
 * A room's latest changes, in memory: whoever comes, or comes back after the loss of a network, costs the store nothing.
 * It holds every change with a `rev` above some point, in order.
 */
export class Recent {
  #from: number;
  #changes: Message[];
  #head: number;

  /** `changes` are all with a `rev` above `from`, by `rev`; `head` is the room's. */
  constructor(from: number, changes: readonly Message[], head: number) {
    this.#from = from;
    this.#changes = [...changes];
    this.#head = head;
  }

  /** The last `rev`. */
  get head(): number {
    return this.#head;
  }

  /** The next change. */
  add(message: Message): void {
    this.#head = message.rev;
    this.#changes.push(message);
    if (this.#changes.length <= 2 * KEPT) return;
    this.#changes.splice(0, KEPT);
    this.#from = this.#changes[0]!.rev - 1;
  }

  /** There are no changes up to `rev`: those numbers have been removed with their messages. */
  skipTo(rev: number): void {
    this.#head = Math.max(this.#head, rev);
  }

  /** Begins anew at `head`. */
  forget(head = this.#head): void {
    this.#from = this.#head = head;
    this.#changes = [];
  }

  /** What has changed after `after`, each message in its latest state, by `rev`; undefined when memory does not reach. */
  since(after: number): Message[] | undefined {
    if (after < this.#from || after > this.#head) return undefined;
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

  /** The last `count` messages that are not deleted, oldest first; undefined when memory does not reach. */
  newest(count: number): Message[] | undefined {
    const standing = this.since(this.#from)!.filter(({ seq, deletedAt }) => seq > this.#from && deletedAt === null);
    if (standing.length < count && this.#from > 0) return undefined;
    return standing.sort((a, b) => a.seq - b.seq).slice(-count);
  }
}
