import type * as z from "zod";
import { type AuditEntry, type FailedJob, fateOf, type InspectedMessage, type Report } from "../../db/model.ts";
import type { SeenAccount } from "../../views/admin/users.tsx";
import type * as schemas from "../openapi/schemas.ts";

// Each returns exactly the fields of its schema.

/** ISO 8601, UTC. */
export function iso(at: number): string;
export function iso(at: number | null): string | null;
export function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

export function accountJson(account: SeenAccount): z.infer<typeof schemas.Account> {
  return {
    id: account.id,
    username: account.username,
    email: account.email,
    is_admin: account.isAdmin,
    is_blocked: account.isBlocked,
    warning_count: account.warnings,
    created_at: iso(account.createdAt),
    last_seen_at: iso(account.lastSeenAt),
    online: account.online,
  };
}

export function inspectedJson(message: InspectedMessage): z.infer<typeof schemas.InspectedMessage> {
  return {
    id: message.id,
    room: message.room,
    user_id: message.author.id,
    username: message.author.username,
    content: message.content,
    timestamp: iso(message.createdAt),
    edited_at: iso(message.editedAt),
    deleted_at: iso(message.deletedAt),
    deleted_by: message.deletedBy,
  };
}

export function reportJson(report: Report, context: readonly InspectedMessage[]): z.infer<typeof schemas.Report> {
  const { id, message, reported, isAuthorGone, reporter, reason, createdAt } = report;
  return {
    id,
    message_id: message.id,
    username: message.author.username,
    reporter: reporter.username,
    reason,
    created_at: iso(createdAt),
    reported: {
      username: reported.username,
      content: reported.content,
      timestamp: iso(reported.createdAt),
      edited_at: iso(reported.editedAt),
    },
    fate: fateOf(report),
    author_deleted: isAuthorGone,
    context: context.map(inspectedJson),
  };
}

export function auditJson({ id, at, actor, action, target, reason }: AuditEntry): z.infer<typeof schemas.AuditEntry> {
  return { id, at: iso(at), actor, action, target, reason };
}

/** Omits the payload, which is internal. */
export function jobJson(
  { id, kind, attempts, createdAt, failedAt, nextAt, error }: FailedJob,
): z.infer<typeof schemas.FailedJob> {
  return {
    id,
    kind,
    attempts,
    error,
    created_at: iso(createdAt),
    failed_at: iso(failedAt),
    next_try_at: iso(nextAt),
  };
}
