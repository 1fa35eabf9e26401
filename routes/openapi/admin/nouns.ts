import * as z from "zod";
import { instanceSettings } from "../../../db/instance.ts";
import { entry } from "../../../ws/commands/moderation/words.ts";
import { instant } from "../nouns.ts";

/** What only administrators are told. */

const id = z.number().int().positive();
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
