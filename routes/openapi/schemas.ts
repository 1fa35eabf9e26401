import * as z from "zod";
import { content, nonce, roomSlug } from "../../db/rules.ts";
import { instanceSettings } from "../../db/instance.ts";
import { entry } from "../../ws/commands/moderation/words.ts";
import { Room } from "../../ws/encoding/event_schema.ts";
import { Message } from "../../ws/encoding/message_schema.ts";

export { Message, Room };

/** Response schemas. Fields may be added but not removed. */

export const id = z.number().int().positive();
export const instant = z.iso.datetime().meta({ description: "UTC" });

export const Problem = z.object({
  detail: z.string().meta({ description: "A sentence for the user" }),
  code: z.string().optional().meta({ description: "Distinguishes errors with the same status" }),
})
  .meta({ id: "Error", description: "The body of all error responses" });

export const User = z.object({
  id,
  username: z.string(),
  online: z.boolean(),
  email: z.string().nullable().optional().meta({ description: "Only for administrators" }),
}).meta({ id: "User" });

export const History = z.object({
  messages: z.array(Message).meta({ description: "Oldest first" }),
  head: z.number().int().meta({ description: "The room's last change: ?after=head resumes from here" }),
  more: z.literal(true).optional().meta({
    description: "The page was cut short by size: continue with before",
  }),
}).meta({ id: "History" });

export const Login = z.object({
  token: z.string(),
  token_type: z.literal("bearer"),
  username: z.string(),
  expires_at: instant,
}).meta({ id: "Login" });

/** A confirmation. */
export function done(sentence: string) {
  return z.object({ message: z.literal(sentence) });
}

const count = z.number().int().min(0);

/** The key of the next page. */
export function next(key: z.ZodType<string | number>) {
  return key.nullable().meta({ description: "Pass it as after to get the next page; null on the last one" });
}

export const Account = z.object({
  id,
  username: z.string(),
  email: z.string().nullable(),
  is_admin: z.boolean(),
  is_blocked: z.boolean(),
  warning_count: count.meta({ description: "Active warnings" }),
  created_at: instant,
  last_seen_at: instant.nullable(),
  online: z.boolean(),
}).meta({ id: "Account", description: "A user as administrators see one" });

export const Session = z.object({
  created_at: instant,
  last_seen_at: instant,
  expires_at: instant,
  address: z.string(),
  user_agent: z.string(),
}).meta({ id: "Session", description: "An active session" });

export const InspectedMessage = z.object({
  id,
  room: z.string(),
  user_id: id,
  username: z.string(),
  content: z.string().meta({ description: "Empty when it is deleted" }),
  timestamp: instant,
  edited_at: instant.nullable(),
  deleted_at: instant.nullable(),
  deleted_by: z.string().nullable(),
}).meta({ id: "InspectedMessage", description: "A message as administrators see one" });

export const Report = z.object({
  id,
  message_id: id,
  username: z.string().meta({ description: "The message's author" }),
  reporter: z.string(),
  reason: z.string(),
  created_at: instant,
  reported: z.object({
    username: z.string().meta({ description: "The author's name at that time" }),
    content: z.string().meta({ description: "Empty if the author was deleted together with their messages" }),
    timestamp: instant,
    edited_at: instant.nullable(),
  }).meta({ description: "The message when it was reported" }),
  fate: z.enum(["unchanged", "edited", "deleted"]).meta({ description: "What has happened to the message since" }),
  author_deleted: z.boolean().meta({ description: "Whether the author was deleted" }),
  context: z.array(InspectedMessage).meta({ description: "The message and those around it, oldest first" }),
}).meta({ id: "Report" });

export const AuditEntry = z.object({
  id,
  at: instant,
  actor: z.string().meta({ description: "The name at that time; Chatterbox for automatic acts" }),
  action: z.string(),
  target: z.string(),
  reason: z.string(),
}).meta({ id: "AuditEntry" });

export const FailedJob = z.object({
  id,
  kind: z.string().meta({ description: "backup, cleanup or remove_messages" }),
  attempts: count.meta({ description: "Attempts since the last success" }),
  error: z.string().meta({ description: "Message of the last failure" }),
  created_at: instant,
  failed_at: instant,
  next_try_at: instant.nullable().meta({ description: "Next run of a scheduled job; else null" }),
}).meta({ id: "FailedJob", description: "A background job that has failed repeatedly" });

export const Word = entry.meta({ id: "Word" });

export const Settings = instanceSettings.extend({
  fixed: z.array(z.string()).meta({ description: "Settings fixed by the environment" }),
}).meta({ id: "Settings" });

export const Overview = z.object({
  users: count,
  online: count,
  messages_today: count,
  messages: count,
  blocked_users: count,
  reports: count.meta({ description: "Open reports" }),
  database_bytes: count,
  version: z.string(),
  uptime_seconds: count,
  messages_per_hour: z.array(count).meta({ description: "The last 24 hours, oldest first" }),
  messages_per_day: z.array(count).meta({ description: "The last 30 days, oldest first" }),
}).meta({ id: "Overview" });

/** Shared example objects. */
export const examples = {
  account: {
    id: 2,
    username: "bob",
    email: null,
    is_admin: false,
    is_blocked: false,
    warning_count: 0,
    created_at: "2026-01-01T12:00:00.000Z",
    last_seen_at: "2026-01-01T12:30:00.000Z",
    online: true,
  },
  message: {
    id: 1,
    room: "general",
    user_id: 2,
    username: "bob",
    content: "Hello",
    timestamp: "2026-01-01T12:00:00.000Z",
    edited_at: null,
    deleted_at: null,
    deleted_by: null,
  },
  entry: {
    id: 1,
    at: "2026-01-01T12:00:00.000Z",
    actor: "alice",
    action: "block",
    target: "bob",
    reason: "Spam",
  },
};

/** Path parameters. */
export const resetToken = z.object({ token: z.string().meta({ description: "The last segment of the link" }) });
export const roomName = z.object({ room: roomSlug.meta({ description: "The room's slug" }) });
export const userId = z.object({ id: id.meta({ description: "The user's id" }) });
export const messageId = z.object({ id: id.meta({ description: "The message's id" }) });

/** Body of `POST /rooms/:room/messages`; the path names the room. */
export const NewMessage = z.object({ content, nonce: nonce.optional() });

/** The settings, with descriptions. */
export const settings = explain(instanceSettings, {
  name: "Instance name",
  registration: "Whether users can register",
  warnings: "Warnings before a block",
  warningDays: "Days after which a warning expires",
  sessionDays: "Days after which an idle session expires",
  retentionDays: "Days after which messages are removed; 0 keeps them",
});

/** The schema with descriptions of its fields. */
function explain<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  texts: Partial<Record<keyof Shape, string>>,
): z.ZodObject {
  const shape = schema.shape as unknown as Record<string, z.ZodType>;
  const explained = Object.entries(shape).map(([name, field]) => {
    const text = texts[name as keyof Shape];
    return [name, text === undefined ? field : field.meta({ ...field.meta(), description: text })];
  });
  return schema.extend(Object.fromEntries(explained));
}
