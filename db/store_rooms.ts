import type { Room, RoomId, UserId } from "./model.ts";

/** Maximum number of a user's rooms that are listed. */
export const ROOMS_MAX = 200;

export interface Rooms {
  /** The room, if this user is a member. */
  findFor(user: UserId, slug: string): Promise<Room | undefined>;
  /** The user's rooms by name; at most {@link ROOMS_MAX}. */
  of(user: UserId): Promise<Room[]>;
  /** The user's rooms by name, with their read position in each (a `seq`); at most {@link ROOMS_MAX}. */
  memberships(user: UserId): Promise<Membership[]>;
  /** Number of members of a room. */
  countMembers(room: RoomId): Promise<number>;
  /** The last `count` messages that are not deleted, by `seq`, and the head, in one snapshot. */
  recent(room: RoomId, count: number): Promise<RecentMessages>;
  /** Number of messages by others after `seen` (a `seq`), counted up to `most`. */
  countUnread(room: RoomId, user: UserId, seen: number, most: number): Promise<number>;
  /** Raises the members' read positions; never lowers them. */
  markSeen(room: RoomId, marks: readonly { user: UserId; seq: number }[]): Promise<void>;
}

export interface Membership {
  readonly room: Room;
  readonly seen: number;
}

/** Authors of a room's latest messages: all that are not deleted, with a `seq` above `from`, oldest first. */
export interface RecentMessages {
  readonly head: number;
  readonly from: number;
  readonly messages: readonly { readonly seq: number; readonly author: UserId }[];
}
