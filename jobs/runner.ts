import { randomUUID } from "node:crypto";
import type { Log } from "../db/log.ts";
import type { Metrics } from "../db/metrics.ts";
import type { Job } from "../db/model.ts";
import type { Store } from "../db/store.ts";
import type { Bus } from "../ws/bus/bus.ts";
import { atMost, type Clock, every } from "../ws/clock.ts";
import type { JobKind } from "./job_kind.ts";
import { retryDelay } from "./retry_delay.ts";

/** Duration of a claim unless renewed, in ms. After a crash, another process can take the job over after this time. */
export const LEASE = 60_000;

/** Interval of polling for jobs added by other processes, in ms. */
export const POLL = 30_000;

/** Delay after the store failed, in ms. */
const STORE_RETRY = 10_000;

/** Jobs that run at once. */
const CONCURRENCY = 4;

/** Time an aborted job has to end, in ms. */
const ABORT = 1000;

/** A clock that goes back by more than this was set, in ms. */
const CLOCK_STEP = 1000;

/**
 * Claims due jobs, runs them, and retries failures. Several processes may each run one on the same store: a job has one
 * claim at a time. Sleeps until the earliest job is due or the bus publishes `job_added`.
 */
export class JobRunner {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #random: () => number;
  readonly #running = new Map<AbortController, Promise<void>>();
  /** Identifies this runner's claims. */
  readonly #id = randomUUID();
  #claims = 0;
  #polling: Promise<void> | undefined;
  #isWoken = false;
  #isFailing = false;
  #isStopped = false;
  /** When the schedules were last checked; undefined: never. */
  #scheduledAt: number | undefined;
  #cancel: (() => void) | undefined;
  readonly #unsubscribe: () => void;

  constructor({ store, bus, clock, log, metrics, kinds, random = Math.random }: {
    store: Store;
    bus: Bus;
    clock: Clock;
    log: Log;
    metrics: Metrics;
    kinds: readonly JobKind[];
    /** Returns 0 to 1, for the jitter of retry delays. */
    random?: () => number;
  }) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#metrics = metrics;
    this.#kinds = new Map(kinds.map((each) => [each.kind, each]));
    this.#random = random;
    this.#unsubscribe = bus.subscribe("jobs", () => this.#wake());
    this.#wake();
  }

  /** Stops claiming jobs. Running jobs have `ms` to end and are then aborted; they run again after the next start. */
  async stop(ms: number): Promise<void> {
    this.#isStopped = true;
    this.#unsubscribe();
    this.#cancel?.();
    const ended = async () => {
      await this.#polling;
      await Promise.all(this.#running.values());
    };
    await atMost(this.#clock, ms, ended());
    if (this.#running.size === 0 && !this.#polling) return;
    for (const controller of this.#running.keys()) controller.abort(new Error("The program stops"));
    await atMost(this.#clock, ABORT, ended());
  }

  #wake(): void {
    this.#isWoken = true;
    if (this.#isStopped || this.#polling) return;
    this.#cancel?.();
    this.#polling = this.#poll().finally(() => this.#polling = undefined);
  }

  async #poll(): Promise<void> {
    let wait = POLL;
    while (this.#isWoken && !this.#isStopped) {
      this.#isWoken = false;
      try {
        await this.#keepSchedules();
        wait = await this.#claimDue();
        if (this.#isFailing) this.#log("info", "Jobs run again");
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) this.#log("warn", "Cannot claim jobs", { error });
        this.#isFailing = true;
        wait = STORE_RETRY;
      }
    }
    if (!this.#isStopped) this.#cancel = this.#clock.after(wait, () => this.#wake());
  }

  /** At startup, and after the clock was set back, since runs planned with the wrong time would come too late. */
  async #keepSchedules(): Promise<void> {
    const now = this.#clock.now();
    const isKept = this.#scheduledAt !== undefined && now >= this.#scheduledAt - CLOCK_STEP;
    if (!isKept) {
      for (const { kind, schedule } of this.#kinds.values()) {
        if (schedule) await this.#store.jobs.schedule(kind, { runAt: now + schedule.first, lease: LEASE }, now);
      }
    }
    this.#scheduledAt = now;
  }

  /** Starts due jobs. Resolves to the delay until the next one, in ms. */
  async #claimDue(): Promise<number> {
    const kinds = [...this.#kinds.keys()];
    while (!this.#isStopped && this.#running.size < CONCURRENCY) {
      const at = await this.#store.jobs.nextAt(kinds);
      const now = this.#clock.now();
      if (at === undefined) return POLL;
      if (at > now) return Math.min(at - now, POLL);
      const lease = `${this.#id}:${++this.#claims}`;
      const job = await this.#store.jobs.claim({ kinds, lease, until: now + LEASE }, now);
      if (job && this.#isStopped) await this.#store.jobs.release(job, now);
      else if (job) this.#begin(job);
    }
    // The next job that ends wakes the runner.
    return POLL;
  }

  #begin(job: Job): void {
    const controller = new AbortController();
    const ended = this.#run(job, controller).catch((error) => {
      // The lease expires, and the job is claimed again.
      this.#log("warn", "Cannot write down how a job ended", { job: job.id, kind: job.kind, error });
    }).finally(() => {
      this.#running.delete(controller);
      this.#wake();
    });
    this.#running.set(controller, ended);
  }

  async #run(job: Job, controller: AbortController): Promise<void> {
    const kind = this.#kinds.get(job.kind)!;
    const { signal } = controller;
    const stopRenewing = every(this.#clock, LEASE / 3, () => void this.#renew(job, controller));
    try {
      // The last claim ended without a result: the process died while the job ran.
      if (!kind.schedule && job.attempts > kind.tries) throw new Error("The process ended while the job ran");
      const nextAt = await kind.run(job.payload, { signal, now: () => this.#clock.now() });
      stopRenewing();
      await this.#store.jobs.done(job, kind.schedule ? nextAt ?? this.#clock.now() + POLL : undefined);
      this.#metrics.jobsRun.done += 1;
    } catch (error) {
      stopRenewing();
      if (signal.aborted) return await this.#store.jobs.release(job, this.#clock.now());
      await this.#fail(job, kind, error instanceof Error ? error : new Error(String(error)));
    } finally {
      stopRenewing();
    }
  }

  async #renew(job: Job, controller: AbortController): Promise<void> {
    try {
      if (await this.#store.jobs.renew(job, this.#clock.now() + LEASE)) return;
      controller.abort(new Error("The claim has passed to another process"));
    } catch {
      // The next renewal is before the lease ends.
    }
  }

  async #fail(job: Job, kind: JobKind, error: Error): Promise<void> {
    const { id, attempts } = job;
    const { level, event, facts = () => ({ error }) } = kind.failure;
    const now = this.#clock.now();
    const isOver = attempts >= kind.tries;
    const isGivenUp = isOver && !kind.schedule;
    this.#metrics.jobsRun.failed += 1;
    this.#log(level, event, { ...facts(error), attempts });
    if (isGivenUp) this.#log("error", "Job given up", { job: id, kind: kind.kind, attempts });
    await this.#store.jobs.failed(job, {
      error: error.message,
      retryAt: isGivenUp ? undefined : now + retryDelay(attempts, kind.retry, this.#random),
      failedAt: isOver ? now : undefined,
    });
  }
}
