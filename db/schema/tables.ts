import type { Generated } from "kysely";
import type {
  JobId,
  MessageId,
  Notify,
  Posting,
  ReportId,
  Role,
  RoomId,
  RoomKind,
  SessionId,
  UserId,
} from "../model.ts";

/** Tables as in SQL: snake_case, times in ms, flags as times or 0/1. */
export interface Schema {
  users: {
    id: Generated<UserId>;
    username: string;
    email: string | null;
    /** Equal keys mean the same email; see `canonical.ts`. */
    email_key: string | null;
    password_hash: string;
    is_admin: number;
    blocked_at: number | null;
    created_at: number;
    last_seen_at: number | null;
    deleted_at: number | null;
    /** The visual form of the name; see `confusable.ts`. */
    skeleton: string | null;
  };
  sessions: {
    id: SessionId;
    user_id: UserId;
    created_at: number;
    last_seen_at: number;
    expires_at: number;
    address: string;
    user_agent: string;
  };
  rooms: {
    id: Generated<RoomId>;
    slug: string;
    name: string;
    head: number;
    /** 1: all users are members, including new ones. */
    for_everybody: number;
    created_at: number;
    kind: Generated<RoomKind>;
    topic: Generated<string>;
    posting: Generated<Posting>;
    /** Seconds; 0 is off. */
    slow_mode: Generated<number>;
    archived_at: number | null;
    /** It is gone for everybody; a job removes what is left. */
    removed_at: number | null;
    /** How many: counting those of a large room takes milliseconds. */
    members: Generated<number>;
    created_by: UserId | null;
    last_message_at: number | null;
    /** Until then administrators may read it, for this reason. */
    inspected_until: number | null;
    inspection_reason: string | null;
    /** Direct: the ids of its users in ascending order, with commas. */
    direct_key: string | null;
    /** Name and topic as they are searched; see `fold.ts`. */
    folded: string | null;
  };
  members: {
    room_id: RoomId;
    user_id: UserId;
    joined_at: number;
    /** What others are told: never lowered. */
    seen_seq: Generated<number>;
    /** What the user counts as read: lowered by "mark as unread". */
    read_seq: Generated<number>;
    role: Generated<Role>;
    notify: Generated<Notify>;
    favourite: Generated<number>;
    timed_out_until: number | null;
  };
  mentions: {
    message_id: MessageId;
    user_id: UserId;
    room_id: RoomId;
    seq: number;
  };
  user_blocks: {
    user_id: UserId;
    blocked_id: UserId;
    created_at: number;
  };
  messages: {
    id: Generated<MessageId>;
    room_id: RoomId;
    author_id: UserId;
    content: string;
    created_at: number;
    edited_at: number | null;
    deleted_at: number | null;
    deleted_by: UserId | null;
    seq: number;
    rev: number;
    nonce: string | null;
  };
  settings: {
    key: string;
    value: string;
  };
  warnings: {
    id: Generated<number>;
    user_id: UserId;
    created_at: number;
    /** When an administrator reset the warning. */
    reset_at: number | null;
    /** Nonce of the rejected message: sending it again is no second offence. */
    nonce: string | null;
    /** Distinguishes messages with the same nonce, without storing their text. */
    offence: string;
  };
  words: {
    word: string;
    kind: "forbidden" | "allowed";
    created_at: number;
  };
  reports: {
    id: Generated<ReportId>;
    message_id: MessageId;
    reporter_id: UserId;
    reason: string;
    created_at: number;
    resolved_at: number | null;
    resolution: string | null;
    /** The message when it was reported. */
    author: string;
    content: string;
    said_at: number;
    edited_at: number | null;
  };
  audit: {
    id: Generated<number>;
    at: number;
    actor_id: UserId | null;
    actor: string;
    action: string;
    target_id: UserId | null;
    target: string;
    reason: string;
  };
  password_resets: {
    token_hash: string;
    user_id: UserId;
    expires_at: number;
  };
  jobs: {
    id: Generated<JobId>;
    kind: string;
    /** 1: the permanent row of a schedule; 0: removed when done. */
    scheduled: Generated<number>;
    /** JSON; its shape depends on the kind. */
    payload: string;
    created_at: number;
    /** Earliest next claim; while claimed, the end of the lease. Null: failed. */
    run_at: number | null;
    /** Identifies the current claim; null: not claimed. */
    lease: string | null;
    /** Claims since it was added, or since the schedule's last success. */
    attempts: Generated<number>;
    /** When it used up its attempts. */
    failed_at: number | null;
    /** Message of the last failure. */
    error: Generated<string>;
  };
}
