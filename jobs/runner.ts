import { randomUUID } from "node:crypto";
import type { Log } from "../db/log.ts";
import type { Metrics } from "../db/metrics.ts";
import type { Job } from "../db/model.ts";
import type { Store } from "../db/store.ts";
import type { Bus } from "../ws/bus/bus.ts";
import { atMost, type Clock, every } from "../ws/clock.ts";
import type { JobKind } from "./job_kind.ts";
import { retryDelay } from "./retry_delay.ts";

/** How long a claim lasts unless it is renewed, in ms. So long after a crash another process may take the job over. */
export const LEASE = 60_000;

/** How often to check for jobs that another process has added, in ms. */
export const POLL = 30_000;

/** How long to wait when the store cannot be asked, in ms. */
const STORE_RETRY = 10_000;

/** Jobs that run at once. */
const CONCURRENCY = 4;

/** How long an aborted job may take to end, in ms. */
const ABORT = 1000;

/** A clock that goes back by more than this has been set, in ms. */
const CLOCK_STEP = 1000;

/**
 * Claims jobs when they are due, runs them, and repeats what fails. Any number of processes may run one on the same store:
 * a job is held by one of them at a time. Between two jobs it waits for the earliest, or for a `job_added` on the bus.
 */
export class JobRunner {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #random: () => number;
  readonly #running = new Map<AbortController, Promise<void>>();
  /** Names this runner's claims. */
  readonly #id = randomUUID();
  #claims = 0;
  #polling: Promise<void> | undefined;
  #isWoken = false;
  #isFailing = false;
  #isStopped = false;
  /** When the schedules were last put right; undefined: not yet. */
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
    /** From 0 to 1, for the pause before the next try. */
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

  /** Begins no more jobs. Those that run have `ms` to end, then they are aborted: the next start runs them again. */
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

  /** At the start, and when the clock was set back: what was planned by the wrong time would come too late. */
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

  /** Begins what is due; resolves to how long to wait for the next, in ms. */
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
    // The next that ends wakes us.
    return POLL;
  }

  #begin(job: Job): void {
    const controller = new AbortController();
    const ended = this.#run(job, controller).catch((error) => {
      // The lease ends by itself, and the job is claimed again.
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
      // Its last claim was never answered: the process ended while it ran.
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
      // The next renewal comes before the lease ends.
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
