import { Hono } from "hono";
import { ChatError } from "../../db/errors.ts";
import type { MessageId, Report, ReportId, User } from "../../db/model.ts";
import { whyNot } from "../../db/policy.ts";
import { QuestionPage } from "../../views/admin/question.tsx";
import { ASKED, questionAbout } from "../../views/admin/report_questions.tsx";
import { type Case, ReportsPage } from "../../views/admin/reports.tsx";
import { paths } from "../../views/paths.ts";
import type { App, Env } from "../env.ts";
import { wantsPage } from "../negotiate.ts";
import { act, answer, backTo, readFields } from "./act.ts";
import { requireAdministrator } from "./guard.ts";
import { reportJson } from "./json.ts";
import { givenQuery, idIn, PAGE, pageQuery, readQuery } from "./query.ts";
import { shellOf } from "./shell.ts";

/** What an administrator does about a report. */
export const ACTS = ["dismiss", "delete", "warn", "block"] as const;

/** Messages shown before and after the one that is reported. */
const AROUND = 3;

export function reportsRoutes(app: App): Hono<Env> {
  /** Reports of one message are one case. */
  async function cases(reports: readonly Report[], actor: User): Promise<Map<MessageId, Case>> {
    const only = await app.store.insight.onlyAdministrator();
    const byMessage = Map.groupBy(reports, ({ message }) => message.id);
    const found = new Map<MessageId, Case>();
    for (const [id, [first, ...rest]] of byMessage) {
      if (!first) continue;
      const { author } = first.message;
      const context = await app.store.insight.around(first.message, AROUND);
      const whyNoBlock = whyNot("block", actor, author, author.id === only) ??
        ((await app.store.users.find(author.id))?.isBlocked ? "The author is blocked already" : undefined);
      found.set(id, { message: first.message, reports: [first, ...rest], context, whyNoBlock });
    }
    return found;
  }

  return new Hono<Env>()
    .get(paths.admin.reports, async (c) => {
      const { after } = readQuery(c, pageQuery);
      const { items, next } = await app.store.reports.waiting({ before: after, limit: PAGE });
      const found = await cases(items, requireAdministrator(c).user);
      if (!wantsPage(c)) {
        const reports = items.map((each) => reportJson(each, found.get(each.message.id)?.context ?? []));
        return c.json({ reports, next: next ?? null });
      }
      const shell = await shellOf(app, c);
      return c.html(<ReportsPage shell={shell} cases={[...found.values()]} query={givenQuery(c)} next={next} />);
    })
    .get(paths.admin.report(":id", ":act"), async (c) => {
      const name = ASKED.find((each) => each === c.req.param("act"));
      if (name === undefined || !wantsPage(c)) return c.notFound();
      const report = await app.store.reports.find(idIn(c, "Report") as ReportId);
      if (!report) throw new ChatError("not_found", "Report not found");
      const question = questionAbout(name, report, backTo(c.req.query(), paths.admin.reports));
      return c.html(<QuestionPage shell={await shellOf(app, c)} section="reports" question={question} />);
    })
    .post(paths.admin.report(":id", ":act"), async (c) => {
      const name = ACTS.find((each) => each === c.req.param("act"));
      if (name === undefined) return c.notFound();
      const report = idIn(c, "Report");
      const fields = await readFields(c);
      await act(app, c, `report_${name}`, { reason: fields.reason, report });
      return answer(c, `report_${name}`, paths.admin.reports, fields);
    });
}
