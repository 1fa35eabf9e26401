import type {
  Account,
  Act,
  Actor,
  AuditEntry,
  FailedJob,
  InspectedMessage,
  Job,
  JobId,
  Message,
  MessageId,
  Person,
  Report,
  ReportId,
  RoomId,
  SeenMark,
  Session,
  SessionId,
  User,
  UserId,
  Word,
} from "./model.ts";
import type { Rooms } from "./store_rooms.ts";

export type { Membership } from "./model.ts";
export {
  type CountedMembership,
  DIRECT_MAX,
  type ListedRoom,
  type NewRoom,
  type Preferences,
  type RecentMessages,
  type RoomChange,
  type Rooms,
  ROOMS_MAX,
  UNREAD_MAX,
} from "./store_rooms.ts";

/**
 * Everything the app knows, whichever engine keeps it. Reads see only what is committed; a write's promise settles only
 * when it is on disk. What is not there is `undefined`; what a rule forbids is a `ChatError`; what the engine cannot do
 * (a full disk, a corrupt file) is one too, `unavailable`, with what the engine said as its `cause`.
 *
 * What a method checks and what it then writes happen as one, whoever else writes at that moment, in this process or in
 * another with the same store open. An engine with several writers has to keep this too; `store_races.ts` among the
 * contract's tests races each of these rules:
 * - the first account is the administrator's, and one administrator who is not blocked is always left;
 * - of names that are the same or look alike, and of emails, one account has each;
 * - a nonce is one message, and a room's numbers have no gap and no double;
 * - what one user reports within an hour, and has waiting, is bounded;
 * - a link for a new password works once, and no session of an old password outlives a new one;
 * - a job is held by one claim, and a schedule has one row;
 * - a slug is one room, the same users have one direct room, and a room that has members has an owner;
 * - nobody posts to a room that they have left, or that has been archived.
 */
export interface Store {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly rooms: Rooms;
  readonly messages: Messages;
  readonly settings: Settings;
  readonly moderation: Moderation;
  readonly reports: Reports;
  readonly words: Words;
  readonly audit: Audit;
  readonly admin: AdminQueries;
  readonly jobs: Jobs;
  /** Throws unless the store can be read and written: what cannot be written is tried by writing. */
  check(): Promise<void>;
  /**
   * Whether another process has committed something since this was last asked, or since the store was opened. Cheap
   * enough to be asked twice a second (3 µs).
   */
  changedExternally(): Promise<boolean>;
  /** Finishes the writes in hand, then closes. */
  close(): Promise<void>;
}

export interface Users {
  /**
   * The first account ever becomes the administrator, however many race for it. Joins the rooms for everybody.
   * Throws `conflict` when the name or the email is taken (without regard to case), or when the name looks like another's
   * (see `names.ts`). With `act`, it is in the audit log, and may be an administrator's from the start.
   */
  create(
    user: { username: string; email: string | null; passwordHash: string },
    now: number,
    act?: { by: Actor; isAdmin: boolean },
  ): Promise<User>;
  find(id: UserId): Promise<User | undefined>;
  /** By username or email, however it is typed; see `canonicalLogin`. */
  findLogin(name: string): Promise<{ user: User; passwordHash: string } | undefined>;
  /** The highest cost of bcrypt that an account's hash has; 0 without any. Cheap enough for every login. */
  highestCost(): Promise<number>;
  /** Exchanges the hash of a password for another of the same; false, and nothing happens, when it is no more `before`. */
  exchangeHash(id: UserId, before: string, after: string): Promise<boolean>;
  /** Whose name people may take for this one. */
  findAlike(name: string): Promise<User | undefined>;
  /** Everybody, by name; or up to `limit` of those whose names come after one. */
  list(page?: { readonly after?: string | undefined; readonly limit?: number }): Promise<User[]>;
  any(): Promise<boolean>;
}

export interface Sessions {
  /** With `passwordHash`: false, and there is none, unless that is still the user's. */
  create(session: Session, passwordHash?: string): Promise<boolean>;
  /** Whether a session of this user began at this address. */
  beganAt(user: UserId, address: string): Promise<boolean>;
  /** The session and its user, unless it has expired by `now`. */
  find(id: SessionId, now: number): Promise<{ session: Session; user: User } | undefined>;
  /** Notes that it is in use and lets it live until `expiresAt`. */
  renew(id: SessionId, lastSeenAt: number, expiresAt: number): Promise<void>;
  /** Resolves to whether there was one. */
  end(id: SessionId): Promise<boolean>;
  removeExpired(now: number): Promise<void>;
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
   * Otherwise the author has to be a member who may post now: throws `not_found` to others, `forbidden` where the room or
   * the member is read-only, `rate_limited` in slow mode.
   */
  post(
    message: { room: RoomId; author: UserId; content: string; nonce: string | null },
    now: number,
  ): Promise<{ message: Message; isNew: boolean }>;
  /**
   * Undefined when it is gone; `changed` is false, and nothing is written, when the text is the same. Throws as `post` where
   * the author may not post any more.
   */
  edit(id: MessageId, content: string, now: number): Promise<{ message: Message; changed: boolean } | undefined>;
  /** Empties the text and leaves a tombstone. Undefined when it is gone already. */
  remove(id: MessageId, by: Person, now: number, reason?: string): Promise<Message | undefined>;
  /** Not deleted, and in a room this user is a member of. */
  findFor(user: UserId, id: MessageId): Promise<Message | undefined>;
  /**
   * The last `limit` messages, or the last before `before` (a `seq`): fewer where they hold more than
   * `TEXT_AT_ONCE`, but one at least while there are any.
   */
  history(room: RoomId, page: { before?: number; limit: number }): Promise<History>;
  /**
   * Every message whose `rev` is above `after`, by `rev`, tombstones included, and the head in the same snapshot;
   * undefined when there are more than `limit`, or when `after` lies in this room's future. Where they hold more than
   * `TEXT_AT_ONCE` these are the first of them, one at least, with `more`: `head` is how far they reach.
   */
  changesSince(
    room: RoomId,
    after: number,
    limit: number,
  ): Promise<{ messages: Message[]; head: number; more?: true | undefined } | undefined>;
  /**
   * The changes among the last `count` of the room's `rev`s, by `rev`, tombstones included, and all in one snapshot. Where
   * they hold more than `TEXT_AT_ONCE` these are the last of them: all above `from`.
   */
  latest(
    room: RoomId,
    count: number,
  ): Promise<{ messages: Message[]; head: number; from?: number; seen: SeenMark[] }>;
  /** Removes for good up to `limit` messages from before `time`; resolves to how many there were. */
  removeOlderThan(time: number, limit: number): Promise<number>;
  /** Forgets up to `limit` nonces older than {@link NONCE_LIFE}; resolves to how many there were. */
  forgetNonces(now: number, limit: number): Promise<number>;
}

/** How long a nonce is remembered: 24 h, in ms. */
export const NONCE_LIFE = 24 * 60 * 60 * 1000;

export interface Settings {
  get(key: string): Promise<string | undefined>;
  /** With `act`, the change is in the audit log. */
  set(key: string, value: string, act?: { by: Actor; reason: string; at: number }): Promise<void>;
  remove(key: string): Promise<void>;
}

/** A page of a list, newest first; `next` is the `before` of the page after it. */
export interface Page<Item> {
  readonly items: Item[];
  readonly next: number | undefined;
}

export interface PageRequest {
  readonly before?: number | undefined;
  readonly limit: number;
}

/**
 * Acts on accounts. Each is written into the audit log in its own transaction. All throw `not_found` for an account that
 * is not there, and `forbidden` for what would leave nobody to administrate.
 */
export interface Moderation {
  /**
   * Counts one warning of those younger than `life` (ms). At `threshold` the account is blocked in the same transaction,
   * unless it is an administrator's. The same `offence` under the same nonce is a retry and brings no second warning
   * within {@link NONCE_LIFE}; another one under that nonce does.
   */
  warn(
    user: UserId,
    how: {
      by: Actor;
      reason: string;
      threshold: number;
      life: number;
      nonce?: string | undefined;
      offence?: string | undefined;
    },
    now: number,
  ): Promise<{ warnings: number; blocked: boolean }>;
  resetWarnings(user: UserId, by: Actor, now: number): Promise<void>;
  /** What was logged in is refused from now on, and does not come back with `unblock`. Nobody blocks themself. */
  block(user: UserId, by: Actor, reason: string, now: number): Promise<void>;
  /** Ends the sessions and forgives the warnings. */
  unblock(user: UserId, by: Actor, reason: string, now: number): Promise<void>;
  setAdmin(user: UserId, isAdmin: boolean, by: Actor, now: number, reason?: string): Promise<User>;
  endSessions(user: UserId, by: Actor, now: number, reason?: string): Promise<void>;
  /** Resolves to the secret of a link that works once, for a day; only its hash is kept. */
  startPasswordReset(user: UserId, by: Actor, now: number): Promise<string>;
  findPasswordReset(token: string, now: number): Promise<User | undefined>;
  /** Ends the sessions, and any link that was made. */
  setPassword(user: UserId, passwordHash: string, by: Actor, now: number): Promise<void>;
  /** Ends the sessions too. Undefined when the link does not work any more. */
  usePasswordReset(token: string, passwordHash: string, now: number): Promise<User | undefined>;
  /**
   * The name is free again; messages, unless removed, are a "deleted user"'s. With "remove", reports lose what they have
   * kept of them, and a job is added that removes what the caller may not come to remove.
   */
  deleteAccount(user: UserId, messages: "keep" | "remove", by: Actor, now: number, reason?: string): Promise<void>;
  /** Removes some of this user's messages; to be called until it resolves to none. */
  removeMessagesOf(user: UserId, by: UserId, now: number): Promise<Message[]>;
}

export interface Reports {
  /**
   * Keeps what `message` says: until the report is settled, the message is too old to be kept, or its author's account is
   * deleted together with the messages. False when this person has reported this message before, unless that was settled
   * and the message edited since. Throws `not_found` when the message is gone for good, and, where `limited`,
   * `rate_limited` after {@link REPORTS_AN_HOUR} or {@link REPORTS_WAITING} of one person.
   */
  add(
    report: { message: Message; reporter: Person; reason: string; limited?: boolean },
    now: number,
  ): Promise<boolean>;
  waiting(page: PageRequest): Promise<Page<Report>>;
  find(id: ReportId): Promise<Report | undefined>;
  count(): Promise<number>;
  /** Settles all reports of the same message, and forgets what they have kept. */
  resolve(report: Report, resolution: string, by: Actor, now: number): Promise<void>;
}

/** Reports of one person within an hour, and those that may wait to be settled. */
export const REPORTS_AN_HOUR = 20;
export const REPORTS_WAITING = 50;

export interface Words {
  list(): Promise<Word[]>;
  put(word: Word, by: Actor, now: number): Promise<void>;
  remove(word: string, by: Actor, now: number): Promise<boolean>;
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly target?: string | undefined;
  readonly action?: string | undefined;
  /** Ms, inclusive and exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface Audit {
  /** Writes down what happened without anybody's act. */
  note(event: { action: string; target?: Person; about?: string; reason: string }, now: number): Promise<void>;
  list(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
  /** The id of the newest entry; 0 when there is none. Ids only grow. */
  newest(): Promise<number>;
  /** Up to `limit` acts after the one with this id, in order. */
  since(id: number, limit: number): Promise<Act[]>;
}

/** Jobs that may wait, and those that have failed for good and are kept; the oldest go first. */
export const JOBS_WAITING = 10_000;
export const JOBS_FAILED = 1000;

/** The kind of the job that finishes what {@link Moderation.deleteAccount} has begun: `{ user, by }`. */
export const REMOVE_MESSAGES = "remove_messages";

/** The longest payload, in characters of JSON. */
export const PAYLOAD_MAX = 64 * 1024;

export interface NewJob {
  readonly kind: string;
  /** JSON values; `{}` unless given. */
  readonly payload?: unknown;
  /** Not before this time, in ms; at once unless given. */
  readonly runAt?: number;
}

/**
 * Work that follows a commit and may fail and be repeated. A job is held by one claim at a time, however many processes
 * ask; the claim lasts until its lease ends, and whatever is done with a lease that has ended or passed to another changes
 * nothing. So every job runs at least once, and more than once where a process dies or stalls.
 */
export interface Jobs {
  /** Throws `unavailable` when {@link JOBS_WAITING} wait. */
  add(job: NewJob, now: number): Promise<JobId>;
  /**
   * Makes the one row of a schedule, however many processes ask at once. Where it is there, its next run is brought
   * forward to `runAt`, or to `now + lease` while it is claimed: a clock that was wrong does not postpone it for ever.
   */
  schedule(kind: string, how: { runAt: number; lease: number }, now: number): Promise<void>;
  /** When the next job of these kinds may be claimed. One indexed read. */
  nextAt(kinds: readonly string[]): Promise<number | undefined>;
  /** The earliest due job of these kinds, which is this claim's until `until`; one caller gets it. */
  claim(how: { kinds: readonly string[]; lease: string; until: number }, now: number): Promise<Job | undefined>;
  /** Prolongs a claim; false when it is held no longer. */
  renew(job: Pick<Job, "id" | "lease">, until: number): Promise<boolean>;
  /** Removes the job; with `nextAt`, a schedule runs again then and its failures are forgotten. */
  done(job: Pick<Job, "id" | "lease">, nextAt?: number): Promise<void>;
  /** Tried again at `retryAt`, if given. With `failedAt` administrators see it. */
  failed(
    job: Pick<Job, "id" | "lease">,
    how: { error: string; retryAt?: number | undefined; failedAt?: number | undefined },
  ): Promise<void>;
  /** Ends a claim as if it had not been made. */
  release(job: Pick<Job, "id" | "lease">, now: number): Promise<void>;
  listFailed(page: PageRequest): Promise<Page<FailedJob>>;
  count(): Promise<{ waiting: number; failed: number }>;
  /** One more try of a job that has failed, now. False when there is none. In the audit log. */
  retry(id: JobId, by: Actor, now: number): Promise<boolean>;
  /** Removes a job that has failed; of a schedule, forgets that it has. False when there is none. In the audit log. */
  discard(id: JobId, by: Actor, now: number): Promise<boolean>;
  /** Removes those that failed before this time; resolves to how many there were. */
  removeFailed(before: number): Promise<number>;
}

export interface AccountFilter {
  /** Part of the name or the email. */
  readonly search?: string | undefined;
  readonly only?: "blocked" | "administrators" | "warned" | undefined;
  /** Only these, for "online". */
  readonly ids?: readonly UserId[] | undefined;
  readonly sort?: "newest" | "name" | "last_seen" | undefined;
}

export interface MessageFilter {
  /** Part of the text. */
  readonly search?: string | undefined;
  readonly username?: string | undefined;
  readonly room?: string | undefined;
  /** Ms, inclusive and exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Which of them: those that stand, unless told otherwise. */
  readonly state?: "standing" | "deleted" | "all" | undefined;
}

export interface Overview {
  readonly users: number;
  readonly blocked: number;
  readonly messages: number;
  readonly messagesToday: number;
  readonly reports: number;
  /** Bytes. */
  readonly databaseSize: number;
}

/** What an administrator looks at. Reads only. */
export interface AdminQueries {
  overview(today: number): Promise<Overview>;
  /** Messages per step of `step` ms, from `from` to `to`; every step is there, zeros too. */
  histogram(from: number, to: number, step: number): Promise<number[]>;
  accounts(
    filter: AccountFilter,
    page: AccountPage,
    warningsSince: number,
  ): Promise<{ items: Account[]; next?: string }>;
  account(id: UserId, warningsSince: number): Promise<Account | undefined>;
  /** Who alone can administrate; undefined where there are several. */
  onlyAdministrator(): Promise<UserId | undefined>;
  sessionsOf(id: UserId, now: number): Promise<Session[]>;
  /** Newest first; fewer than `limit` where they hold more than `TEXT_AT_ONCE`. */
  messages(filter: MessageFilter, page: PageRequest): Promise<Page<InspectedMessage>>;
  /** Deleted or not. */
  message(id: MessageId): Promise<InspectedMessage | undefined>;
  /** This message with up to `count` of its room before and after it, oldest first, deleted ones too. */
  around(message: Message, count: number): Promise<InspectedMessage[]>;
}

/** `after` is the `next` of the page before: an opaque key. */
export interface AccountPage {
  readonly after?: string | undefined;
  readonly limit: number;
}
