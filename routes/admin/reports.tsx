import { Hono } from "hono";
import type { MessageId, Report } from "../../db/model.ts";
import { type Case, ReportsPage } from "../../views/admin/reports.tsx";
import { TEXT_AT_ONCE } from "../../db/text_at_once.ts";
import { paths } from "../../views/paths.ts";
import { drawAhead } from "../../ws/dialect/html.tsx";
import { requireViewer } from "../authenticate.ts";
import type { App, Env } from "../env.ts";
import { wantsPage } from "../negotiate.ts";
import { act, answer, readFields } from "./act.ts";
import { reportJson } from "./json.ts";
import { givenQuery, idIn, PAGE, pageQuery, readQuery } from "./query.ts";
import { shellOf } from "./shell.ts";

/** What an administrator does about a report. */
export const ACTS = ["dismiss", "delete", "warn", "block"] as const;

/** Messages shown before and after the one that is reported. */
const AROUND = 3;

export function reportsRoutes(app: App): Hono<Env> {
  /**
   * As many of these as are shown at once, with what was said around each. Reports of one message are one case, but a
   * program is told of each by itself.
   */
  async function open(waiting: readonly Report[]): Promise<{ items: readonly Report[]; cases: Map<MessageId, Case> }> {
    const cases = new Map<MessageId, Case>();
    let total = 0;
    for (const [at, report] of waiting.entries()) {
      const { message } = report;
      const known = cases.get(message.id);
      const context = known?.context ?? await app.store.insight.around(message, AROUND);
      total += context.reduce((bytes, { content }) => bytes + Buffer.byteLength(content), 0);
      if (total > TEXT_AT_ONCE && at > 0) return { items: waiting.slice(0, at), cases };
      cases.set(message.id, { message, context, reports: [...known?.reports ?? [], report] });
    }
    return { items: waiting, cases };
  }

  return new Hono<Env>()
    .get(paths.admin.reports, async (c) => {
      const { after } = readQuery(c, pageQuery);
      const waiting = await app.store.reports.waiting({ before: after, limit: PAGE });
      const { items, cases } = await open(waiting.items);
      const next = items.length < waiting.items.length ? items.at(-1)?.id : waiting.next;
      if (!wantsPage(c)) {
        const reports = items.map((each) => reportJson(each, cases.get(each.message.id)?.context ?? []));
        return c.json({ reports, next: next ?? null });
      }
      await drawAhead(requireViewer(c).user.id, [...cases.values()].flatMap(({ context }) => context));
      const shell = await shellOf(app, c);
      return c.html(<ReportsPage shell={shell} cases={[...cases.values()]} query={givenQuery(c)} next={next} />);
    })
    .post(paths.admin.report(":id", ":act"), async (c) => {
      const name = ACTS.find((each) => each === c.req.param("act"));
      if (name === undefined) return c.notFound();
      const report = idIn(c, "Report");
      const fields = await readFields(c);
      await act(app, c, `report_${name}`, { report });
      return answer(c, `report_${name}`, paths.admin.reports, fields);
    });
}
