import { type Context, Hono } from "hono";
import { fateOf } from "../../db/model.ts";
import { paths } from "../../views/paths.ts";
import { describe } from "../openapi/describe.ts";
import type { App, Env } from "../env.ts";
import { accountFilter, warningsSince } from "./accounts.ts";
import { csvStream, type ReadRows, ROWS_AT_ONCE } from "./csv.ts";
import { iso } from "./json.ts";
import { messageFilter } from "./messages.tsx";
import { accountQuery, auditQuery, layoutQuery, messageQuery, readQuery } from "./query.ts";

const USERS = [
  "id",
  "username",
  "email",
  "is_admin",
  "is_blocked",
  "warning_count",
  "created_at",
  "last_seen_at",
];
const MESSAGES = ["id", "room", "sender", "content", "timestamp", "edited_at"];
/** The message as reported, and its current state. */
const REPORTS = [
  "id",
  "reported_at",
  "reporter",
  "reason",
  "message_id",
  "room",
  "sender",
  "content",
  "timestamp",
  "edited_at",
  "fate",
  "sender_deleted",
  "content_now",
];
const AUDIT = ["id", "at", "actor", "action", "target", "reason"];

/** The lists of the admin pages as CSV, with the same filters. */
export function downloadRoutes(app: App): Hono<Env> {
  function file<Key>(c: Context<Env>, name: string, columns: readonly string[], read: ReadRows<Key>) {
    const { separator, sep } = readQuery(c, layoutQuery);
    const day = iso(app.clock.now()).slice(0, 10);
    c.header("Content-Type", "text/csv; charset=utf-8");
    c.header("Content-Disposition", `attachment; filename="chatterbox-${name}-${day}.csv"`);
    const logged: ReadRows<Key> = async (key) => {
      try {
        return await read(key);
      } catch (error) {
        // The status has been sent. Abort the response, so that the file is not taken for complete.
        app.log("error", "Cannot complete download", { name, request: c.get("requestId"), error });
        throw error;
      }
    };
    return c.body(csvStream(columns, logged, { separator, named: sep }));
  }

  return new Hono<Env>()
    .get(
      paths.admin.download("users"),
      describe(() => ({
        group: "people",
        id: "downloadAccounts",
        summary: "Download users as CSV",
        access: "administrators",
        query: accountQuery.extend(layoutQuery.shape),
        answer: {
          text: "CSV with a byte order mark",
          type: "text/csv",
          example: "id,username,email,is_admin,is_blocked,warning_count,created_at,last_seen_at\r\n",
        },
      })),
      (c) => {
        const { after: _, sort: __, ...query } = readQuery(c, accountQuery);
        const since = warningsSince(app);
        // By id, the only order that is stable while it is read.
        const filter = accountFilter(app, query);
        return file<string>(c, "users", USERS, async (after) => {
          const { items, next } = await app.store.admin.accounts(filter, { after, limit: ROWS_AT_ONCE }, since);
          const rows = items.map((account) => [
            account.id,
            account.username,
            account.email,
            account.isAdmin,
            account.isBlocked,
            account.warnings,
            iso(account.createdAt),
            iso(account.lastSeenAt),
          ]);
          return { rows, next };
        });
      },
    )
    .get(
      paths.admin.download("messages"),
      describe(() => ({
        group: "messages",
        id: "downloadMessages",
        summary: "Download messages as CSV",
        access: "administrators",
        query: messageQuery.extend(layoutQuery.shape),
        answer: {
          text: "CSV with a byte order mark",
          type: "text/csv",
          example: "id,room,sender,content,timestamp,edited_at\r\n",
        },
      })),
      (c) => {
        const { after: _, state: __, ...query } = readQuery(c, messageQuery);
        // Deleted messages have no content to export.
        const filter = { ...messageFilter(query), inspectedAt: app.clock.now() };
        return file<number>(c, "messages", MESSAGES, async (before) => {
          const { items, next } = await app.store.admin.messages(filter, { before, limit: ROWS_AT_ONCE });
          const rows = items.map(({ id, room, author, content, createdAt, editedAt }) => [
            id,
            room,
            author.username,
            content,
            iso(createdAt),
            iso(editedAt),
          ]);
          return { rows, next };
        });
      },
    )
    .get(
      paths.admin.download("reports"),
      describe(() => ({
        group: "messages",
        id: "downloadReports",
        summary: "Download open reports as CSV",
        description: "Each with the reported text and the current text.",
        access: "administrators",
        query: layoutQuery,
        answer: {
          text: "CSV with a byte order mark",
          type: "text/csv",
          example: "id,reported_at,reporter,reason,message_id,room,sender,content,…\r\n",
        },
      })),
      (c) =>
        file<number>(c, "reports", REPORTS, async (before) => {
          const { items, next } = await app.store.reports.waiting({ before, limit: ROWS_AT_ONCE });
          const rows = items.map((report) => [
            report.id,
            iso(report.createdAt),
            report.reporter.username,
            report.reason,
            report.message.id,
            report.message.room,
            report.reported.username,
            report.reported.content,
            iso(report.reported.createdAt),
            iso(report.reported.editedAt),
            fateOf(report),
            report.isAuthorGone,
            report.message.content,
          ]);
          return { rows, next };
        }),
    )
    .get(
      paths.admin.download("audit"),
      describe(() => ({
        group: "instance",
        id: "downloadAudit",
        summary: "Download the audit log as CSV",
        access: "administrators",
        query: auditQuery.extend(layoutQuery.shape),
        answer: {
          text: "CSV with a byte order mark",
          type: "text/csv",
          example: "id,at,actor,action,target,reason\r\n",
        },
      })),
      (c) => {
        const { after: _, ...filter } = readQuery(c, auditQuery);
        return file<number>(c, "audit", AUDIT, async (before) => {
          const { items, next } = await app.store.audit.list(filter, { before, limit: ROWS_AT_ONCE });
          const rows = items.map(({ id, at, actor, action, target, reason }) => [
            id,
            iso(at),
            actor,
            action,
            target,
            reason,
          ]);
          return { rows, next };
        });
      },
    );
}
