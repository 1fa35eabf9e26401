import type { Message, Room as RoomRow, SeenMark } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import { fitting } from "../../db/text_at_once.ts";
import type { Connection } from "../transport/connection.ts";
import { type Frame, frame } from "../transport/transport.ts";
import { type HistoryCache, type Part, sizeOf } from "./history_cache.ts";
import type { Subscription } from "./subscription.ts";
import { turns } from "./turns.ts";

/** Messages sent to a client that does not resume. */
const HISTORY = 50;

/** Changes that a resuming client can be sent. Beyond this, reloading the page is cheaper. */
export const RESUME_MAX = 1000;

/** Text, in bytes, that is encoded immediately. A larger part waits for a turn of the event loop. */
const SMALL = 8 * 1024;

/** Bytes of encoded history cached, per room and in total. */
const KEPT_OF_ROOM = 4 * 1024 * 1024;
const KEPT_OF_ALL = 16 * 1024 * 1024;

/** Rooms with cached parts, in order of insertion: the oldest is evicted first. */
const keeping = new Set<Histories>();
let keptOfAll = 0;

/** An encoded part of a history, shared by all clients that need the same. */
export interface EncodedPart {
  readonly frame: Frame;
  readonly head: number;
  readonly more: boolean;
}

/**
 * Encodes a room's history in parts, each once for all clients that need it, and caches them until the room changes.
 */
export class Histories {
  readonly #row: RoomRow;
  readonly #store: Store;
  /** The room's latest changes, and how far its members have read. */
  readonly #cache: () => HistoryCache;
  readonly #marks: () => readonly SeenMark[];
  readonly #kept = new Map<string, EncodedPart>();
  #bytes = 0;

  constructor(
    row: RoomRow,
    { store, cache, marks }: { store: Store; cache: () => HistoryCache; marks: () => readonly SeenMark[] },
  ) {
    this.#row = row;
    this.#store = store;
    this.#cache = cache;
    this.#marks = marks;
  }

  /** The cached part that follows `at` (a `rev`, or `undefined` for a client that does not resume). */
  known(connection: Connection, at: number | undefined): EncodedPart | undefined {
    return this.#kept.get(keyOf(connection, at));
  }

  /** Drops the cached parts, because the room has changed. */
  forget(): void {
    this.#kept.clear();
    keptOfAll -= this.#bytes;
    this.#bytes = 0;
    keeping.delete(this);
  }

  /** Encodes the part that follows `at`, as of the moment it is encoded. Undefined when the client missed too much. */
  async part(subscription: Subscription, at: number | undefined): Promise<EncodedPart | undefined> {
    const { connection } = subscription;
    const { actor, encoding } = connection;
    while (!subscription.isEnded) {
      let read: Part | undefined;
      if (this.#lacking(at) === undefined) {
        await turns.run(actor.id, yieldTurn);
        read = await this.#read(at);
        if (read === undefined) return undefined;
      }
      let part = this.#lacking(at, read);
      const ahead = part && this.#ahead(connection, part.messages);
      if (ahead) {
        await ahead;
        // The room may have changed during the await.
        part = this.#lacking(at, read);
      }
      if (part === undefined) continue;
      const { messages, head, more } = part;
      const encoded = encoding.encode({ type: "history", room: this.#row.slug, messages, head, seen: this.#marks() });
      return this.#keep(keyOf(connection, at), { frame: frame(encoded), head, more });
    }
    return undefined;
  }

  /** Resolves when these messages may be encoded; undefined when they may be encoded at once. */
  #ahead({ actor, encoding }: Connection, messages: readonly Message[]): Promise<void> | undefined {
    const preparing = encoding.prepare(actor.id, messages);
    if (preparing) return preparing;
    const size = messages.reduce((total, message) => total + sizeOf(message), 0);
    return size > SMALL ? turns.run(actor.id, yieldTurn) : undefined;
  }

  #keep(key: string, encoded: EncodedPart): EncodedPart {
    // A client may resume from any `rev` it likes, so the cache needs a bound.
    if (this.#bytes + encoded.frame.length > KEPT_OF_ROOM) this.forget();
    this.#kept.set(key, encoded);
    this.#bytes += encoded.frame.length;
    keptOfAll += encoded.frame.length;
    keeping.add(this);
    for (const histories of keeping) {
      if (keptOfAll <= KEPT_OF_ALL) break;
      if (histories !== this) histories.forget();
    }
    return encoded;
  }

  /**
   * The changes after `at`, or the first part of them, from memory. `read` is what the store returned when memory does
   * not reach back far enough. Undefined when the two together leave a gap.
   */
  #lacking(at: number | undefined, read?: Part): Part | undefined {
    const cache = this.#cache();
    if (read === undefined) {
      if (at !== undefined) return cache.since(at);
      const messages = cache.newest(HISTORY);
      return messages && { messages, head: cache.head, more: false };
    }
    if (read.more || read.head >= cache.head) return read;
    // Append the changes that arrived during the read.
    const shown = cache.since(read.head);
    if (shown === undefined) return undefined;
    const newer = new Set(shown.messages.map(({ id }) => id));
    const messages = [...read.messages.filter(({ id }) => !newer.has(id)), ...shown.messages];
    if (at === undefined) return shown.more ? undefined : { ...shown, messages: page(messages, read.messages[0]) };
    // What does not fit is sent as another part.
    return fitting(messages, sizeOf) < messages.length ? { ...read, more: true } : { ...shown, messages };
  }

  /** Reads changes that are no longer in memory; undefined when there are too many. */
  async #read(at: number | undefined): Promise<Part | undefined> {
    const { messages } = this.#store;
    if (at === undefined) return { ...await messages.history(this.#row.id, { limit: HISTORY }), more: false };
    const read = await messages.changesSince(this.#row.id, at, RESUME_MAX);
    return read && { ...read, more: read.more ?? false };
  }
}

function keyOf({ encoding }: Connection, at: number | undefined): string {
  return `${encoding.name} ${at}`;
}

function yieldTurn(): void {}

/**
 * The page for a client that does not resume: the last undeleted messages from `first` on, as many as fit into one
 * part.
 */
function page(messages: readonly Message[], first: Message | undefined): Message[] {
  const standing = messages.filter(({ deletedAt, seq }) => deletedAt === null && seq >= (first?.seq ?? 0))
    .sort((a, b) => b.seq - a.seq).slice(0, HISTORY);
  return standing.slice(0, fitting(standing, sizeOf)).reverse();
}
