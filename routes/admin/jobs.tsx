import { type Context, Hono } from "hono";
import * as z from "zod";
import { JobsPage } from "../../views/admin/jobs.tsx";
import { paths } from "../../views/paths.ts";
import type { App, Env } from "../env.ts";
import { wantsPage } from "../negotiate.ts";
import { describe } from "../openapi/describe.ts";
import { act, answer, readFields } from "./act.ts";
import { done } from "./done.ts";
import { jobJson } from "./json.ts";
import { givenQuery, idIn, PAGE, pageQuery, readQuery } from "./query.ts";
import { shellOf } from "./shell.ts";

export function jobsRoutes(app: App): Hono<Env> {
  const resolve = (type: "retry_job" | "discard_job") => async (c: Context<Env>) => {
    const job = idIn(c, "Job");
    const fields = await readFields(c);
    await act(app, c, type, { job });
    return answer(c, type, paths.admin.jobs, fields);
  };

  return new Hono<Env>()
    .get(
      paths.admin.jobs,
      describe((s) => ({
        group: "instance",
        id: "listFailedJobs",
        summary: "List failed jobs",
        description: "Background jobs that have failed repeatedly.",
        access: "administrators",
        query: pageQuery,
        answer: {
          text: "A page of failed jobs, newest first",
          schema: z.object({ jobs: z.array(s.FailedJob), next: s.next(z.number()) }),
          example: {
            jobs: [{
              id: 1,
              kind: "backup",
              attempts: 3,
              error: "no space left on device",
              created_at: "2026-01-01T12:00:00.000Z",
              failed_at: "2026-01-02T12:00:00.000Z",
              next_try_at: "2026-01-02T12:10:00.000Z",
            }],
            next: null,
          },
        },
      })),
      async (c) => {
        const { after } = readQuery(c, pageQuery);
        const { items, next } = await app.store.jobs.listFailed({ before: after, limit: PAGE });
        if (!wantsPage(c)) return c.json({ jobs: items.map(jobJson), next: next ?? null });
        return c.html(<JobsPage shell={await shellOf(app, c)} jobs={items} query={givenQuery(c)} next={next} />);
      },
    )
    .post(
      paths.admin.job(":id", "retry"),
      describe((s) => ({
        group: "instance",
        id: "retryJob",
        summary: "Retry a failed job",
        access: "administrators",
        params: z.object({ id: s.id.meta({ description: "The job's id" }) }),
        example: { params: { id: "1" } },
        answer: { text: "The job runs now", schema: s.done(done.retry_job), example: { message: done.retry_job } },
      })),
      resolve("retry_job"),
    )
    .post(
      paths.admin.job(":id", "discard"),
      describe((s) => ({
        group: "instance",
        id: "discardJob",
        summary: "Discard a failed job",
        description: "A scheduled job is kept, and listed again after further repeated failures.",
        access: "administrators",
        params: z.object({ id: s.id.meta({ description: "The job's id" }) }),
        example: { params: { id: "1" } },
        answer: {
          text: "The job was discarded",
          schema: s.done(done.discard_job),
          example: { message: done.discard_job },
        },
      })),
      resolve("discard_job"),
    );
}
