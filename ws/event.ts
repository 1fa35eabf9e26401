import type { Message, MessageId, Person, SeenMark } from "../db/model.ts";

/** A durable change: the message at its latest `rev` says all there is to know. */
export interface MessageEvent {
  type: "message";
  message: Message;
  /** Who had read furthest when it was shown; see `isSeen`. */
  seen?: readonly SeenMark[];
}

/** What everybody in a room is told but its messages: none of it is kept. */
type EphemeralEvent =
  | { type: "users"; users: readonly Person[]; count: number }
  | { type: "system"; content: string }
  | { type: "typing"; user: Person }
  | { type: "seen"; user: Person; message: MessageId; seq: number }
  | { type: "reload" };

/** What happens in a room, as it travels on the bus: the topic says in which. */
export type RoomEvent = MessageEvent | EphemeralEvent;

/** The same as subscribers are told: `room` is the slug; a message has its own. */
export type ToldEvent = MessageEvent | (EphemeralEvent & { room: string });

/** A room as one of its members sees it. */
export interface RoomSummary {
  /** The slug. */
  readonly room: string;
  readonly name: string;
  readonly kind: "public";
  readonly members: number;
  /** Messages of others after the last one read; 100 stands for more than 99. */
  readonly unread: number;
}

/** What a user is told, on every connection. */
export type InboxEvent =
  /** Once after connecting: the rooms that the user is in. */
  | { type: "rooms"; rooms: RoomSummary[] }
  | ({ type: "room" } & RoomSummary)
  | { type: "room_gone"; room: string }
  /** `last` is the place of the newest message. */
  | { type: "unread"; room: string; unread: number; last: number };

/** What one connection is told, and nobody else. */
export type Reply =
  | { type: "history"; room: string; messages: readonly Message[]; head: number; seen: readonly SeenMark[] }
  /** `secret`: what the command was given for, and nobody else is told. */
  | { type: "ack"; nonce?: string | undefined; id?: MessageId | undefined; secret?: string | undefined }
  | { type: "warning"; detail: string; warning_count: number; nonce?: string | undefined }
  | { type: "blocked"; detail: string }
  /** `room`: the one that the command named. */
  | { type: "error"; detail: string; code: string; nonce?: string | undefined; room?: string | undefined };

export type ServerEvent = ToldEvent | InboxEvent | Reply;
