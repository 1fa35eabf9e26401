import type { Notify, Posting, Role, Room, RoomKind, UserId } from "./model.ts";
import type { CountedMembership } from "./store_rooms.ts";

/** A room as one of its members sees it. */
export interface RoomSummary {
  /** The slug. */
  readonly room: string;
  readonly name: string;
  readonly kind: RoomKind;
  readonly topic: string;
  readonly members: number;
  /** Messages of others after the last one read, and those that mention the user; 100 stands for more than 99. */
  readonly unread: number;
  readonly mentions: number;
  /** The place of the newest message, and how far the user has read. */
  readonly last: number;
  readonly read: number;
  readonly notify: Notify;
  readonly favourite: boolean;
  readonly archived: boolean;
  readonly role: Role;
  readonly posting: Posting;
  /** Seconds between two messages of one member; 0 is off. */
  readonly slow_mode: number;
  /** Direct: the other users. */
  readonly users?: readonly { readonly username: string; readonly online: boolean }[];
  /** ISO 8601: until then the user may not post. */
  readonly timed_out_until?: string;
  /** ISO 8601: until then administrators may read the messages. */
  readonly inspected_until?: string;
}

/** A room as one of its members is told of it. `isOnline` is asked of the other users of a direct room. */
export function roomSummary(membership: CountedMembership, isOnline: (user: UserId) => boolean): RoomSummary {
  const { room, role, notify, isFavourite, timedOutUntil, read, others, members, unread, mentions, last } = membership;
  return {
    room: room.slug,
    name: room.name,
    kind: room.kind,
    topic: room.topic,
    members,
    unread,
    mentions,
    last,
    read,
    notify,
    favourite: isFavourite,
    archived: room.archivedAt !== null,
    role,
    posting: room.posting,
    slow_mode: room.slowMode,
    ...(room.kind === "direct"
      ? { users: others.map(({ id, username }) => ({ username, online: isOnline(id) })) }
      : {}),
    ...(timedOutUntil === null ? {} : { timed_out_until: new Date(timedOutUntil).toISOString() }),
    ...inspection(room),
  };
}

function inspection({ inspection }: Room): { inspected_until?: string } {
  return inspection === null ? {} : { inspected_until: new Date(inspection.until).toISOString() };
}
