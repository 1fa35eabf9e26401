import type { Message, Room as RoomRow, SeenMark } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import { fitting } from "../../db/text_at_once.ts";
import type { Connection } from "../transport/connection.ts";
import { type Frame, frame } from "../transport/transport.ts";
import { type HistoryCache, type Part, sizeOf } from "./history_cache.ts";
import type { Subscription } from "./subscription.ts";
import { turns } from "./turns.ts";

/** Messages a newcomer gets. */
const HISTORY = 50;

/** Changes a returning client can be brought up to date with; beyond this a fresh page is the shorter way. */
export const RESUME_MAX = 1000;

/** A part of a history that is put into words at once, in bytes of text; a larger one waits for its turn. */
const SMALL = 8 * 1024;

/** Parts of histories kept at once, for others who lack the same, in bytes: of one room, and of all. */
const KEPT_OF_ROOM = 4 * 1024 * 1024;
const KEPT_OF_ALL = 16 * 1024 * 1024;

/** The rooms that keep parts, the first that began to first. */
const keeping = new Set<Histories>();
let keptOfAll = 0;

/** A part of a history, made once for all who lack the same. */
export interface Welcome {
  readonly frame: Frame;
  readonly head: number;
  readonly more: boolean;
}

/** The histories of a room, part by part: made once for all who lack the same, in slices, and kept until the room goes on. */
export class Histories {
  readonly #row: RoomRow;
  readonly #store: Store;
  /** What the room has shown lately, and how far its members have read. */
  readonly #cache: () => HistoryCache;
  readonly #marks: () => readonly SeenMark[];
  readonly #kept = new Map<string, Welcome>();
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

  /** What this client lacks that has `at` (a `rev`, or nothing), if it has been made. */
  known(connection: Connection, at: number | undefined): Welcome | undefined {
    return this.#kept.get(keyOf(connection, at));
  }

  /** The room has gone on: what was made is no longer true. */
  forget(): void {
    this.#kept.clear();
    keptOfAll -= this.#bytes;
    this.#bytes = 0;
    keeping.delete(this);
  }

  /** Makes the next part of what this client lacks, as of the moment it is made; undefined when it lacks too much. */
  async part(subscription: Subscription, at: number | undefined): Promise<Welcome | undefined> {
    const { connection } = subscription;
    const { actor, encoding } = connection;
    while (!subscription.isEnded) {
      let read: Part | undefined;
      if (this.#lacking(at) === undefined) {
        await turns.run(actor.id, nothing);
        read = await this.#read(at);
        if (read === undefined) return undefined;
      }
      let part = this.#lacking(at, read);
      const ahead = part && this.#ahead(connection, part.messages);
      if (ahead) {
        await ahead;
        // The room has gone on meanwhile.
        part = this.#lacking(at, read);
      }
      if (part === undefined) continue;
      const { messages, head, more } = part;
      const encoded = encoding.encode({ type: "history", room: this.#row.slug, messages, head, seen: this.#marks() });
      return this.#keep(keyOf(connection, at), { frame: frame(encoded), head, more });
    }
    return undefined;
  }

  /** What there is to wait for before these are put into words. */
  #ahead({ actor, encoding }: Connection, messages: readonly Message[]): Promise<void> | undefined {
    const preparing = encoding.prepare(actor.id, messages);
    if (preparing) return preparing;
    const size = messages.reduce((total, message) => total + sizeOf(message), 0);
    return size > SMALL ? turns.run(actor.id, nothing) : undefined;
  }

  #keep(key: string, welcome: Welcome): Welcome {
    // A client may claim to have anything.
    if (this.#bytes + welcome.frame.length > KEPT_OF_ROOM) this.forget();
    this.#kept.set(key, welcome);
    this.#bytes += welcome.frame.length;
    keptOfAll += welcome.frame.length;
    keeping.add(this);
    for (const histories of keeping) {
      if (keptOfAll <= KEPT_OF_ALL) break;
      if (histories !== this) histories.forget();
    }
    return welcome;
  }

  /**
   * What a client lacks as of now, or the first part of it, from memory; with what was `read` for it where memory does not
   * reach. Undefined when even together they do not.
   */
  #lacking(at: number | undefined, read?: Part): Part | undefined {
    const cache = this.#cache();
    if (read === undefined) {
      if (at !== undefined) return cache.since(at);
      const messages = cache.newest(HISTORY);
      return messages && { messages, head: cache.head, more: false };
    }
    if (read.more || read.head >= cache.head) return read;
    // While the store was read, the room went on: add what was shown meanwhile.
    const shown = cache.since(read.head);
    if (shown === undefined) return undefined;
    const newer = new Set(shown.messages.map(({ id }) => id));
    const messages = [...read.messages.filter(({ id }) => !newer.has(id)), ...shown.messages];
    if (at === undefined) return shown.more ? undefined : { ...shown, messages: page(messages, read.messages[0]) };
    // What does not fit follows as another part.
    return fitting(messages, sizeOf) < messages.length ? { ...read, more: true } : { ...shown, messages };
  }

  /** Reads what memory has let go; undefined when that is too much. */
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

/** Waits for one's turn only. */
function nothing(): void {}

/** A newcomer's page of these, from `first` on: the last that are not deleted, as many as are sent at once. */
function page(messages: readonly Message[], first: Message | undefined): Message[] {
  const standing = messages.filter(({ deletedAt, seq }) => deletedAt === null && seq >= (first?.seq ?? 0))
    .sort((a, b) => b.seq - a.seq).slice(0, HISTORY);
  return standing.slice(0, fitting(standing, sizeOf)).reverse();
}
