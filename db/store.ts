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
export * from "./store_rooms.ts";

/**
 * Persistence, independent of the engine. Reads see only committed data. A write's promise settles after the data is on
 * disk. A missing object is `undefined`; a violated rule throws `ChatError`; a failure of the engine (full disk,
 * corrupt file) throws a `ChatError` `unavailable` with the engine's error as its `cause`.
 *
 * A method's checks and its writes are atomic, also against other processes with the same store open. An engine with
 * several writers must keep this too; `store_races.ts` in the contract tests races each of these rules:
 * - the first user becomes an administrator, and at least one active administrator always remains;
 * - usernames, names that look alike, and emails are unique;
 * - a nonce creates one message, and a room's numbers have neither gaps nor duplicates;
 * - a user's reports, per hour and unresolved, are limited;
 * - a reset link works once, and no session of an old password outlives a new one;
 * x
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
  /** Throws unless the store is readable and writable. Writability is tested by writing. */
  check(): Promise<void>;
  /**
   * Whether another process has committed since the last call, or since the store was opened. Cheap enough to poll
   * twice a second (3 µs).
   */
  changedExternally(): Promise<boolean>;
  /** Finishes pending writes, then closes. */
  close(): Promise<void>;
}

export interface Users {
  /**
   * Creates a user and adds them to the default rooms. The first user becomes an administrator, even if several race.
   * Throws `conflict` when the name or the email is taken (case-insensitive) or the name looks like another's (see
   * `confusable.ts`). With `act`, it is recorded in the audit log, and the user may be an administrator from the start.
   */
  create(
    user: { username: string; email: string | null; passwordHash: string },
    now: number,
    act?: { by: Actor; isAdmin: boolean },
  ): Promise<User>;
  find(id: UserId): Promise<User | undefined>;
  /** By username or email, in any spelling; see `canonicalLogin`. */
  findLogin(name: string): Promise<{ user: User; passwordHash: string } | undefined>;
  /** The highest bcrypt cost among all hashes; 0 without users. Cheap enough for every login. */
  highestCost(): Promise<number>;
  /**
   * Replaces a password's hash with another hash of the same password. False, without effect, if the hash is no longer
   * `before`.
   */
  exchangeHash(id: UserId, before: string, after: string): Promise<boolean>;
  /** The user whose name looks like this one. */
  findAlike(name: string): Promise<User | undefined>;
  /** All users by name, or up to `limit` of those after a name. */
  list(page?: { readonly after?: string | undefined; readonly limit?: number }): Promise<User[]>;
  any(): Promise<boolean>;
}

export interface Sessions {
  /** With `passwordHash`: creates nothing and resolves to false unless it is still the user's hash. */
  create(session: Session, passwordHash?: string): Promise<boolean>;
  /** Whether a session of this user was started from this address. */
  beganAt(user: UserId, address: string): Promise<boolean>;
  /** The session and its user, unless it has expired by `now`. */
  find(id: SessionId, now: number): Promise<{ session: Session; user: User } | undefined>;
  /** Updates the last use and the expiry. */
  renew(id: SessionId, lastSeenAt: number, expiresAt: number): Promise<void>;
  /** Resolves to whether the session existed. */
  end(id: SessionId): Promise<boolean>;
  removeExpired(now: number): Promise<void>;
}

export interface History {
  /** Oldest first, without deleted ones. */
  readonly messages: Message[];
  /** The room's head, from the same snapshot as the messages. */
  readonly head: number;
  /** Whether there are earlier messages. */
  readonly more: boolean;
  readonly seen: SeenMark[];
}

export interface Messages {
  /**
   * Adds a message with the room's next `seq`. If the author has used the nonce in this room within {@link NONCE_LIFE},
   * nothing is added and the first message is returned (`isNew` false), even if several copies race.
   * Otherwise the author must be a member who may post now: throws `not_found` for other users, `forbidden` where the
   * room or the member is read-only, `rate_limited` in slow mode.
   */
  post(
    message: { room: RoomId; author: UserId; content: string; nonce: string | null },
    now: number,
  ): Promise<{ message: Message; isNew: boolean }>;
  /**
   * Undefined if the message is gone. If the text is unchanged, nothing is written and `changed` is false. Throws like
   * `post` if its author may no longer post.
   */
  edit(id: MessageId, content: string, now: number): Promise<{ message: Message; changed: boolean } | undefined>;
  /** Replaces the message with a tombstone. Undefined if it is already gone. */
  remove(id: MessageId, by: Person, now: number, reason?: string): Promise<Message | undefined>;
  /** Finds a message that is not deleted, in a room of this user. */
  findFor(user: UserId, id: MessageId): Promise<Message | undefined>;
  /**
   * The last `limit` messages, or the last before `before` (a `seq`). Fewer if their text exceeds `TEXT_AT_ONCE`, but
   * at least one if there are any.
   */
  history(room: RoomId, page: { before?: number; limit: number }): Promise<History>;
  /**
   * All messages with a `rev` above `after`, by `rev`, tombstones included, and the head of the same snapshot.
   * Undefined if there are more than `limit`, or if `after` is above the head. If their text exceeds `TEXT_AT_ONCE`,
   * the result is a prefix of at least one, with `more` set and `head` at its last `rev`.
   */
  changesSince(
    room: RoomId,
    after: number,
    limit: number,
  ): Promise<{ messages: Message[]; head: number; more?: true | undefined } | undefined>;
  /**
   * The changes among the last `count` `rev`s, by `rev`, tombstones included, in one snapshot. If their text exceeds
   * `TEXT_AT_ONCE`, the result holds the last of them: all above `from`.
   */
  latest(
    room: RoomId,
    count: number,
  ): Promise<{ messages: Message[]; head: number; from?: number; seen: SeenMark[] }>;
  /** Removes up to `limit` messages older than `time`, permanently. Resolves to their number. */
  removeOlderThan(time: number, limit: number): Promise<number>;
  /** Clears up to `limit` nonces older than {@link NONCE_LIFE}. Resolves to their number. */
  forgetNonces(now: number, limit: number): Promise<number>;
}

/** Lifetime of a nonce: 24 h, in ms. */
export const NONCE_LIFE = 24 * 60 * 60 * 1000;

export interface Settings {
  get(key: string): Promise<string | undefined>;
  /** With `act`, the change is recorded in the audit log. */
  set(key: string, value: string, act?: { by: Actor; reason: string; at: number }): Promise<void>;
  remove(key: string): Promise<void>;
}

/** A page of a list, newest first. `next` is the `before` of the following page. */
export interface Page<Item> {
  readonly items: Item[];
  readonly next: number | undefined;
}

export interface PageRequest {
  readonly before?: number | undefined;
  readonly limit: number;
}

/**
 * Acts on users. Each is recorded in the audit log in the same transaction. All throw `not_found` for an unknown user,
 * and `forbidden` for an act that would leave no administrator.
 */
export interface Moderation {
  /**
   * Adds a warning and counts those younger than `life` (ms). At `threshold` the user is blocked in the same
   * transaction, except for administrators. The same `offence` under the same nonce counts as a retry within {@link
   * NONCE_LIFE} and adds no warning; another offence does.
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
  /** Refuses the user's sessions from now on; `unblock` does not restore them. A user cannot block themself. */
  block(user: UserId, by: Actor, reason: string, now: number): Promise<void>;
  /** Ends the sessions and resets the warnings. */
  unblock(user: UserId, by: Actor, reason: string, now: number): Promise<void>;
  setAdmin(user: UserId, isAdmin: boolean, by: Actor, now: number, reason?: string): Promise<User>;
  endSessions(user: UserId, by: Actor, now: number, reason?: string): Promise<void>;
  /** Resolves to the secret of a reset link, valid once within a day. Only its hash is stored. */
  startPasswordReset(user: UserId, by: Actor, now: number): Promise<string>;
  findPasswordReset(token: string, now: number): Promise<User | undefined>;
  /** Ends all sessions and invalidates reset links. */
  setPassword(user: UserId, passwordHash: string, by: Actor, now: number): Promise<void>;
  /** Ends all sessions. Undefined if the link is no longer valid. */
  usePasswordReset(token: string, passwordHash: string, now: number): Promise<User | undefined>;
  /**
   * Frees the name. Remaining messages are shown as by "deleted user". With "remove", reports lose their copies, and a
   * job is added that removes the messages if the caller does not finish.
   */
  deleteAccount(user: UserId, messages: "keep" | "remove", by: Actor, now: number, reason?: string): Promise<void>;
  /** Removes some of this user's messages. Call it until it resolves to none. */
  removeMessagesOf(user: UserId, by: UserId, now: number): Promise<Message[]>;
}

export interface Reports {
  /**
   * Adds a report with a copy of `message`. The copy is kept until the report is resolved, the message reaches the
   * retention limit, or its author is deleted together with their messages. False if this user has already reported the
   * message, unless that report was resolved and the message edited since. Throws `not_found` if the message no longer
   * exists and, if `limited`, `rate_limited` above {@link REPORTS_AN_HOUR} or {@link REPORTS_WAITING} of one user.
   */
  add(
    report: { message: Message; reporter: Person; reason: string; limited?: boolean },
    now: number,
  ): Promise<boolean>;
  waiting(page: PageRequest): Promise<Page<Report>>;
  find(id: ReportId): Promise<Report | undefined>;
  count(): Promise<number>;
  /** Resolves all reports of the same message and deletes their copies. */
  resolve(report: Report, resolution: string, by: Actor, now: number): Promise<void>;
}

/** Limits per user: reports within an hour, and unresolved reports. */
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
  /** Records an event that no user caused. */
  note(event: { action: string; target?: Person; about?: string; reason: string }, now: number): Promise<void>;
  list(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
  /** Id of the newest entry; 0 if there is none. Ids only increase. */
  newest(): Promise<number>;
  /** Up to `limit` acts after this id, in order. */
  since(id: number, limit: number): Promise<Act[]>;
}

/** Limits: pending jobs, and failed jobs that are kept. The oldest are removed first. */
export const JOBS_WAITING = 10_000;
export const JOBS_FAILED = 1000;

/** Kind of the job that finishes {@link Moderation.deleteAccount}: `{ user, by }`. */
export const REMOVE_MESSAGES = "remove_messages";

/** Maximum length of a payload, in characters of JSON. */
export const PAYLOAD_MAX = 64 * 1024;

export interface NewJob {
  readonly kind: string;
  /** JSON values; `{}` by default. */
  readonly payload?: unknown;
  /** Earliest start, in ms; immediately by default. */
  readonly runAt?: number;
}

/**
 * Deferred work that may fail and be repeated. A job has one claim at a time, across processes. A claim lasts until its
 * lease ends; calls with an expired or superseded lease have no effect. So every job runs at least once, and more than
 * once if a process dies or stalls.
 */
export interface Jobs {
  /** Throws `unavailable` when {@link JOBS_WAITING} jobs are pending. */
  add(job: NewJob, now: number): Promise<JobId>;
  /**
   * Creates the schedule's single row, even if several processes call it at once. If it exists, its next run is moved
   * forward to `runAt`, or to `now + lease` while claimed, so that a wrong clock cannot postpone it forever.
   */
  schedule(kind: string, how: { runAt: number; lease: number }, now: number): Promise<void>;
  /** When the next job of these kinds can be claimed. One indexed read. */
  nextAt(kinds: readonly string[]): Promise<number | undefined>;
  /** Claims the earliest due job of these kinds until `until`. Only one caller gets it. */
  claim(how: { kinds: readonly string[]; lease: string; until: number }, now: number): Promise<Job | undefined>;
  /** Extends a claim. False if it is no longer held. */
  renew(job: Pick<Job, "id" | "lease">, until: number): Promise<boolean>;
  /** Removes the job. With `nextAt`, a schedule runs again then and its failures are cleared. */
  done(job: Pick<Job, "id" | "lease">, nextAt?: number): Promise<void>;
  /** Records a failure. The job runs again at `retryAt`, if given. `failedAt` lists it for administrators. */
  failed(
    job: Pick<Job, "id" | "lease">,
    how: { error: string; retryAt?: number | undefined; failedAt?: number | undefined },
  ): Promise<void>;
  /** Undoes a claim. */
  release(job: Pick<Job, "id" | "lease">, now: number): Promise<void>;
  listFailed(page: PageRequest): Promise<Page<FailedJob>>;
  count(): Promise<{ waiting: number; failed: number }>;
  /** Retries a failed job once, now. False if there is none. Recorded in the audit log. */
  retry(id: JobId, by: Actor, now: number): Promise<boolean>;
  /** Removes a failed job, or clears the failure of a schedule. False if there is none. Recorded in the audit log. */
  discard(id: JobId, by: Actor, now: number): Promise<boolean>;
  /** Removes jobs that failed before this time. Resolves to their number. */
  removeFailed(before: number): Promise<number>;
}

export interface AccountFilter {
  /** Part of the name or the email. */
  readonly search?: string | undefined;
  readonly only?: "blocked" | "administrators" | "warned" | undefined;
  /** Only these users, for "online". */
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
  /** "standing", not deleted, by default. */
  readonly state?: "standing" | "deleted" | "all" | undefined;
  /** Includes rooms open for inspection at this time, in ms. By default only public rooms. */
  readonly inspectedAt?: number | undefined;
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

/** Queries for administrators. Read-only. */
export interface AdminQueries {
  overview(today: number): Promise<Overview>;
  /** Messages per `step` ms from `from` to `to`, including empty steps. */
  histogram(from: number, to: number, step: number): Promise<number[]>;
  accounts(
    filter: AccountFilter,
    page: AccountPage,
    warningsSince: number,
  ): Promise<{ items: Account[]; next?: string }>;
  account(id: UserId, warningsSince: number): Promise<Account | undefined>;
  /** The only active administrator; undefined if there are several. */
  onlyAdministrator(): Promise<UserId | undefined>;
  sessionsOf(id: UserId, now: number): Promise<Session[]>;
  /** Newest first. Fewer than `limit` if their text exceeds `TEXT_AT_ONCE`. */
  messages(filter: MessageFilter, page: PageRequest): Promise<Page<InspectedMessage>>;
  /** Including deleted messages. */
  message(id: MessageId): Promise<InspectedMessage | undefined>;
  /** The message with up to `count` before and after it in its room, oldest first, including deleted ones. */
  around(message: Message, count: number): Promise<InspectedMessage[]>;
}

/** `after` is the `next` of the previous page: an opaque key. */
export interface AccountPage {
  readonly after?: string | undefined;
  readonly limit: number;
}
