import type {
  Member,
  Membership,
  Notify,
  Person,
  Posting,
  Role,
  Room,
  RoomId,
  RoomKind,
  User,
  UserId,
} from "./model.ts";

/** Rooms, direct ones not counted, that a user can be a member of. */
export const ROOMS_MAX = 200;

/** Memberships that are listed: all rooms, and the direct rooms with the latest messages. */
export const MEMBERSHIPS_LISTED = 2 * ROOMS_MAX;

/** Rooms, direct ones too, that one user can create within 24 hours. */
export const ROOMS_CREATED_A_DAY = 100;

/** Users of a direct room. */
export const DIRECT_MIN = 2;
export const DIRECT_MAX = 9;

/** Users that one user can block. */
export const BLOCKS_MAX = 1000;

export interface NewRoom {
  /** Throws `conflict` when it is taken; without one, a free one is made from the name. */
  readonly slug?: string | undefined;
  readonly name: string;
  readonly kind: Exclude<RoomKind, "direct">;
  readonly topic?: string | undefined;
  /** Further members, beside the owner who creates it. */
  readonly members?: readonly UserId[];
}

export interface RoomChange {
  readonly name?: string | undefined;
  readonly topic?: string | undefined;
  readonly kind?: Exclude<RoomKind, "direct"> | undefined;
  readonly archived?: boolean | undefined;
  readonly posting?: Posting | undefined;
  readonly slowMode?: number | undefined;
  readonly isDefault?: boolean | undefined;
}

export interface Preferences {
  readonly notify?: Notify | undefined;
  readonly isFavourite?: boolean | undefined;
}

/** A membership with what a list of rooms shows. */
export interface CountedMembership extends Membership {
  readonly members: number;
  /** Messages of others after the last one read, and those that mention the user: each up to {@link UNREAD_MAX}. */
  readonly unread: number;
  readonly mentions: number;
  /** The place of the newest message; 0 when there is none. */
  readonly last: number;
}

/** Counts are exact below this; this many stands for more than 99. */
export const UNREAD_MAX = 100;

/** A room as it is listed to users who look for one. */
export interface ListedRoom {
  readonly room: Room;
  readonly members: number;
  readonly isMember: boolean;
}

/**
 * Rooms and their members. Acts of moderation and changes of a room by others than its only member are in the audit log.
 * Whoever may do what is decided before; these rules hold whoever asks:
 * - everybody is in `general`, and it is neither left, archived, made private nor deleted;
 * - a room with members has an owner, except `general`: when the last one goes, the longest-standing moderator, else member
 *   becomes one;
 * - the same users have one direct room, whose members stay the same.
 */
export interface Rooms {
  /** The room, if this user is a member. */
  findFor(user: UserId, slug: string): Promise<Room | undefined>;
  /** The room and this user's membership; a public room without one too. */
  visibleTo(user: UserId, slug: string): Promise<{ room: Room; membership: Membership | undefined } | undefined>;
  /** Any room but a direct one, whoever is in it: for those who manage it. */
  find(slug: string): Promise<Room | undefined>;
  /** Undefined when the user is no member. */
  membership(user: UserId, room: RoomId): Promise<Membership | undefined>;
  /**
   * Where this user is a member, by name: all rooms, then up to {@link MEMBERSHIPS_LISTED} in all with the direct rooms of
   * the latest messages. One query for all of it.
   */
  memberships(user: UserId): Promise<CountedMembership[]>;
  /** Public rooms, and private ones of this user, by name; `search` is part of a name or topic. */
  browse(
    user: UserId,
    filter: { search?: string | undefined; archived?: boolean; after?: string | undefined; limit: number },
  ): Promise<{ items: ListedRoom[]; next?: string }>;
  /** How many members a room has. */
  countMembers(room: RoomId): Promise<number>;
  /** Members by name: up to `limit` of those whose names come after one. */
  members(
    room: RoomId,
    page: { after?: string | undefined; search?: string | undefined; limit: number },
  ): Promise<Member[]>;
  member(room: RoomId, user: UserId): Promise<Member | undefined>;
  /** Members who have read up to this place, by name, without its author; up to `limit`. */
  readers(room: RoomId, seq: number, author: UserId, limit: number): Promise<Person[]>;
  /** The last `count` messages that stand, by place, and the head, in one snapshot. */
  recent(room: RoomId, count: number): Promise<RecentMessages>;
  /**
   * How many messages of others stand after `read` (a `seq`), and how many of them mention the user; each up to `most`.
   * With `upTo`, only those up to this place.
   */
  countUnread(
    room: RoomId,
    user: UserId,
    read: number,
    most: number,
    upTo?: number,
  ): Promise<{ unread: number; mentions: number }>;

  /** Throws `rate_limited` beyond {@link ROOMS_CREATED_A_DAY}, `conflict` beyond {@link ROOMS_MAX} of a member. */
  create(room: NewRoom, by: User, now: number, limited?: boolean): Promise<Room>;
  /** The direct room of these users, made when there is none. Throws `forbidden` when one has blocked another. */
  direct(
    users: readonly User[],
    by: User,
    now: number,
    limited?: boolean,
  ): Promise<{ room: Room; isNew: boolean }>;
  /** Throws `not_found`; `conflict` when the rules above forbid it. */
  change(room: RoomId, change: RoomChange, by: Person, now: number): Promise<Room>;
  /** Removes a room: it is gone for everybody at once. Resolves to its former members. */
  remove(room: RoomId, by: Person, now: number): Promise<UserId[]>;
  /** Removes for good up to `limit` messages of removed rooms; resolves to how many, and takes the empty rooms away. */
  purgeRemoved(limit: number): Promise<number>;
  /**
   * Makes a user a member, who has read everything so far. False when they are one already. `by`, where it is another user,
   * has invited them.
   */
  join(room: RoomId, user: Person, now: number, how?: { by?: Person; role?: Role }): Promise<boolean>;
  /** Ends a membership; `by`, where it is another user, has removed them. False when there is none. */
  leave(room: RoomId, user: Person, now: number, by?: Person, reason?: string): Promise<boolean>;
  setRole(room: RoomId, user: Person, role: Role, by: Person, now: number): Promise<void>;
  /** Until then the member may not post; null ends it. */
  timeOut(
    room: RoomId,
    user: Person,
    until: number | null,
    by: Person,
    now: number,
    reason?: string,
  ): Promise<void>;
  /** How a member sees the room. */
  prefer(room: RoomId, user: UserId, preferences: Preferences): Promise<void>;
  /** Sets how far a member has read, up or down; resolves to where that is: never beyond the head. */
  setRead(room: RoomId, user: UserId, seq: number): Promise<number>;
  /** Raises how far these members have read; never lowers it. Resolves to those for whom that was news. */
  markSeen(room: RoomId, marks: readonly { user: UserId; seq: number }[]): Promise<UserId[]>;
  /** Lets administrators read a room's messages until then. In the audit log. */
  inspect(room: RoomId, until: number, by: Person, now: number, reason: string): Promise<Room>;

  /** The users whom this user has blocked. */
  blockedBy(user: UserId): Promise<Person[]>;
  /** Throws `conflict` beyond {@link BLOCKS_MAX}. */
  block(user: UserId, blocked: UserId, now: number): Promise<void>;
  unblock(user: UserId, blocked: UserId): Promise<void>;
}

/** Authors of a room's latest messages: all that are not deleted, with a `seq` above `from`, oldest first. */
export interface RecentMessages {
  readonly head: number;
  readonly from: number;
  readonly messages: readonly {
    readonly seq: number;
    readonly author: UserId;
    readonly mentions?: readonly UserId[];
  }[];
}
