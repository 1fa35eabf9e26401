import * as z from "zod";
import { Hono } from "hono";
import { ChatError } from "../../db/errors.ts";
import type { MessageId, Report, ReportId, User, UserId } from "../../db/model.ts";
import { whyNot } from "../../db/policy.ts";
import { QuestionPage } from "../../views/admin/question.tsx";
import { questionAbout, reportActNames } from "../../views/admin/report_acts.tsx";
import { type Case, ReportsPage } from "../../views/admin/reports.tsx";
import { TEXT_AT_ONCE } from "../../db/text_at_once.ts";
import { paths } from "../../views/paths.ts";
import { drawAhead } from "../../ws/encoding/html.tsx";
import { requireViewer } from "../authenticate.ts";
import { describe } from "../openapi/describe.ts";
import { reason } from "../../db/rules.ts";
import { done } from "./done.ts";
import type { App, Env } from "../env.ts";
import { wantsPage } from "../negotiate.ts";
import { act, answer, backTo, readFields } from "./act.ts";
import { requireAdministrator } from "./guard.ts";
import { reportJson } from "./json.ts";
import { givenQuery, idIn, PAGE, pageQuery, readQuery } from "./query.ts";
import { shellOf } from "./shell.ts";

/** Messages shown before and after a reported one. */
const AROUND = 3;

export function reportsRoutes(app: App): Hono<Env> {
  /**
   * Groups reports by message, with context, up to `TEXT_AT_ONCE` of text. JSON clients receive each report separately.
   */
  async function open(
    waiting: readonly Report[],
    actor: User,
  ): Promise<{ items: readonly Report[]; cases: Map<MessageId, Case> }> {
    const only = await app.store.admin.onlyAdministrator();
    const cases = new Map<MessageId, Case>();
    let total = 0;
    for (const [at, report] of waiting.entries()) {
      const { message } = report;
      const known = cases.get(message.id);
      const context = known?.context ?? await app.store.admin.around(message, AROUND);
      for (const { content } of [report.reported, ...context]) total += Buffer.byteLength(content);
      if (total > TEXT_AT_ONCE && at > 0) return { items: waiting.slice(0, at), cases };
      const whyNoBlock = known ? known.whyNoBlock : await whyNotBlocked(message.author.id, actor, only);
      cases.set(message.id, { message, context, whyNoBlock, reports: [...known?.reports ?? [], report] });
    }
    return { items: waiting, cases };
  }

  async function whyNotBlocked(author: UserId, actor: User, only: UserId | undefined): Promise<string | undefined> {
    const user = await app.store.users.find(author);
    if (user?.isBlocked) return "The author is already blocked";
    return user && whyNot("block", actor, user, author === only);
  }

  return new Hono<Env>()
    .get(
      paths.admin.reports,
      describe((s) => ({
        group: "messages",
        id: "listReports",
        summary: "List open reports",
        access: "administrators",
        query: pageQuery,
        answer: {
          text: "A page of reports",
          schema: z.object({ reports: z.array(s.Report), next: s.next(z.number()) }),
          example: {
            reports: [{
              id: 1,
              message_id: 1,
              username: "bob",
              reporter: "alice",
              reason: "Spam",
              created_at: "2026-01-01T12:05:00.000Z",
              reported: {
                username: "bob",
                content: "Hello",
                timestamp: "2026-01-01T12:00:00.000Z",
                edited_at: null,
              },
              fate: "unchanged",
              author_deleted: false,
              context: [s.examples.message],
            }],
            next: null,
          },
        },
      })),
      async (c) => {
        const { after } = readQuery(c, pageQuery);
        const waiting = await app.store.reports.waiting({ before: after, limit: PAGE });
        const { items, cases } = await open(waiting.items, requireAdministrator(c).user);
        const next = items.length < waiting.items.length ? items.at(-1)?.id : waiting.next;
        if (!wantsPage(c)) {
          const reports = items.map((each) => reportJson(each, cases.get(each.message.id)?.context ?? []));
          return c.json({ reports, next: next ?? null });
        }
        await drawAhead(requireViewer(c).user.id, [...cases.values()].flatMap(({ context }) => context));
        const shell = await shellOf(app, c);
        return c.html(<ReportsPage shell={shell} cases={[...cases.values()]} query={givenQuery(c)} next={next} />);
      },
    )
    .get(paths.admin.report(":id", ":act"), async (c) => {
      const name = reportActNames.find((each) => each === c.req.param("act"));
      if (name === undefined || !wantsPage(c)) return c.notFound();
      const report = await app.store.reports.find(idIn(c, "Report") as ReportId);
      if (!report) throw new ChatError("not_found", "Report not found");
      const question = questionAbout(name, report, backTo(c.req.query(), paths.admin.reports));
      if (!question) return c.notFound();
      return c.html(<QuestionPage shell={await shellOf(app, c)} section="reports" question={question} />);
    })
    .post(
      paths.admin.report(":id", ":act"),
      describe((s) => ({
        group: "messages",
        id: "settleReport",
        summary: "Resolve a report",
        access: "administrators",
        body: z.object({ reason: reason.meta({ description: "Replaces the reporter's reason" }) }),
        params: z.object({
          id: s.id.meta({ description: "The report's id" }),
          act: z.enum(reportActNames).meta({
            description: "Dismiss the report, delete the message, warn or block its author",
          }),
        }),
        example: { params: { id: "1", act: "dismiss" }, body: { reason: "" } },
        answer: {
          text: "The report was resolved",
          schema: z.object({ message: z.enum(reportActNames.map((act) => done[`report_${act}`])) }),
          example: { message: done.report_dismiss },
        },
      })),
      async (c) => {
        const name = reportActNames.find((each) => each === c.req.param("act"));
        if (name === undefined) return c.notFound();
        const report = idIn(c, "Report");
        const fields = await readFields(c);
        await act(app, c, `report_${name}`, { reason: fields.reason, report });
        return answer(c, `report_${name}`, paths.admin.reports, fields);
      },
    );
}
