import type { Message, MessageId, Person, SeenMark } from "../db/model.ts";
import type { RoomSummary } from "../db/room_summary.ts";

/** A durable change: the message at its latest `rev`. */
export interface MessageEvent {
  type: "message";
  message: Message;
  /** The furthest read marks when it was broadcast; see `isSeen`. */
  seen?: readonly SeenMark[];
}

/** Events in a room that are not stored. */
type EphemeralEvent =
  | { type: "users"; users: readonly Person[]; count: number }
  | { type: "system"; content: string }
  | { type: "typing"; user: Person }
  | { type: "seen"; user: Person; message: MessageId; seq: number }
  | { type: "reload" };

/** An event in a room, as it is published on the bus. The topic names the room. */
export type RoomEvent = MessageEvent | EphemeralEvent;

/** The same event as it is delivered to subscribers, with the room's slug. A message has its own. */
export type DeliveredEvent = MessageEvent | (EphemeralEvent & { room: string });

/** Events sent to every connection of a user. */
export type InboxEvent =
  /** Once after connecting: the user's rooms. */
  | { type: "rooms"; rooms: RoomSummary[] }
  | ({ type: "room" } & RoomSummary)
  | { type: "room_gone"; room: string }
  /** `last` is the `seq` of the newest message. */
  | { type: "unread"; room: string; unread: number; mentions: number; last: number }
  /** A user of the direct messages has come online or gone offline. */
  | { type: "online"; user: Person; online: boolean };

/** Events sent to one connection. */
export type Reply =
  | { type: "history"; room: string; messages: readonly Message[]; head: number; seen: readonly SeenMark[] }
  /** `secret`: what the command created, such as a password reset code. It is sent nowhere else. */
  /** `room`: the one that the command created. */
  | {
    type: "ack";
    nonce?: string | undefined;
    id?: MessageId | undefined;
    secret?: string | undefined;
    room?: string | undefined;
  }
  | { type: "warning"; detail: string; warning_count: number; nonce?: string | undefined }
  | { type: "blocked"; detail: string }
  /** `room`: the one named in the command. */
  | { type: "error"; detail: string; code: string; nonce?: string | undefined; room?: string | undefined };

export type ServerEvent = DeliveredEvent | InboxEvent | Reply;
