import type { RoomId, UserId } from "../../db/model.ts";
import type { CountedMembership } from "../../db/store.ts";
import type { InboxEvent } from "../event.ts";
import type { Connection } from "../transport/connection.ts";

/** What a user is told of one room. */
export interface Count {
  readonly unread: number;
  readonly mentions: number;
  readonly last: number;
}

interface Place {
  readonly membership: CountedMembership;
  /** How far the user has read. */
  read: number;
  /** Mentions that are older than what the room's tally remembers: those after `read` up to `upTo`. */
  older?: { readonly read: number; readonly upTo: number; readonly mentions: number };
  /** What the connections were told last; when they were not all told the same, that is told next. */
  told: Count | "nothing" | "different";
}

/** One connected user: the connections, and where the user is a member. */
export class Inbox {
  readonly user: UserId;
  readonly connections = new Set<Connection>();
  /** Undefined until it has been loaded: nobody has asked. */
  places: ReadonlyMap<RoomId, Place> | undefined;
  /** Under way, and whether something has changed since it began. */
  loading: Promise<void> | undefined;
  isStale = false;

  constructor(user: UserId) {
    this.user = user;
  }

  /** Takes what the store says. What has been told of a room stays told. */
  load(memberships: readonly CountedMembership[]): void {
    const before = this.places;
    this.places = new Map(memberships.map((membership) => {
      const { room, read } = membership;
      return [room.id, { membership, read, told: before?.get(room.id)?.told ?? "nothing" }];
    }));
  }

  /** A connection is told this of a room, whatever the others were told. */
  summarize(room: RoomId, count: Count): void {
    const place = this.places?.get(room);
    if (place) place.told = place.told === "nothing" || isSame(place.told, count) ? count : "different";
  }

  /** Every connection is told this of a room. */
  summarizeToAll(room: RoomId, count: Count): void {
    const place = this.places?.get(room);
    if (place) place.told = count;
  }

  /** What to tell every connection of a room now; undefined when they know. */
  change(room: RoomId, { unread, mentions, last }: Count): InboxEvent | undefined {
    const place = this.places?.get(room);
    const count = { unread, mentions, last };
    if (!place || isSame(place.told, count)) return undefined;
    place.told = count;
    return { type: "unread", room: place.membership.room.slug, ...count };
  }

  /** Tells every connection. */
  tell(events: readonly InboxEvent[]): void {
    if (events.length === 0) return;
    for (const connection of [...this.connections]) if (connection.encoding.tellsInbox) connection.reply(...events);
  }
}

function isSame(told: Place["told"], { unread, mentions, last }: Count): boolean {
  return typeof told === "object" && told.unread === unread && told.mentions === mentions && told.last === last;
}
