/** The nouns. Times are milliseconds since 1970 (UTC); ids are branded, so that a room's id is never taken for a user's. */
declare const brand: unique symbol;
type Id<Of extends string> = number & { readonly [brand]: Of };

export type UserId = Id<"user">;
export type RoomId = Id<"room">;
export type MessageId = Id<"message">;
export type ReportId = Id<"report">;
export type JobId = Id<"job">;
/** A UUID: it travels in the token, and the row it names decides. */
export type SessionId = string & { readonly [brand]: "session" };

export interface User {
  readonly id: UserId;
  readonly username: string;
  readonly email: string | null;
  readonly isAdmin: boolean;
  readonly isBlocked: boolean;
  readonly createdAt: number;
}

/** What a message, an event or a list says of a user. */
export interface Person extends Pick<User, "id" | "username"> {
  /** Set when the account is gone; `username` is then a stand-in. */
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
  /** Counts the durable changes of this room; see {@link Message.rev}. */
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
  /** The room's head when the message was created: its place in the room. */
  readonly seq: number;
  /** The room's head when the message was last touched. A row at its latest `rev` is its current state. */
  readonly rev: number;
  /** Members that the text mentions; absent when there are none. */
  readonly mentions?: readonly UserId[];
}

/** What an administrator sees of an account. */
export interface Account extends User {
  /** Those that still count: neither expired nor forgiven. */
  readonly warnings: number;
  readonly lastSeenAt: number | null;
}

/** What an administrator sees of a message: of a deleted one who deleted it, never its text. */
export interface InspectedMessage extends Message {
  readonly deletedBy: string | null;
}

/** Somebody finds that a message should not stand. */
export interface Report {
  readonly id: ReportId;
  /** As it is now. */
  readonly message: Message;
  /** As it was reported; without its text when the account was deleted together with its messages. */
  readonly reported: Reported;
  /** Whether the author's account has been deleted since. */
  readonly isAuthorGone: boolean;
  readonly reporter: Person;
  readonly reason: string;
  readonly createdAt: number;
}

/** What a report keeps of a message. */
export interface Reported {
  /** The author's name as it was. */
  readonly username: string;
  readonly content: string;
  readonly createdAt: number;
  readonly editedAt: number | null;
}

/** What has become of a message since it was reported. */
export type Fate = "unchanged" | "edited" | "deleted";

export function fateOf({ message, reported }: Pick<Report, "message" | "reported">): Fate {
  if (message.deletedAt !== null) return "deleted";
  return message.content === reported.content ? "unchanged" : "edited";
}

/** Whoever runs the program, and needs no account: as the audit log names them. */
export type Operator = "command line";

/** Who acts: a user, the program by its own rules, or the operator. */
export type Actor = Person | "automatic" | Operator;

/** How those are called who act without an account. */
export const NAMES_OF_ACTORS = { automatic: "Chatterbox", "command line": "command line" } as const;

/** One act of moderation or administration, as it is kept for ever. Names stand as they were. */
export interface AuditEntry {
  readonly id: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly reason: string;
}

/** An act, for those who only want to know whom it concerns. */
export interface Act {
  readonly id: number;
  readonly action: string;
  readonly target: UserId | null;
}

/** The administrator's own word, or an exception from the list that comes with the program. */
export interface Word {
  readonly word: string;
  readonly kind: "forbidden" | "allowed";
}

/** How far one member has read: every message with a `seq` up to this one is seen. */
export interface SeenMark {
  readonly user: Person;
  readonly seq: number;
  /** The message at that place, or the last before it, where it is known. */
  readonly message?: MessageId | undefined;
}

/**
 * Whether somebody other than the author has read that far. `marks` are the room's two furthest readers (of different
 * people): of two, at least one is not the author.
 */
export function isSeen(message: Pick<Message, "author" | "seq">, marks: readonly SeenMark[]): boolean {
  return marks.some((mark) => mark.user.id !== message.author.id && mark.seq >= message.seq);
}

/** Work that follows a commit and may fail and be repeated; see `Jobs` in `store.ts`. */
export interface Job {
  readonly id: JobId;
  readonly kind: string;
  /** What the kind has to know: JSON values. */
  readonly payload: unknown;
  /** With this claim. */
  readonly attempts: number;
  /** Names the claim. */
  readonly lease: string;
}

/** A job that has failed as often as its kind allows. */
export interface FailedJob {
  readonly id: JobId;
  readonly kind: string;
  readonly payload: unknown;
  readonly attempts: number;
  readonly createdAt: number;
  readonly failedAt: number;
  /** What the last failure said. */
  readonly error: string;
  /** When a scheduled job is tried again by itself; null: only when an administrator says so. */
  readonly nextAt: number | null;
}
