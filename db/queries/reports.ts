import { type Kysely, sql } from "kysely";
import { record } from "./audit.ts";
import type { Connections } from "./connections.ts";
import { ChatError } from "../errors.ts";
import type { Report, ReportId, UserId } from "../model.ts";
import { selectMessages, toMessage } from "./messages.ts";
import { person } from "./person.ts";
import type { Schema } from "../schema/tables.ts";
import { type Reports, REPORTS_AN_HOUR, REPORTS_WAITING } from "../store.ts";

const HOUR = 60 * 60 * 1000;

function selectReports(db: Kysely<Schema>) {
  return selectMessages(db)
    .innerJoin("reports", "reports.message_id", "messages.id")
    .innerJoin("users as reporters", "reporters.id", "reports.reporter_id")
    .select([
      "reports.id as report_id",
      "reports.reason",
      "reports.created_at as reported_at",
      "reports.author as reported_author",
      "reports.content as reported_content",
      "reports.said_at",
      "reports.edited_at as reported_edited_at",
      "reporters.id as reporter_id",
      "reporters.deleted_at as reporter_deleted_at",
      sql<string>`case when reporters.deleted_at is null then reporters.username else 'deleted user' end`
        .as("reporter"),
    ])
    .where("reports.resolved_at", "is", null);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectReports>["execute"]>>[number];

function toReport(row: Row): Report {
  return {
    id: row.report_id,
    message: toMessage(row),
    reported: {
      username: row.reported_author,
      content: row.reported_content,
      createdAt: row.said_at,
      editedAt: row.reported_edited_at,
    },
    isAuthorGone: row.author_deleted_at !== null,
    reporter: person(row.reporter_id, row.reporter, row.reporter_deleted_at),
    reason: row.reason,
    createdAt: row.reported_at,
  };
}

/** Throws `rate_limited` when the user has reached a limit of reports. */
async function keepWithinLimits(db: Kysely<Schema>, reporter: UserId, now: number): Promise<void> {
  const recent = await db.selectFrom("reports").select("created_at").where("reporter_id", "=", reporter)
    .where("created_at", ">", now - HOUR).orderBy("created_at", "desc").limit(REPORTS_AN_HOUR).execute();
  if (recent.length === REPORTS_AN_HOUR) {
    const wait = recent.at(-1)!.created_at + HOUR - now;
    throw new ChatError("rate_limited", `Too many reports, try again in ${Math.ceil(wait / 60_000)} minutes`, {
      retryAfter: Math.ceil(wait / 1000),
    });
  }
  const { waiting } = await db.selectFrom("reports").select((e) => e.fn.countAll<number>().as("waiting"))
    .where("reporter_id", "=", reporter).where("resolved_at", "is", null).executeTakeFirstOrThrow();
  if (waiting < REPORTS_WAITING) return;
  throw new ChatError("rate_limited", "Too many of your reports are unresolved, try again later", {
    retryAfter: HOUR / 1000,
  });
}

export function reports({ read, write }: Connections): Reports {
  return {
    add({ message, reporter, reason, limited = true }, now) {
      return write(async (db) => {
        const known = await db.selectFrom("reports").select(["id", "resolved_at"]).where("message_id", "=", message.id)
          .where("reporter_id", "=", reporter.id).executeTakeFirst();
        // A message edited after its report was resolved can be reported again.
        if (known && (known.resolved_at === null || (message.editedAt ?? 0) <= known.resolved_at)) return false;
        const there = await db.selectFrom("messages").select("id").where("id", "=", message.id).executeTakeFirst();
        if (!there) throw new ChatError("not_found", "Message not found");
        if (limited) await keepWithinLimits(db, reporter.id, now);
        if (known) await db.deleteFrom("reports").where("id", "=", known.id).execute();
        await db.insertInto("reports").values({
          message_id: message.id,
          reporter_id: reporter.id,
          reason,
          created_at: now,
          author: message.author.username,
          content: message.content,
          said_at: message.createdAt,
          edited_at: message.editedAt,
        }).execute();
        await record(db, { at: now, by: reporter, action: "report", target: message.author, reason });
        return true;
      });
    },

    async waiting({ before, limit }) {
      let query = selectReports(read);
      if (before !== undefined) query = query.where("reports.id", "<", before as ReportId);
      const rows = await query.orderBy("reports.id", "desc").limit(limit + 1).execute();
      const next = rows.length > limit ? rows[limit - 1]!.report_id : undefined;
      return { items: rows.slice(0, limit).map(toReport), next };
    },

    async find(id) {
      const row = await selectReports(read).where("reports.id", "=", id).executeTakeFirst();
      return row && toReport(row);
    },

    async count() {
      const { count } = await read.selectFrom("reports").select((e) => e.fn.countAll<number>().as("count"))
        .where("resolved_at", "is", null).executeTakeFirstOrThrow();
      return count;
    },

    async resolve(report, resolution, by, now) {
      await write(async (db) => {
        // Resolving one report of a message resolves all of them.
        const [result] = await db.updateTable("reports").set({ resolved_at: now, resolution, content: "" })
          .where("message_id", "=", report.message.id).where("resolved_at", "is", null).execute();
        if ((result?.numUpdatedRows ?? 0n) === 0n) return;
        await record(db, {
          at: now,
          by,
          action: "resolve_report",
          target: report.message.author,
          reason: resolution,
        });
      });
    },
  };
}
