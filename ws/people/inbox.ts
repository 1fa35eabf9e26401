import type { Room, RoomId, UserId } from "../../db/model.ts";
import type { Membership as MembershipRow } from "../../db/store.ts";
import type { InboxEvent } from "../event.ts";
import type { Connection } from "../transport/connection.ts";

/** A user's unread count in one room. */
export interface Count {
  readonly unread: number;
  readonly last: number;
}

interface Membership {
  readonly room: Room;
  /** The user's read mark. */
  seen: number;
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
  places: ReadonlyMap<RoomId, Membership> | undefined;
  /** The load in progress, and whether memberships have changed since it began. */
  loading: Promise<void> | undefined;
  isStale = false;

  constructor(user: UserId) {
    this.user = user;
  }

  /**
   * Replaces the memberships with those in the store. Keeps what has been sent, and read marks that are ahead of the
   * store.
   */
  load(memberships: readonly MembershipRow[]): void {
    const before = this.places;
    this.places = new Map(memberships.map(({ room, seen }) => {
      const known = before?.get(room.id);
      return [room.id, { room, seen: Math.max(seen, known?.seen ?? 0), told: known?.told ?? "nothing" }];
    }));
  }

  /** Records that one connection is sent this count. */
  summarize(room: RoomId, count: Count): void {
    const place = this.places?.get(room);
    if (place) place.told = place.told === "nothing" || isSame(place.told, count) ? count : "different";
  }

  /** The event to send to every connection; undefined when they have the count already. */
  change(room: RoomId, count: Count): InboxEvent | undefined {
    const place = this.places?.get(room);
    if (!place || isSame(place.told, count)) return undefined;
    place.told = count;
    return { type: "unread", room: place.room.slug, ...count };
  }

  /** Sends events to every connection. */
  tell(events: readonly InboxEvent[]): void {
    if (events.length === 0) return;
    for (const connection of [...this.connections]) if (connection.encoding.sendsInbox) connection.reply(...events);
  }
}

function isSame(told: Membership["told"], { unread, last }: Count): boolean {
  return typeof told === "object" && told.unread === unread && told.last === last;
}
