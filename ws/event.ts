import type { Message, MessageId, Person, SeenMark } from "../db/model.ts";

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
  /** `secret`: what the command was given for, and nobody else is told. */
  | { type: "ack"; nonce?: string | undefined; id?: MessageId | undefined; secret?: string | undefined }
  | { type: "warning"; detail: string; warning_count: number; nonce?: string | undefined }
  | { type: "blocked"; detail: string }
  | { type: "error"; detail: string; code: string; nonce?: string | undefined };

export type ServerEvent = RoomEvent | Reply;
