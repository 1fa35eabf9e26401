import * as z from "zod";
import { content, nonce, roomSlug } from "../../db/rules.ts";
import { instanceSettings } from "../../db/instance.ts";
import { entry } from "../../ws/commands/moderation/words.ts";
import { Room } from "../../ws/encoding/event_schema.ts";
import { Message } from "../../ws/encoding/message_schema.ts";

export { Message, Room };

/** What the API answers with. Fields may be added; those that are here stay. */

export const id = z.number().int().positive();
export const instant = z.iso.datetime().meta({ description: "UTC" });

export const Problem = z.object({
  detail: z.string().meta({ description: "One sentence" }),
  code: z.string().optional().meta({ description: "For programs, where there is more than one reason for a status" }),
})
  .meta({ id: "Error", description: "What every failure looks like" });

export const User = z.object({
  id,
  username: z.string(),
  online: z.boolean(),
  email: z.string().nullable().optional().meta({ description: "For administrators only" }),
}).meta({ id: "User" });

export const History = z.object({
  messages: z.array(Message).meta({ description: "Oldest first" }),
  head: z.number().int().meta({ description: "The room's last change: ?after=head resumes from here" }),
  more: z.literal(true).optional().meta({
    description: "There are fewer than were asked for, since they are long: ask on with before",
  }),
}).meta({ id: "History" });

export const Login = z.object({
  token: z.string(),
  token_type: z.literal("bearer"),
  username: z.string(),
  expires_at: instant,
}).meta({ id: "Login" });

/** A sentence that says that it is done. */
export function done(sentence: string) {
  return z.object({ message: z.literal(sentence) });
}

const count = z.number().int().min(0);

/** The key of the page after this one. */
export function next(key: z.ZodType<string | number>) {
  return key.nullable().meta({ description: "Pass it as after to get the next page; null on the last one" });
}

export const Account = z.object({
  id,
  username: z.string(),
  email: z.string().nullable(),
  is_admin: z.boolean(),
  is_blocked: z.boolean(),
  warning_count: count.meta({ description: "Warnings that still count" }),
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
}).meta({ id: "Session", description: "A login that lives" });

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
  username: z.string().meta({ description: "Who wrote the message" }),
  reporter: z.string(),
  reason: z.string(),
  created_at: instant,
  reported: z.object({
    username: z.string().meta({ description: "The author's name as it was" }),
    content: z.string().meta({ description: "Empty when the account was deleted together with its messages" }),
    timestamp: instant,
    edited_at: instant.nullable(),
  }).meta({ description: "The message as it was reported" }),
  fate: z.enum(["unchanged", "edited", "deleted"]).meta({ description: "What has become of the message since" }),
  author_deleted: z.boolean().meta({ description: "Whether the author's account is gone" }),
  context: z.array(InspectedMessage).meta({ description: "The message among those around it, oldest first" }),
}).meta({ id: "Report" });

export const AuditEntry = z.object({
  id,
  at: instant,
  actor: z.string().meta({ description: "The name as it was; Chatterbox where the program acted by its own rules" }),
  action: z.string(),
  target: z.string(),
  reason: z.string(),
}).meta({ id: "AuditEntry" });

export const FailedJob = z.object({
  id,
  kind: z.string().meta({ description: "What it does: backup, cleanup or remove_messages" }),
  attempts: count.meta({ description: "How often it has been tried since it last succeeded" }),
  error: z.string().meta({ description: "What the last failure said" }),
  created_at: instant,
  failed_at: instant,
  next_try_at: instant.nullable().meta({ description: "When a scheduled job is tried again by itself; else null" }),
}).meta({ id: "FailedJob", description: "Work in the background that has failed several times in a row" });

export const Word = entry.meta({ id: "Word" });

export const Settings = instanceSettings.extend({
  fixed: z.array(z.string()).meta({ description: "Those that the environment sets: they cannot be changed here" }),
}).meta({ id: "Settings" });

export const Overview = z.object({
  users: count,
  online: count,
  messages_today: count,
  messages: count,
  blocked_users: count,
  reports: count.meta({ description: "Those that wait" }),
  database_bytes: count,
  version: z.string(),
  uptime_seconds: count,
  messages_per_hour: z.array(count).meta({ description: "The last 24 hours, oldest first" }),
  messages_per_day: z.array(count).meta({ description: "The last 30 days, oldest first" }),
}).meta({ id: "Overview" });

/** Rows that the examples share. */
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

/** The parts of paths. */
export const resetToken = z.object({ token: z.string().meta({ description: "The end of the link" }) });
export const roomName = z.object({ room: roomSlug.meta({ description: "A room's name in addresses" }) });
export const userId = z.object({ id: id.meta({ description: "The user's id" }) });
export const messageId = z.object({ id: id.meta({ description: "The message's id" }) });

/** What `POST /rooms/:room/messages` takes: the address names the room. */
export const NewMessage = z.object({ content, nonce: nonce.optional() });

/** What can be set, with what it means. */
export const settings = explain(instanceSettings, {
  name: "What this server is called",
  registration: "Who may create an account: everybody or nobody",
  warnings: "Warnings before the block",
  warningDays: "Days after which a warning counts no more",
  sessionDays: "Days a login lives without being used",
  retentionDays: "Days after which messages are removed; 0 keeps them",
});

/** The same schema, with what its fields mean. */
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
