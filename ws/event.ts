import type { Message, MessageId, Person, RoomId, SeenMark, SessionId, User, UserId } from "../db/model.ts";

/** What everybody in a room is told. Only a message is durable: its row at its latest `rev` says all there is to know. */
export type RoomEvent =
  | {
    type: "message";
    message: Message; /** Who had read furthest when it was shown; see `isSeen`. */
    seen?: readonly SeenMark[];
  }
  | { type: "users"; users: readonly Person[]; count: number }
  | { type: "system"; content: string }
  | { type: "typing"; user: Person }
  | { type: "seen"; user: Person; message: MessageId; seq: number }
  | { type: "reload" };

/** What one connection is told, and nobody else. */
export type Reply =
  | { type: "history"; room: string; messages: readonly Message[]; head: number; seen: readonly SeenMark[] }
  | { type: "ack"; nonce: string; id?: MessageId | undefined }
  | { type: "warning"; detail: string; warning_count: number; nonce?: string | undefined }
  | { type: "blocked"; detail: string }
  | { type: "error"; detail: string; code: string; nonce?: string | undefined };

export type ServerEvent = RoomEvent | Reply;

/** What happened to a person's right to be connected. */
export type PeopleEvent =
  | { type: "session_ended"; session: SessionId }
  | { type: "sessions_ended"; user: UserId }
  | { type: "user_blocked"; user: UserId }
  | { type: "user_changed"; user: User }
  /** Another process has acted: what stands in the store decides. */
  | { type: "user_changed_externally"; user: UserId }
  | { type: "user_warned"; user: UserId; warnings: number; reason: string };

/** What an administrator has changed for everybody. */
export type InstanceEvent = { type: "words_changed" };

/** What travels on the bus, by topic. */
export interface Topics {
  [room: `room/${number}`]: RoomEvent;
  people: PeopleEvent;
  instance: InstanceEvent;
}

export function roomTopic(room: RoomId): `room/${number}` {
  return `room/${room}`;
}
