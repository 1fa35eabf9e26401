import type { Generated } from "kysely";
import type { MessageId, RoomId, SessionId, UserId } from "./model.ts";

/** The tables as SQL sees them: snake_case, times as milliseconds, flags as times or 0/1. */
export interface Schema {
  users: {
    id: Generated<UserId>;
    username: string;
    email: string | null;
    password_hash: string;
    is_admin: number;
    blocked_at: number | null;
    created_at: number;
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
  };
  members: {
    room_id: RoomId;
    user_id: UserId;
    joined_at: number;
    seen_seq: number;
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
}
