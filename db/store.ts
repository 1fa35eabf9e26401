import type { Message, MessageId, Room, RoomId, SeenMark, Session, SessionId, User, UserId } from "./model.ts";

/**
 * Everything the app knows, whichever engine keeps it. Reads see only what is committed; a write's promise settles only
 * when it is on disk. What is not there is `undefined`; what a rule forbids is a `ChatError`; what the engine cannot do
 * (a full disk, a corrupt file) is thrown as it came.
 */
export interface Store {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly rooms: Rooms;
  readonly messages: Messages;
  readonly settings: Settings;
  /** Throws unless the store can be read. */
  check(): Promise<void>;
  /** Finishes the writes in hand, then closes. */
  close(): Promise<void>;
}

export interface Users {
  /**
   * The first account ever becomes the administrator, however many race for it. Joins the rooms for everybody.
   * Throws `conflict` when the name or the email is taken (without regard to case).
   */
  create(user: { username: string; email: string | null; passwordHash: string }, now: number): Promise<User>;
  find(id: UserId): Promise<User | undefined>;
  /** By username or email, without regard to case. */
  findLogin(name: string): Promise<{ user: User; passwordHash: string } | undefined>;
  /** Everybody, by name. */
  list(): Promise<User[]>;
  any(): Promise<boolean>;
}

export interface Sessions {
  create(session: Session): Promise<void>;
  /** The session and its user, unless it has expired by `now`. */
  find(id: SessionId, now: number): Promise<{ session: Session; user: User } | undefined>;
  /** Notes that it is in use and lets it live until `expiresAt`. */
  renew(id: SessionId, lastSeenAt: number, expiresAt: number): Promise<void>;
  /** Resolves to whether there was one. */
  end(id: SessionId): Promise<boolean>;
  removeExpired(now: number): Promise<void>;
}

export interface Rooms {
  /** The room, if this user is a member. */
  findFor(user: UserId, slug: string): Promise<Room | undefined>;
  /** Raises how far these members have read; never lowers it. */
  markSeen(room: RoomId, marks: readonly { user: UserId; seq: number }[]): Promise<void>;
  /** The two furthest readers; see `isSeen`. */
  seenMarks(room: RoomId): Promise<SeenMark[]>;
}

export interface History {
  /** Oldest first, none deleted. */
  readonly messages: Message[];
  /** The room's head at the moment the messages were read, in the same snapshot. */
  readonly head: number;
  /** Whether there are earlier messages. */
  readonly more: boolean;
  readonly seen: SeenMark[];
}

export interface Messages {
  /**
   * Adds a message; takes the room's next `seq`. With a nonce that this author has used in this room within
   * {@link NONCE_LIFE}, nothing is added and the first message comes back (`isNew` false), also when many copies race.
   */
  post(
    message: { room: RoomId; author: UserId; content: string; nonce: string | null },
    now: number,
  ): Promise<{ message: Message; isNew: boolean }>;
  /** Undefined when it is gone; `changed` is false, and nothing is written, when the text is the same. */
  edit(id: MessageId, content: string, now: number): Promise<{ message: Message; changed: boolean } | undefined>;
  /** Empties the text and leaves a tombstone. Undefined when it is gone already. */
  remove(id: MessageId, by: UserId, now: number): Promise<Message | undefined>;
  /** Not deleted, and in a room this user is a member of. */
  findFor(user: UserId, id: MessageId): Promise<Message | undefined>;
  /** The last `limit` messages, or the last before `before` (a `seq`). */
  history(room: RoomId, page: { before?: number; limit: number }): Promise<History>;
  /**
   * Every message whose `rev` is above `after`, by `rev`, tombstones included, and the head in the same snapshot;
   * undefined when there are more than `limit`, or when `after` lies in this room's future.
   */
  changesSince(
    room: RoomId,
    after: number,
    limit: number,
  ): Promise<{ messages: Message[]; head: number } | undefined>;
  /** Forgets nonces older than {@link NONCE_LIFE}. */
  forgetNonces(now: number): Promise<void>;
}

/** How long a nonce is remembered: 24 h, in ms. */
export const NONCE_LIFE = 24 * 60 * 60 * 1000;

export interface Settings {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  remove(key: string): Promise<void>;
}
