import * as z from "zod";
import { ChatError } from "../../../db/errors.ts";
import type { Report, ReportId } from "../../../db/model.ts";
import { can } from "../../../db/policy.ts";
import { reason } from "../../../db/rules.ts";
import { type AnyCommand, command, type CommandContext, type Outcome } from "../../command.ts";
import { roomTopic } from "../../bus/topics.ts";
import { ADMINISTRATORS_ONLY } from "./accounts.ts";

const input = z.object({
  /** Defaults to the reporter's. */
  reason,
  report: z.number({ error: "Report is not a number" }).int("Report is not a whole number").positive(
    "Report is not a positive number",
  ).transform((id) => id as ReportId),
});

async function loadReport({ store, actor }: CommandContext, { report }: { report: ReportId }): Promise<Report> {
  if (!can.administer(actor)) throw new ChatError("forbidden", ADMINISTRATORS_ONLY);
  const found = await store.reports.find(report);
  if (!found) throw new ChatError("not_found", "Report not found");
  return found;
}

function resolveWith(
  type: string,
  run: (context: CommandContext, report: Report, reason: string) => Promise<void>,
): AnyCommand {
  return command({
    type: `report_${type}`,
    input,
    load: loadReport,
    permit: (actor) => can.administer(actor) || ADMINISTRATORS_ONLY,
    async run(context, report, { reason }): Promise<Outcome> {
      await run(context, report, reason || report.reason);
      await context.store.reports.resolve(report, type, context.actor, context.now());
      return { id: report.message.id };
    },
  });
}

/** Acts of administrators on a report. */
export const reports: AnyCommand[] = [
  resolveWith("dismiss", () => Promise.resolve()),

  resolveWith("delete", async ({ store, bus, actor, now }, { message }, reason) => {
    const removed = await store.messages.remove(message.id, actor, now(), reason);
    if (removed) bus.publish(roomTopic(removed.roomId), { type: "message", message: removed });
  }),

  resolveWith("warn", async ({ store, moderator, actor }, { message }, reason) => {
    const author = await store.users.find(message.author.id);
    if (author) await moderator.warn(author, { by: actor, reason: reason || "reported" });
  }),

  resolveWith("block", async ({ store, bus, actor, now }, { message }, reason) => {
    await store.moderation.block(message.author.id, actor, reason || "reported", now());
    bus.publish("people", { type: "user_blocked", user: message.author.id });
  }),
];
