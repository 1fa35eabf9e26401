import * as z from "zod";
import { Message } from "./message_schema.ts";

const id = z.number().int().positive();
const room = z.string().meta({ description: "The room's slug" });
const username = z.string();
const count = z.number().int().min(0);
const nonce = z.string().optional().meta({ description: "The command's nonce, if it had one" });
const detail = z.string().meta({ description: "One sentence" });

export const Room = z.object({
  room,
  name: z.string(),
  kind: z.enum(["public", "private", "direct"]),
  topic: z.string(),
  members: count,
  unread: count.meta({ description: "Other users' messages after the last one read; 100 means more than 99" }),
  mentions: count.meta({ description: "Those of them that mention you" }),
  last: count.meta({ description: "The seq of the newest message" }),
  read: count.meta({ description: "The seq up to which you have read" }),
  notify: z.enum(["all", "mentions", "nothing"]),
  favourite: z.boolean(),
  archived: z.boolean().meta({ description: "Read-only" }),
  role: z.enum(["owner", "moderator", "member"]),
  posting: z.enum(["everybody", "moderators"]).meta({ description: "Who may post" }),
  slow_mode: count.meta({ description: "Seconds between two messages of one member; 0 is off" }),
  users: z.array(z.object({ username, online: z.boolean() })).readonly().optional().meta({
    description: "Direct: the other users",
  }),
  timed_out_until: z.iso.datetime().optional().meta({ description: "You cannot post until then" }),
  inspected_until: z.iso.datetime().optional().meta({
    description: "Administrators may read the messages until then",
  }),
}).meta({ id: "Room", description: "A room as one member sees it" });

function event<Type extends string, Shape extends z.ZodRawShape>(type: Type, description: string, shape: Shape) {
  return z.object({ type: z.literal(type), ...shape }).meta({ description });
}

/**
 * Every event for JSON clients; `jsonEncoding` sends exactly these. Loaded only to describe the API. Fields and events
 * may be added, but not removed.
 */
export const eventSchemas = [
  event("history", "The response to a subscription; a long one comes in several events", {
    room,
    messages: z.array(Message).meta({
      description: "Oldest first: the latest messages or, with after, those added or edited since",
    }),
    head: count.meta({ description: "The change this event reaches: resume with it" }),
  }),
  event("message", "A new message", Message.shape),
  event("edit", "A message has been edited", Message.shape),
  event("delete", "A message has been deleted", { room, id, rev: count }),
  event("users", "The users online in a room have changed", {
    room,
    users: z.array(username).meta({ description: "Above 100 users only the first twenty" }),
    count,
  }),
  event("system", "Users have joined or left", { room, content: z.string() }),
  event("typing", "A user is typing", { room, username }),
  event("seen", "A user has read up to a message", { room, username, id }),
  event("reload", "Too much has changed to resume: subscribe without after", { room }),
  event("ack", "The command with this nonce has succeeded, and its result is stored", {
    nonce,
    id: id.optional().meta({ description: "The id of the message" }),
    secret: z.string().optional().meta({ description: "After reset_password: the link is /reset/SECRET" }),
    room: room.optional().meta({ description: "After create_room and direct: the room" }),
  }),
  event("warning", "A message was refused because of its language, or an administrator has warned you", {
    detail,
    warning_count: count,
    nonce,
  }),
  event("blocked", "Your account is blocked; the connection closes with 4403", { detail }),
  event("error", "The command has failed; only its sender gets this", {
    detail,
    code: z.string().meta({ description: "invalid, forbidden, not_found, conflict, rate_limited or unavailable" }),
    nonce,
    room: room.optional().meta({ description: "The room that the command named" }),
  }),
  event("rooms", "Once after connecting: the rooms you are a member of", { rooms: z.array(Room) }),
  event("room", "You have become a member of a room, or it has changed, or how you see it", Room.shape),
  event("room_gone", "You are no longer a member of a room", { room }),
  event("online", "A user of your direct messages has come online, or gone", { username, online: z.boolean() }),
  event("unread", "At most once a second: the number of unread messages in a room has changed", {
    room,
    unread: Room.shape.unread,
    mentions: Room.shape.mentions,
    last: count.meta({ description: "The seq of the newest message" }),
  }),
] as const;

export type JsonEvent = z.infer<typeof eventSchemas[number]>;
