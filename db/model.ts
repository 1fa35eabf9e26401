/** Domain types. Times are ms since 1970 (UTC). Ids are branded, so that a room's id cannot be passed for a user's. */
declare const brand: unique symbol;
type Id<Of extends string> = number & { readonly [brand]: Of };

export type UserId = Id<"user">;
export type RoomId = Id<"room">;
export type MessageId = Id<"message">;
export type ReportId = Id<"report">;
export type JobId = Id<"job">;
/** A UUID. Tokens carry it; the session's row decides whether it is valid. */
export type SessionId = string & { readonly [brand]: "session" };

export interface User {
  readonly id: UserId;
  readonly username: string;
  readonly email: string | null;
  readonly isAdmin: boolean;
  readonly isBlocked: boolean;
  readonly createdAt: number;
}

/** The part of a user that messages, events and lists show. */
export interface Person extends Pick<User, "id" | "username"> {
  /** Set when the user was deleted; `username` is then a placeholder. */
  readonly isDeleted?: true;
}

export interface Session {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly address: string;
  readonly userAgent: string;
}

/** Public: anybody may find, read and join it. Private: by invitation. Direct: the messages of two to nine users. */
export type RoomKind = "public" | "private" | "direct";
/** Who may post. Of a room for announcements only moderators may. */
export type Posting = "everybody" | "moderators";
/** What a member may do: owners change the room, moderators keep order. */
export type Role = "owner" | "moderator" | "member";
/** What a member is notified of. */
export type Notify = "all" | "mentions" | "nothing";

export interface Room {
  readonly id: RoomId;
  readonly slug: string;
  /** Of a direct room the names of the other users, as its members see it; else empty. */
  readonly name: string;
  /** Number of durable changes in this room; see {@link Message.rev}. */
  readonly head: number;
  readonly kind: RoomKind;
  readonly topic: string;
  readonly posting: Posting;
  /** Seconds that a member waits between two messages; 0 is off. */
  readonly slowMode: number;
  /** Read-only since then, in ms; null: it is not. */
  readonly archivedAt: number | null;
  /** Whether new accounts become members. */
  readonly isDefault: boolean;
  /** Administrators may read its messages until then, in ms; null: they may not, unless they are members. */
  readonly inspection: { readonly until: number; readonly reason: string } | null;
}

/** The room that everybody is in: nobody leaves it, and it is never archived. */
export const GENERAL = "general";

/** A user in a room. */
export interface Membership {
  readonly room: Room;
  readonly role: Role;
  readonly notify: Notify;
  readonly isFavourite: boolean;
  /** May not post until then, in ms. */
  readonly timedOutUntil: number | null;
  /** How far the user has read, a `seq`: what comes after it is unread. */
  readonly read: number;
  /** Direct: the other users. */
  readonly others: readonly Person[];
}

/** A member as the others see them. */
export interface Member {
  readonly user: Person;
  readonly role: Role;
  readonly joinedAt: number;
  readonly timedOutUntil: number | null;
}

export interface Message {
  readonly id: MessageId;
  readonly roomId: RoomId;
  readonly room: string;
  readonly author: Person;
  /** Empty when deleted. */
  readonly content: string;
  readonly createdAt: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
  /** The room's head when the message was created: its position in the room. */
  readonly seq: number;
  /** The room's head when the message last changed. A row always holds the state of its latest `rev`. */
  readonly rev: number;
  /** Members that the text mentions; absent when there are none. */
  readonly mentions?: readonly UserId[];
}

/** A user as administrators see them. */
export interface Account extends User {
  /** Active warnings: neither expired nor reset. */
  readonly warnings: number;
  readonly lastSeenAt: number | null;
}

/** A message as administrators see it: with the user who deleted it, never with deleted text. */
export interface InspectedMessage extends Message {
  readonly deletedBy: string | null;
}

/** A user's complaint about a message. */
export interface Report {
  readonly id: ReportId;
  /** The message's current state. */
  readonly message: Message;
  /** The message when it was reported. Its text is empty if the author was deleted together with their messages. */
  readonly reported: Reported;
  /** Whether the author has been deleted since. */
  readonly isAuthorGone: boolean;
  readonly reporter: Person;
  readonly reason: string;
  readonly createdAt: number;
}

/** The copy of a message that a report keeps. */
export interface Reported {
  /** The author's name at that time. */
  readonly username: string;
  readonly content: string;
  readonly createdAt: number;
  readonly editedAt: number | null;
}

/** What has happened to a message since it was reported. */
export type Fate = "unchanged" | "edited" | "deleted";

export function fateOf({ message, reported }: Pick<Report, "message" | "reported">): Fate {
  if (message.deletedAt !== null) return "deleted";
  return message.content === reported.content ? "unchanged" : "edited";
}

/** The operator, who needs no user account, as named in the audit log. */
export type Operator = "command line";

/** A user, the program itself, or the operator. */
export type Actor = Person | "automatic" | Operator;

/** Display names of actors without an account. */
export const NAMES_OF_ACTORS = { automatic: "Chatterbox", "command line": "command line" } as const;

/** An entry of the audit log. It is never changed, and keeps names as they were. */
export interface AuditEntry {
  readonly id: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly reason: string;
}

/** The part of an audit entry that tells whom it affects. */
export interface Act {
  readonly id: number;
  readonly action: string;
  readonly target: UserId | null;
}

/** A word added by an administrator: forbidden, or an exception to the built-in list. */
export interface Word {
  readonly word: string;
  readonly kind: "forbidden" | "allowed";
}

/** A member's read position: all messages with a `seq` up to this one are read. */
export interface SeenMark {
  readonly user: Person;
  readonly seq: number;
  /** The message at this position, or the last one before it, if known. */
  readonly message?: MessageId | undefined;
}

/**
 * Whether a user other than the author has read the message. `marks` are the two furthest read positions in the room,
 * of different users, so at least one is not the author's.
 */
export function isSeen(message: Pick<Message, "author" | "seq">, marks: readonly SeenMark[]): boolean {
  return marks.some((mark) => mark.user.id !== message.author.id && mark.seq >= message.seq);
}

/** Deferred work that may fail and be repeated; see `Jobs` in `store.ts`. */
export interface Job {
  readonly id: JobId;
  readonly kind: string;
  /** Input of the job: JSON values. */
  readonly payload: unknown;
  /** Including this claim. */
  readonly attempts: number;
  /** Identifies the claim. */
  readonly lease: string;
}

/** A job that has used up its attempts. */
export interface FailedJob {
  readonly id: JobId;
  readonly kind: string;
  readonly payload: unknown;
  readonly attempts: number;
  readonly createdAt: number;
  readonly failedAt: number;
  /** Message of the last failure. */
  readonly error: string;
  /** Next run of a scheduled job; null: only when an administrator retries it. */
  readonly nextAt: number | null;
}
