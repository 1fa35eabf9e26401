import type * as z from "zod";
import { isSeen, type Message, type SeenMark } from "../../db/model.ts";
import type { ServerEvent } from "../event.ts";
import type { Encoding } from "./encoding.ts";
import type { JsonEvent } from "./event_schema.ts";
import type { Message as MessageSchema } from "./message_schema.ts";

/** Encodes a message for JSON clients, over HTTP and the socket. The schema describes exactly these fields. */
export function messageJson(message: Message, seen: readonly SeenMark[] = []): z.infer<typeof MessageSchema> {
  return {
    id: message.id,
    room: message.room,
    username: message.author.username,
    content: message.content,
    timestamp: new Date(message.createdAt).toISOString(),
    edited: message.editedAt !== null,
    seen: isSeen(message, seen),
    seq: message.seq,
    rev: message.rev,
  };
}

/** For bots and terminals: one JSON object per line. Their WebSocket libraries see pings. */
export const jsonEncoding: Encoding = {
  name: "json",
  heartbeat: undefined,
  sendsInbox: true,
  prepare: () => undefined,
  encode(event) {
    if (event.type !== "history") return JSON.stringify(plain(event));
    const { room, messages, head, seen } = event;
    const kept = messages.filter(({ deletedAt }) => deletedAt === null).sort((a, b) => a.seq - b.seq);
    const lines: JsonEvent[] = [
      { type: "history", room, messages: kept.map((message) => messageJson(message, seen)), head },
    ];
    for (const message of messages) if (message.deletedAt !== null) lines.push(plain({ type: "message", message }));
    for (const { user, message } of seen) {
      if (message !== undefined) lines.push({ type: "seen", room, username: user.username, id: message });
    }
    return lines.map((line) => JSON.stringify(line)).join("\n");
  },
};

function plain(event: Exclude<ServerEvent, { type: "history" }>): JsonEvent {
  switch (event.type) {
    case "message": {
      const { message } = event;
      if (message.deletedAt !== null) {
        return { type: "delete", room: message.room, id: message.id, rev: message.rev };
      }
      return { type: message.seq === message.rev ? "message" : "edit", ...messageJson(message, event.seen) };
    }
    case "users":
      return {
        type: "users",
        room: event.room,
        users: event.users.map(({ username }) => username),
        count: event.count,
      };
    case "typing":
      return { type: "typing", room: event.room, username: event.user.username };
    case "seen":
      return { type: "seen", room: event.room, username: event.user.username, id: event.message };
    case "online":
      return { type: "online", username: event.user.username, online: event.online };
    case "system":
    case "reload":
    case "ack":
    case "warning":
    case "error":
    case "blocked":
    case "rooms":
    case "room":
    case "room_gone":
    case "unread":
      return event;
  }
}
