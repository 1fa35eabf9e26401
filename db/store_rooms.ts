import type { Room, RoomId, UserId } from "./model.ts";

/** How many of a user's rooms are listed. */
export const ROOMS_MAX = 200;

export interface Rooms {
  /** The room, if this user is a member. */
  findFor(user: UserId, slug: string): Promise<Room | undefined>;
  /** The rooms that this user is a member of, by name; at most {@link ROOMS_MAX}. */
  of(user: UserId): Promise<Room[]>;
  /**
   * The rooms that this user is a member of, by name, and how far they have read in each (a `seq`); at most
   * {@link ROOMS_MAX}.
   */
  memberships(user: UserId): Promise<Membership[]>;
  /** How many members a room has. */
  countMembers(room: RoomId): Promise<number>;
  /** The last `count` messages that stand, by place, and the head, in one snapshot. */
  recent(room: RoomId, count: number): Promise<RecentMessages>;
  /** How many messages of others stand after `seen` (a `seq`), counted up to `most`. */
  countUnread(room: RoomId, user: UserId, seen: number, most: number): Promise<number>;
  /** Raises how far these members have read; never lowers it. */
  markSeen(room: RoomId, marks: readonly { user: UserId; seq: number }[]): Promise<void>;
}

export interface Membership {
  readonly room: Room;
  readonly seen: number;
}

/** Who wrote a room's latest messages: every one that stands with a `seq` above `from`, oldest first. */
export interface RecentMessages {
  readonly head: number;
  readonly from: number;
  readonly messages: readonly { readonly seq: number; readonly author: UserId }[];
}
