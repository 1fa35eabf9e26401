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

/** The tables as SQL sees them: snake_case, times as milliseconds, flags as times or 0/1. */
export interface Schema {
  users: {
    id: Generated<UserId>;
    username: string;
    email: string | null;
    /** What makes it the same as another; see `canonical.ts`. */
    email_key: string | null;
    password_hash: string;
    is_admin: number;
    blocked_at: number | null;
    created_at: number;
    last_seen_at: number | null;
    deleted_at: number | null;
    /** The name as it looks; see `names.ts`. */
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
    /** 1: everybody is a member, new accounts included. */
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
    /** Forgiven by an administrator. */
    reset_at: number | null;
    /** Of the message that was not taken: the same one again is no second offence. */
    nonce: string | null;
    /** Tells the message from another under the same nonce, without its words. */
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
    /** The message as it was reported. */
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
    /** 1: the one row of a schedule, which stays; 0: is removed when it is done. */
    scheduled: Generated<number>;
    /** JSON, as the kind reads it. */
    payload: string;
    created_at: number;
    /** Not claimed before; while it is claimed, the end of the lease. Null: given up. */
    run_at: number | null;
    /** Tells the claim that holds it from others; null: nobody's. */
    lease: string | null;
    /** Claims since it was added, or since the schedule's last success. */
    attempts: Generated<number>;
    /** When it had failed as often as its kind allows. */
    failed_at: number | null;
    /** What the last failure said. */
    error: Generated<string>;
  };
}
