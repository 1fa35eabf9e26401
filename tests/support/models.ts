import type { Message, MessageId, RoomId, Session, SessionId, User, UserId } from "../../db/model.ts";
import { T0 } from "./cast.ts";

/** Made-up objects for a test that needs no store. */
export function userOf(id: number, username: string): User {
  return { id: id as UserId, username, email: null, isAdmin: false, isBlocked: false, createdAt: T0 };
}

export const alice = userOf(1, "alice");
export const bob = userOf(2, "bob");
export const carol = userOf(3, "carol");

export function sessionOf(user: User, facts: Partial<Session> = {}): Session {
  return {
    id: crypto.randomUUID() as string as SessionId,
    userId: user.id,
    createdAt: T0,
    lastSeenAt: T0,
    expiresAt: T0 + 3_600_000,
    address: "192.0.2.7",
    userAgent: "Test/1.0",
    ...facts,
  };
}

export function messageOf(author: User, rev: number, facts: Partial<Message> = {}): Message {
  return {
    id: rev as MessageId,
    roomId: 1 as RoomId,
    room: "general",
    author: { id: author.id, username: author.username },
    content: `message ${rev}`,
    createdAt: T0,
    editedAt: null,
    deletedAt: null,
    seq: rev,
    rev,
    ...facts,
  };
}
