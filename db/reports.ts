import type { Kysely } from "kysely";
import { record } from "./audit.ts";
import type { Connections } from "./connections.ts";
import type { Report, ReportId } from "./model.ts";
import { selectMessages, toMessage } from "./messages.ts";
import type { Schema } from "./schema.ts";
import type { Reports } from "./store.ts";

function selectReports(db: Kysely<Schema>) {
  return selectMessages(db)
    .innerJoin("reports", "reports.message_id", "messages.id")
    .innerJoin("users as reporters", "reporters.id", "reports.reporter_id")
    .select([
      "reports.id as report_id",
      "reports.reason",
      "reports.created_at as reported_at",
      "reporters.id as reporter_id",
      "reporters.username as reporter",
    ])
    .where("reports.resolved_at", "is", null);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectReports>["execute"]>>[number];

function toReport(row: Row): Report {
  return {
    id: row.report_id,
    message: toMessage(row),
    reporter: { id: row.reporter_id, username: row.reporter },
    reason: row.reason,
    createdAt: row.reported_at,
  };
}

export function reports({ read, write }: Connections): Reports {
  return {
    add({ message, reporter, reason }, now) {
      return write(async (db) => {
        const [result] = await db.insertInto("reports")
          .values({ message_id: message.id, reporter_id: reporter.id, reason, created_at: now })
          .onConflict((c) => c.columns(["message_id", "reporter_id"]).doNothing()).execute();
        if ((result?.numInsertedOrUpdatedRows ?? 0n) === 0n) return false;
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
        // What settles one report of a message settles all of them.
        const [result] = await db.updateTable("reports").set({ resolved_at: now, resolution })
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
