import assert from "node:assert/strict";
import { JOBS_FAILED, JOBS_WAITING, PAYLOAD_MAX, REMOVE_MESSAGES } from "../../db/store.ts";
import type { Job, JobId } from "../../db/model.ts";
import { castOf, T0 } from "../support/cast.ts";
import type { OpenEmpty } from "./store.ts";

const KINDS = ["mail", "push"];

export function jobsContract(name: string, open: OpenEmpty): void {
  Deno.test(`${name}: \`jobs.claim()\` returns due jobs of the given kinds, earliest first, and no claimed job`, async () => {
    await using opened = await open();
    const { jobs } = opened.store;
    assert.equal(await jobs.nextAt(KINDS), undefined);
    await jobs.add({ kind: "mail", payload: { n: 2 }, runAt: T0 + 2 }, T0);
    await jobs.add({ kind: "push", payload: { n: 1 }, runAt: T0 + 1 }, T0);
    await jobs.add({ kind: "other", runAt: T0 }, T0);
    await jobs.add({ kind: "mail", payload: { n: 3 }, runAt: T0 + 100 }, T0);
    assert.equal(await jobs.nextAt(KINDS), T0 + 1);
    const claim = (lease: string, now: number) => jobs.claim({ kinds: KINDS, lease, until: now + 1000 }, now);
    assert.equal(await claim("a", T0), undefined);
    const [first, second, third] = [await claim("b", T0 + 2), await claim("c", T0 + 2), await claim("d", T0 + 2)];
    assert.deepEqual([first?.kind, first?.payload, first?.attempts, first?.lease], ["push", { n: 1 }, 1, "b"]);
    assert.deepEqual([second?.payload, third], [{ n: 2 }, undefined]);
    assert.equal(await jobs.nextAt(KINDS), T0 + 100);
  });

  Deno.test(`${name}: \`jobs.claim()\` expires with its lease, and later calls with that claim change nothing`, async () => {
    await using opened = await open();
    const { jobs } = opened.store;
    await jobs.add({ kind: "mail" }, T0);
    const claim = async (lease: string, now: number) =>
      await jobs.claim({ kinds: KINDS, lease, until: now + 1000 }, now) as Job;
    const first = await claim("a", T0);
    assert.equal(await jobs.renew(first, T0 + 2000), true);
    assert.equal(await claim("b", T0 + 1999), undefined);
    const second = await claim("b", T0 + 2000);
    assert.deepEqual([second.id, second.attempts], [first.id, 2]);
    assert.equal(await jobs.renew(first, T0 + 9000), false);
    await jobs.done(first);
    await jobs.failed(first, { error: "late", failedAt: T0 });
    await jobs.release(first, T0);
    assert.equal(await jobs.nextAt(KINDS), T0 + 3000, "the second claim still holds it");
    await jobs.release(second, T0 + 2500);
    assert.deepEqual([(await claim("c", T0 + 2500)).attempts], [2], "a released claim is void");
    await jobs.done({ id: second.id, lease: "c" });
    assert.deepEqual(await jobs.count(), { waiting: 0, failed: 0 });
  });

  Deno.test(`${name}: \`jobs\` keep a permanently failed job until an administrator retries or discards it`, async () => {
    await using opened = await open();
    const { jobs, audit } = opened.store;
    const { alice } = await castOf(opened.store);
    const ids = [];
    for (const n of [1, 2, 3]) {
      ids.push(await jobs.add({ kind: "mail", payload: { n } }, T0));
      const job = (await jobs.claim({ kinds: KINDS, lease: `${n}`, until: T0 + 1000 }, T0))!;
      await jobs.failed(job, { error: "x".repeat(10_000), failedAt: T0 + n });
    }
    assert.equal(await jobs.nextAt(KINDS), undefined);
    const page = await jobs.listFailed({ limit: 2 });
    assert.deepEqual([page.items.map(({ id }) => id), page.next], [[ids[2], ids[1]], ids[1]]);
    assert.deepEqual([page.items[0]!.error.length, page.items[0]!.nextAt], [500, null]);
    const rest = await jobs.listFailed({ before: page.next!, limit: 2 });
    assert.deepEqual([rest.items.map(({ payload }) => payload), rest.next], [[{ n: 1 }], undefined]);
    assert.deepEqual(await jobs.count(), { waiting: 0, failed: 3 });

    assert.equal(await jobs.retry(ids[0]!, alice, T0 + 10), true);
    assert.equal(await jobs.retry(ids[0]!, alice, T0 + 10), false, "it is already queued");
    assert.equal(await jobs.discard(ids[0]!, alice, T0 + 10), false);
    assert.equal(await jobs.discard(ids[1]!, alice, T0 + 11), true);
    assert.equal(await jobs.retry(4711 as JobId, alice, T0), false);
    assert.equal(await jobs.removeFailed(T0 + 3), 0);
    assert.equal(await jobs.removeFailed(T0 + 4), 1);
    assert.deepEqual(await jobs.count(), { waiting: 1, failed: 0 });
    assert.equal((await jobs.claim({ kinds: KINDS, lease: "z", until: T0 + 99 }, T0 + 10))?.attempts, 1);
    const { items } = await audit.list({}, { limit: 9 });
    assert.deepEqual(items.map(({ actor, action, target }) => [actor, action, target]), [
      ["alice", "discard_job", "mail"],
      ["alice", "retry_job", "mail"],
    ]);
  });

  Deno.test(`${name}: \`jobs\` keep one row per schedule through success and failure, and no clock change postpones it forever`, async () => {
    await using opened = await open();
    const { jobs } = opened.store;
    const schedule = (runAt: number, now: number) => jobs.schedule("mail", { runAt, lease: 1000 }, now);
    await schedule(T0 + 500, T0);
    await schedule(T0 + 900, T0);
    assert.equal(await jobs.nextAt(KINDS), T0 + 500, "it is not postponed");
    await schedule(T0 + 100, T0);
    assert.equal(await jobs.nextAt(KINDS), T0 + 100, "it is brought forward");
    const claim = async (now: number) => (await jobs.claim({ kinds: KINDS, lease: `${now}`, until: now + 1000 }, now))!;
    const job = await claim(T0 + 100);
    await schedule(T0 + 101, T0 + 100);
    assert.equal(await jobs.nextAt(KINDS), T0 + 1100, "but not while it runs");
    await jobs.failed(job, { error: "broken", retryAt: T0 + 2000, failedAt: T0 + 150 });
    assert.deepEqual(await jobs.count(), { waiting: 1, failed: 1 }, "it is listed and retried");
    const { items: [failed] } = await jobs.listFailed({ limit: 1 });
    assert.deepEqual([failed?.nextAt, failed?.attempts], [T0 + 2000, 1]);
    assert.equal(await jobs.discard(failed!.id, "command line", T0), true);
    assert.deepEqual(await jobs.count(), { waiting: 1, failed: 0 }, "the schedule stays");
    assert.equal(await jobs.removeFailed(T0 * 2), 0);
    await jobs.done(await claim(T0 + 2000), T0 + 3000);
    assert.equal(await jobs.nextAt(KINDS), T0 + 3000);
    assert.equal((await claim(T0 + 3000)).attempts, 1, "a success clears the failures");
    await schedule(T0 - 5000, T0 - 9000);
    assert.equal(await jobs.nextAt(KINDS), T0 - 8000, "a lease from the future ends within one lease");
  });

  Deno.test(`${name}: \`jobs\` bound the pending jobs, the failed jobs and the size of each payload`, async () => {
    await using opened = await open();
    const { jobs } = opened.store;
    const adding = Array.from({ length: JOBS_WAITING + 5 }, () => jobs.add({ kind: "mail" }, T0));
    const refused = (await Promise.allSettled(adding)).filter(({ status }) => status === "rejected");
    assert.equal(refused.length, 5);
    await assert.rejects(jobs.add({ kind: "mail" }, T0), { code: "unavailable" });
    await assert.rejects(jobs.add({ kind: "mail", payload: "x".repeat(PAYLOAD_MAX) }, T0), /too long/);
    for (let n = 0; n < JOBS_FAILED + 10; n++) {
      const job = (await jobs.claim({ kinds: KINDS, lease: `${n}`, until: T0 + 1 }, T0))!;
      await jobs.failed(job, { error: "no", failedAt: T0 });
    }
    assert.deepEqual(await jobs.count(), { waiting: JOBS_WAITING - JOBS_FAILED - 10, failed: JOBS_FAILED });
  });

  Deno.test(`${name}: \`jobs.add()\` commits in the transaction of its cause, or not at all`, async () => {
    await using opened = await open();
    const { store } = opened;
    const { alice, bob } = await castOf(store);
    await assert.rejects(store.moderation.deleteAccount(alice.id, "remove", alice, T0), { code: "forbidden" });
    assert.deepEqual(await store.jobs.count(), { waiting: 0, failed: 0 });
    await store.moderation.deleteAccount(bob.id, "remove", alice, T0);
    const at = await store.jobs.nextAt([REMOVE_MESSAGES]);
    const job = await store.jobs.claim({ kinds: [REMOVE_MESSAGES], lease: "a", until: at! + 1 }, at!);
    assert.deepEqual(job?.payload, { user: bob.id, by: alice.id });
  });
}
