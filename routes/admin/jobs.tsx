import { type Context, Hono } from "hono";
import { JobsPage } from "../../views/admin/jobs.tsx";
import { paths } from "../../views/paths.ts";
import type { App, Env } from "../env.ts";
import { wantsPage } from "../negotiate.ts";
import { act, answer, readFields } from "./act.ts";
import { jobJson } from "./json.ts";
import { givenQuery, idIn, PAGE, pageQuery, readQuery } from "./query.ts";
import { shellOf } from "./shell.ts";

export function jobsRoutes(app: App): Hono<Env> {
  const settle = (type: "retry_job" | "discard_job") => async (c: Context<Env>) => {
    const job = idIn(c, "Job");
    const fields = await readFields(c);
    await act(app, c, type, { job });
    return answer(c, type, paths.admin.jobs, fields);
  };

  return new Hono<Env>()
    .get(paths.admin.jobs, async (c) => {
      const { after } = readQuery(c, pageQuery);
      const { items, next } = await app.store.jobs.listFailed({ before: after, limit: PAGE });
      if (!wantsPage(c)) return c.json({ jobs: items.map(jobJson), next: next ?? null });
      return c.html(<JobsPage shell={await shellOf(app, c)} jobs={items} query={givenQuery(c)} next={next} />);
    })
    .post(paths.admin.job(":id", "retry"), settle("retry_job"))
    .post(paths.admin.job(":id", "discard"), settle("discard_job"));
}
