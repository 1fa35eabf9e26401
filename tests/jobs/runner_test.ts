import assert from "node:assert/strict";
import { Metrics } from "../../db/metrics.ts";
import type { Store } from "../../db/store.ts";
import type { JobKind, Running } from "../../jobs/job_kind.ts";
import { JobRunner, LEASE, POLL } from "../../jobs/runner.ts";
import { memoryBus } from "../../ws/bus/memory.ts";
import { T0 } from "../support/cast.ts";
import { eventually } from "../support/eventually.ts";
import { ManualClock, turn } from "../support/manual_clock.ts";
import { tempStore } from "../support/temp_store.ts";

/** A kind that does what the test says. */
function kind(name: string, run: JobKind["run"], more: Partial<JobKind> = {}): JobKind {
  return {
    kind: name,
    tries: 3,
    retry: { first: 1000, most: 60_000 },
    failure: { level: "warn", event: `Cannot do ${name}` },
    run,
    ...more,
  };
}

/** A store, a clock, and runners on them, without jitter. */
async function open() {
  const temp = await tempStore();
  const clock = new ManualClock(T0);
  const lines: string[] = [];
  const log = (level: string, event: string) => void lines.push(`${level} ${event}`);
  const bus = memoryBus(log);
  const metrics = new Metrics();
  const runners: JobRunner[] = [];
  return {
    ...temp,
    clock,
    lines,
    metrics,
    bus,
    jobs: temp.store.jobs,
    run(kinds: readonly JobKind[], store: Store = temp.store): JobRunner {
      const runner = new JobRunner({ store, bus, clock, log, metrics, kinds, random: () => 0 });
      runners.push(runner);
      return runner;
    },
    /** Adds a job as a caller does after a commit. */
    async add(kind: string, payload: unknown = {}) {
      const id = await temp.store.jobs.add({ kind, payload }, clock.now());
      bus.publish("jobs", { type: "job_added" });
      await turn();
      return id;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(runners.map((runner) => runner.stop(0)));
      await temp[Symbol.asyncDispose]();
    },
  };
}

Deno.test("`JobRunner` runs an announced job at once with its payload, and removes it", async () => {
  await using test = await open();
  const seen: unknown[] = [];
  test.run([kind("mail", (payload) => Promise.resolve(void seen.push(payload)))]);
  await turn();
  await test.add("mail", { to: "alice" });
  await test.add("mail", { to: "bob" });
  assert.deepEqual(seen, [{ to: "alice" }, { to: "bob" }]);
  assert.deepEqual(await test.jobs.count(), { waiting: 0, failed: 0 });
  assert.deepEqual(test.metrics.jobsRun, { done: 2, failed: 0 });
});

Deno.test("`JobRunner` finds jobs that another process added, and later ones when they are due", async () => {
  await using test = await open();
  const seen: unknown[] = [];
  test.run([kind("mail", (payload) => Promise.resolve(void seen.push(payload)))]);
  await turn();
  await test.jobs.add({ kind: "mail", payload: 1 }, T0);
  await test.jobs.add({ kind: "mail", payload: 2, runAt: T0 + POLL + 500 }, T0);
  await test.clock.advance(POLL - 1);
  assert.deepEqual(seen, []);
  await test.clock.advance(1);
  assert.deepEqual(seen, [1]);
  await test.clock.advance(499);
  assert.deepEqual(seen, [1]);
  await test.clock.advance(1);
  assert.deepEqual(seen, [1, 2]);
});

Deno.test("`JobRunner` queries the store once per poll while nothing is due, and writes nothing", async () => {
  await using test = await open();
  const calls: string[] = [];
  const noted = Object.entries(test.jobs).map(([name, method]) => [name, (...args: unknown[]) => {
    calls.push(name);
    return method(...args);
  }]);
  const jobs = Object.fromEntries(noted) as Store["jobs"];
  test.run([kind("mail", () => Promise.resolve())], { ...test.store, jobs });
  await turn();
  await test.clock.advance(10 * POLL);
  assert.deepEqual(calls, Array(11).fill("nextAt"));
});

Deno.test("`JobRunner` retries a failed job with growing delays, then gives up and keeps it listed", async () => {
  await using test = await open();
  const tries: number[] = [];
  const run = () => {
    tries.push(test.clock.now() - T0);
    return Promise.reject(new Error("The mail server is away"));
  };
  test.run([kind("mail", run)]);
  const id = await test.add("mail", { to: "alice" });
  await test.clock.advance(60 * 60 * 1000);
  assert.deepEqual(tries, [0, 1000, 3000]);
  assert.deepEqual(await test.jobs.count(), { waiting: 0, failed: 1 });
  const { items } = await test.jobs.listFailed({ limit: 10 });
  assert.deepEqual(items, [{
    id,
    kind: "mail",
    payload: { to: "alice" },
    attempts: 3,
    createdAt: T0,
    failedAt: T0 + 3000,
    error: "The mail server is away",
    nextAt: null,
  }]);
  assert.deepEqual(test.lines, [...Array(3).fill("warn Cannot do mail"), "error Job given up"]);
  assert.deepEqual(test.metrics.jobsRun, { done: 0, failed: 3 });
});

Deno.test("`JobRunner` runs a failed job once more when an administrator retries it", async () => {
  await using test = await open();
  let isAway = true;
  let tries = 0;
  const run = () => {
    tries++;
    return isAway ? Promise.reject(new Error("away")) : Promise.resolve();
  };
  test.run([kind("mail", run)]);
  const id = await test.add("mail");
  await test.clock.advance(60_000);
  assert.equal(tries, 3);
  const retry = async () => {
    assert.equal(await test.jobs.retry(id, "command line", test.clock.now()), true);
    test.bus.publish("jobs", { type: "job_added" });
    await turn();
  };
  await retry();
  assert.equal(tries, 4);
  assert.deepEqual(await test.jobs.count(), { waiting: 0, failed: 1 }, "it has failed again");
  isAway = false;
  await retry();
  assert.deepEqual([tries, await test.jobs.count()], [5, { waiting: 0, failed: 0 }]);
});

Deno.test("`JobRunner` keeps one row per schedule, reruns it as the schedule says, and never gives up: administrators see the failure", async () => {
  await using test = await open();
  const runs: number[] = [];
  let isBroken = false;
  const run = (_: unknown, { now }: Running) => {
    runs.push(now() - T0);
    return isBroken ? Promise.reject(new Error("broken")) : Promise.resolve(now() + 10_000);
  };
  test.run([kind("sweep", run, { schedule: { first: 2000 } })]);
  await turn();
  await test.clock.advance(22_000);
  assert.deepEqual(runs, [2000, 12_000, 22_000]);
  isBroken = true;
  await test.clock.advance(10_000 + 1000 + 2000 + 4000);
  assert.deepEqual(runs.slice(3), [32_000, 33_000, 35_000, 39_000]);
  const { items: [failed] } = await test.jobs.listFailed({ limit: 10 });
  assert.deepEqual([failed?.kind, failed?.attempts, failed?.nextAt], ["sweep", 4, T0 + 47_000]);
  isBroken = false;
  await test.clock.advance(8000);
  assert.deepEqual(await test.jobs.count(), { waiting: 1, failed: 0 });
});

Deno.test("`JobRunner` in two processes runs each job and each schedule once at a time", async () => {
  await using test = await open();
  await using other = await test.again();
  let running = 0;
  const most: number[] = [];
  const runs: string[] = [];
  const run = async (payload: unknown, { now }: Running) => {
    most.push(++running);
    runs.push(JSON.stringify(payload));
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return now() + 60_000;
  };
  const kinds = [kind("sweep", run, { schedule: { first: 1000 } })];
  test.run(kinds);
  test.run(kinds, other);
  await turn();
  await test.clock.advance(1000);
  assert.deepEqual([runs, Math.max(...most)], [["{}"], 1]);
  const seen: unknown[] = [];
  const mail = kind("mail", (payload) => Promise.resolve(void seen.push(payload)));
  test.run([mail]);
  test.run([mail], other);
  await turn();
  for (let n = 0; n < 20; n++) await test.jobs.add({ kind: "mail", payload: n }, test.clock.now());
  test.bus.publish("jobs", { type: "job_added" });
  // A lease must not end while a job runs: the clock moves once all are done.
  await eventually(async () => (await test.jobs.count()).waiting === 1);
  await test.clock.advance(POLL);
  await test.clock.advance(POLL);
  assert.deepEqual(seen.sort((a, b) => Number(a) - Number(b)), Array.from({ length: 20 }, (_, n) => n));
});

Deno.test("`JobRunner` reclaims the job of a dead process when its lease has ended, and not that of a live one", async () => {
  await using test = await open();
  const id = await test.jobs.add({ kind: "mail" }, T0);
  const dead = await test.jobs.claim({ kinds: ["mail"], lease: "dead", until: T0 + LEASE }, T0);
  assert.equal(dead?.id, id);
  const runs: number[] = [];
  const end = Promise.withResolvers<void>();
  test.run([kind("mail", () => {
    runs.push(test.clock.now() - T0);
    return end.promise;
  })]);
  await turn();
  await test.clock.advance(LEASE - 1);
  assert.deepEqual(runs, []);
  await test.clock.advance(1);
  assert.deepEqual(runs, [LEASE]);
  // It takes ten leases and is renewed: nobody else claims it.
  await test.clock.advance(10 * LEASE);
  assert.deepEqual(await test.jobs.claim({ kinds: ["mail"], lease: "other", until: 0 }, test.clock.now()), undefined);
  await test.jobs.done(dead!);
  assert.equal((await test.jobs.count()).waiting, 1, "an expired claim changes nothing");
  end.resolve();
  await turn();
  assert.deepEqual([runs.length, await test.jobs.count()], [1, { waiting: 0, failed: 0 }]);
});

Deno.test("`JobRunner` gives up a job that crashes the process every time", async () => {
  await using test = await open();
  await test.jobs.add({ kind: "mail" }, T0);
  for (let n = 0; n < 3; n++) await test.jobs.claim({ kinds: ["mail"], lease: `${n}`, until: T0 }, T0);
  let runs = 0;
  test.run([kind("mail", () => Promise.resolve(void runs++))]);
  await turn();
  const { items: [failed] } = await test.jobs.listFailed({ limit: 10 });
  assert.deepEqual([runs, failed?.error], [0, "The process ended while the job ran"]);
});

Deno.test("`JobRunner` runs four jobs at once, and the next when one ends", async () => {
  await using test = await open();
  const ends: PromiseWithResolvers<void>[] = [];
  test.run([kind("mail", () => {
    const end = Promise.withResolvers<void>();
    ends.push(end);
    return end.promise;
  })]);
  await turn();
  for (let n = 0; n < 6; n++) await test.add("mail");
  assert.equal(ends.length, 4);
  ends[0]!.resolve();
  await turn();
  assert.equal(ends.length, 5);
  for (const end of ends) end.resolve();
  await turn();
  assert.equal(ends.length, 6);
  ends[5]!.resolve();
});

Deno.test("`JobRunner.stop()` waits for the running job and starts no other", async () => {
  await using test = await open();
  const end = Promise.withResolvers<void>();
  let runs = 0;
  const runner = test.run([kind("mail", () => {
    runs++;
    return end.promise;
  })]);
  await turn();
  await test.add("mail");
  let isStopped = false;
  const stopped = runner.stop(5000).then(() => isStopped = true);
  await test.clock.advance(4999);
  assert.equal(isStopped, false);
  await test.add("mail");
  end.resolve();
  await stopped;
  assert.deepEqual([runs, await test.jobs.count()], [1, { waiting: 1, failed: 0 }]);
});

Deno.test("`JobRunner.stop()` aborts a job after the timeout; the next start runs it at once, without counting a failure", async () => {
  await using test = await open();
  let reason: unknown;
  const runner = test.run([
    kind("mail", (_, { signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => {
          reason = signal.reason;
          reject(signal.reason);
        })
      )),
  ]);
  await turn();
  await test.add("mail");
  const stopped = runner.stop(5000);
  await test.clock.advance(5000);
  await stopped;
  assert.match(String(reason), /The program stops/);
  let attempts = 0;
  const { claim } = test.jobs;
  test.run([kind("mail", () => Promise.resolve())], {
    ...test.store,
    jobs: {
      ...test.jobs,
      async claim(how, now) {
        const job = await claim(how, now);
        attempts = job?.attempts ?? attempts;
        return job;
      },
    },
  });
  await turn();
  assert.deepEqual([attempts, await test.jobs.count()], [1, { waiting: 0, failed: 0 }]);
  assert.deepEqual(test.lines, []);
});

Deno.test("`JobRunner` logs once that the store cannot be read, and continues when it can", async () => {
  await using test = await open();
  let isBroken = true;
  let runs = 0;
  const jobs = {
    ...test.jobs,
    nextAt: (kinds: readonly string[]) => isBroken ? Promise.reject(new Error("disk")) : test.jobs.nextAt(kinds),
  };
  test.run([kind("mail", () => Promise.resolve(void runs++))], { ...test.store, jobs });
  await test.add("mail");
  await test.clock.advance(60_000);
  assert.deepEqual([test.lines, runs], [["warn Cannot claim jobs"], 0]);
  isBroken = false;
  await test.clock.advance(10_000);
  assert.deepEqual([test.lines, runs], [["warn Cannot claim jobs", "info Jobs run again"], 1]);
});

Deno.test("`JobRunner` does not postpone a schedule by a year after the clock was a year ahead", async () => {
  await using test = await open();
  const YEAR = 365 * 24 * 60 * 60 * 1000;
  const runs: number[] = [];
  test.clock.set(T0 + YEAR);
  const run = (_: unknown, { now }: Running) => {
    runs.push(now() - T0);
    return Promise.resolve(now() + 10_000);
  };
  test.run([kind("sweep", run, { schedule: { first: 2000 } })]);
  await turn();
  await test.clock.advance(2000);
  assert.deepEqual(runs, [YEAR + 2000]);
  test.clock.set(T0);
  test.bus.publish("jobs", { type: "job_added" });
  await turn();
  await test.clock.advance(2000);
  assert.deepEqual(runs, [YEAR + 2000, 2000]);
});
