import assert from "node:assert/strict";
import type { JobId } from "../../db/model.ts";
import { openAdministration } from "../support/administration.ts";
import { T0 } from "../support/cast.ts";

/** An administration with this many failed jobs of this kind, and a failing schedule. */
async function openWithJobs(count: number, error = "The mail server is away") {
  const app = await openAdministration();
  const { jobs } = app.store;
  const ids: JobId[] = [];
  for (let n = 0; n < count; n++) {
    ids.push(await jobs.add({ kind: "mail", payload: { to: "a secret address" } }, T0));
    const job = (await jobs.claim({ kinds: ["mail"], lease: `${n}`, until: T0 + 1 }, T0))!;
    await jobs.failed(job, { error, failedAt: T0 + 60_000 });
  }
  return { ...app, ids };
}

Deno.test("`GET /admin/jobs` lists failed jobs page by page, without payloads", async () => {
  await using app = await openWithJobs(51);
  const page = await app.get("/admin/jobs");
  assert.deepEqual(page.jobs.length, 50);
  assert.deepEqual(page.jobs[0], {
    id: app.ids.at(-1),
    kind: "mail",
    attempts: 1,
    error: "The mail server is away",
    created_at: new Date(T0).toISOString(),
    failed_at: new Date(T0 + 60_000).toISOString(),
    next_try_at: null,
  });
  const rest = await app.get(`/admin/jobs?after=${page.next}`);
  assert.deepEqual([rest.jobs.map(({ id }: { id: number }) => id), rest.next], [[app.ids[0]], null]);
});

Deno.test("the jobs page shows each failure as text; the navigation counts them, or none", async () => {
  await using app = await openWithJobs(2, "<script>alert(1)</script>");
  const html = await (await app.ask("/admin/jobs", { page: true, cookie: app.cookie })).text();
  assert.match(html, /&lt;script>alert\(1\)|&lt;script&gt;alert\(1\)/);
  assert.doesNotMatch(html, /<script>alert/);
  assert.match(html, /Jobs<span class="admin-count">2<span class="visually-hidden">failed/);
  assert.equal([...html.matchAll(/action="\/admin\/jobs\/\d+\/(retry|discard)"/g)].length, 4);
  for (const id of app.ids) assert.equal((await app.post(`/admin/jobs/${id}/discard`)).status, 200);
  const empty = await (await app.ask("/admin/jobs", { page: true, cookie: app.cookie })).text();
  assert.match(empty, /No failed jobs\./);
  assert.doesNotMatch(empty, /admin-count/);
});

Deno.test("an administrator retries and discards a failed job, by form and JSON, and the audit log records it", async () => {
  await using app = await openWithJobs(3);
  let added = 0;
  app.bus.subscribe("jobs", () => added++);
  const [one, two, three] = app.ids;
  const form = await app.ask(`/admin/jobs/${one}/retry`, { cookie: app.cookie, form: { back: "/admin/jobs" } });
  assert.deepEqual([form.status, form.headers.get("Location")], [303, "/admin/jobs?done=retry_job"]);
  assert.deepEqual(await app.post(`/admin/jobs/${two}/retry`), {
    status: 200,
    body: { message: "Job will run again" },
  });
  assert.deepEqual(await app.post(`/admin/jobs/${three}/discard`), { status: 200, body: { message: "Job discarded" } });
  assert.deepEqual([added, await app.store.jobs.count()], [2, { waiting: 2, failed: 0 }]);
  assert.deepEqual(await app.audit(3), ["alice retry_job mail", "alice retry_job mail", "alice discard_job mail"]);
});

Deno.test("a job that has not failed, is unknown, or is posted from another user's page cannot be settled", async () => {
  await using app = await openWithJobs(1);
  const waiting = await app.store.jobs.add({ kind: "mail" }, T0);
  for (const id of [waiting, 4711, "0", "x"]) {
    for (const act of ["retry", "discard"]) {
      const { status, body } = await app.post(`/admin/jobs/${id}/${act}`);
      assert.deepEqual([status, body], [404, { detail: "Job not found" }]);
    }
  }
  assert.equal((await app.post(`/admin/jobs/${app.ids[0]}/nothing`)).status, 404);
  const foreign = await app.ask(`/admin/jobs/${app.ids[0]}/discard`, { cookie: app.cookie, form: { viewer: "2" } });
  assert.equal(foreign.status, 409);
  assert.deepEqual([(await app.store.jobs.count()).failed, await app.audit(9)], [1, []]);
});

Deno.test("`GET /metrics` counts pending and failed jobs", async () => {
  await using app = await openWithJobs(2);
  await app.store.jobs.add({ kind: "mail" }, T0);
  const text = await (await app.ask("/metrics", { token: app.token })).text();
  assert.match(text, /^chatterbox_jobs_waiting 1$/m);
  assert.match(text, /^chatterbox_jobs_failed 2$/m);
  assert.match(text, /^chatterbox_jobs_run_total\{outcome="failed"\} 0$/m);
});
