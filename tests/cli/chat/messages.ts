import type { Message } from "../../../cli/chat/protocol.ts";

/** A message posted as the `id`th change of its room, unless told otherwise. */
export function message(id: number, content: string, more: Partial<Message> = {}): Message {
  return {
    id,
    username: "alice",
    content,
    timestamp: "2026-01-01T12:00:00",
    edited: false,
    deleted: false,
    seq: id,
    rev: id,
    ...more,
  };
}
