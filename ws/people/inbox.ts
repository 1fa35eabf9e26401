import type { RoomId, UserId } from "../../db/model.ts";
import type { CountedMembership } from "../../db/store.ts";
import type { InboxEvent } from "../event.ts";
import type { Connection } from "../transport/connection.ts";

/** A user's unread count in one room. */
export interface Count {
  readonly unread: number;
  readonly mentions: number;
  readonly last: number;
}

interface Place {
  readonly membership: CountedMembership;
  /** The user's read mark. */
  read: number;
  /** Mentions older than the room's tally: those after `read` up to `upTo`. */
  older?: { readonly read: number; readonly upTo: number; readonly mentions: number };
  /**
   * The count last sent. `different` when connections were sent different counts: the next count is sent whatever it
   * is.
   */
  told: Count | "nothing" | "different";
}

/** A connected user's connections and memberships. */
export class Inbox {
  readonly user: UserId;
  readonly connections = new Set<Connection>();
  /** Undefined until first needed. */
  places: ReadonlyMap<RoomId, Place> | undefined;
  /** The load in progress, and whether memberships have changed since it began. */
  loading: Promise<void> | undefined;
  isStale = false;

  constructor(user: UserId) {
    this.user = user;
  }

  /** Replaces the memberships with those in the store. Keeps what has been sent. */
  load(memberships: readonly CountedMembership[]): void {
    const before = this.places;
    this.places = new Map(memberships.map((membership) => {
      const { room, read } = membership;
      return [room.id, { membership, read, told: before?.get(room.id)?.told ?? "nothing" }];
    }));
  }

  /** Records that one connection is sent this count. */
  summarize(room: RoomId, count: Count): void {
    const place = this.places?.get(room);
    if (place) place.told = place.told === "nothing" || isSame(place.told, count) ? count : "different";
  }

  /** Records that every connection is sent this count. */
  summarizeToAll(room: RoomId, count: Count): void {
    const place = this.places?.get(room);
    if (place) place.told = count;
  }

  /** The event to send to every connection; undefined when they have the count already. */
  change(room: RoomId, { unread, mentions, last }: Count): InboxEvent | undefined {
    const place = this.places?.get(room);
    const count = { unread, mentions, last };
    if (!place || isSame(place.told, count)) return undefined;
    place.told = count;
    return { type: "unread", room: place.membership.room.slug, ...count };
  }

  /** Sends events to every connection. */
  tell(events: readonly InboxEvent[]): void {
    if (events.length === 0) return;
    for (const connection of [...this.connections]) if (connection.encoding.sendsInbox) connection.reply(...events);
  }
}

function isSame(told: Place["told"], { unread, mentions, last }: Count): boolean {
  return typeof told === "object" && told.unread === unread && told.mentions === mentions && told.last === last;
}
