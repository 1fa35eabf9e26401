import { hasDescriptors } from "../worker/descriptors.ts";
import { ChatError } from "../errors.ts";
import { ask } from "../worker/ask.ts";
import { FairQueue, type Place } from "../limits/fair_queue.ts";
import type { PasswordJob } from "./password_worker.ts";

/** One core is left to the event loop. */
export const PASSWORD_THREADS = Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1));

/** Maximum number of waiting jobs. A thread completes four a second at cost 12, so the last one waits about 15 s. */
export const QUEUE_MAX = 60 * PASSWORD_THREADS;

/** Maximum number of waiting jobs per network: a class that registers together fits, and leaves room for others. */
export const LINE_MAX = 30 * PASSWORD_THREADS;

/** Priorities: a known device, a known address, any other login, a registration. */
export const RANK = { device: 0, address: 1, stranger: 2, newcomer: 3 } as const;

/** Initial estimate of a job's duration, in ms. */
const JOB = 250;

/** Timeout for a Worker to load, in ms. */
const LOADING_MAX = 5000;

/** Without a line, as on the command line, only the whole queue is bounded. */
const ANYWHERE: Place = { rank: RANK.stranger };

interface Waiting {
  readonly job: PasswordJob;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Runs bcrypt in Workers. */
export class Passwords {
  readonly #cost: number;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #loading = new Map<Worker, ReturnType<typeof setTimeout>>();
  readonly #queue = new FairQueue<Waiting>({
    max: QUEUE_MAX,
    lineMax: LINE_MAX,
    ranks: Object.keys(RANK).length,
  });
  /** Duration of a job: moving average, in ms. */
  #pace = JOB;
  #closed = false;

  /** `cost` is bcrypt's: each step doubles the work. */
  constructor(cost: number) {
    this.#cost = cost;
  }

  /** Starts the Workers ahead of the first login. */
  start(): void {
    while (this.#all.size < PASSWORD_THREADS && hasDescriptors()) this.#start();
  }

  /** bcrypt cost of new hashes. */
  get cost(): number {
    return this.#cost;
  }

  /** Throws `rate_limited` when the queue is full. */
  hash(password: string, place: Place = ANYWHERE): Promise<string> {
    return this.#run({ kind: "hash", password, cost: this.#cost }, place) as Promise<string>;
  }

  /**
   * Compares a password with a hash. Takes the time of a hash with the current cost, or with `atLeast` if that is
   * higher, even for a hash of a lower cost or without a hash: timing must not reveal which names exist. Throws as
   * `hash` does.
   */
  async matches(
    password: string,
    hash: string | undefined,
    { place = ANYWHERE, atLeast = 0 }: { place?: Place; atLeast?: number } = {},
  ): Promise<boolean> {
    const cost = Math.max(this.#cost, atLeast);
    return await this.#run({ kind: "compare", password, hash, cost }, place) as boolean;
  }

  /** Terminates the Workers, which would keep the process alive. */
  close(): void {
    this.#closed = true;
    for (const worker of this.#all) {
      this.#loaded(worker);
      worker.terminate();
    }
    for (const { reject } of this.#queue.clear()) reject(new Error("Cannot check password: shutting down"));
  }

  #run(job: PasswordJob, place: Place): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error("Cannot check password: shutting down"));
    return new Promise((resolve, reject) => {
      const refused = this.#queue.push({ job, resolve, reject }, place);
      refused?.reject(this.#tooMany());
      this.#next();
    });
  }

  #tooMany(): ChatError {
    const retryAfter = Math.max(1, Math.ceil(this.#queue.size * this.#pace / PASSWORD_THREADS / 1000));
    return new ChatError("rate_limited", "Too many logins at once, try again in a moment", { retryAfter });
  }

  #next(): void {
    if (this.#queue.size === 0) return;
    const worker = this.#idle.pop();
    if (!worker) return this.#startAnother();
    const { job, resolve, reject } = this.#queue.shift()!;
    const begun = performance.now();
    ask(worker, job).then((value) => {
      this.#pace += (performance.now() - begun - this.#pace) / 8;
      this.#idle.push(worker);
      resolve(value);
    }, (error) => {
      this.#lose(worker);
      const cause = new Error(`Cannot check password: ${(error as Error).message}`, { cause: error });
      reject(new ChatError("unavailable", "Passwords cannot be checked now, try again in a moment", { cause }));
    }).finally(() => this.#next());
  }

  #startAnother(): void {
    if (this.#all.size >= PASSWORD_THREADS) return;
    if (hasDescriptors()) return this.#start();
    if (this.#all.size > 0) return;
    const error = new ChatError("unavailable", "The server has too many connections, try again in a moment");
    for (const { reject } of this.#queue.clear()) reject(error);
  }

  #start(): void {
    const worker = new Worker(new URL("./password_worker.ts", import.meta.url), { type: "module" });
    this.#all.add(worker);
    const lost = (event?: ErrorEvent) => {
      event?.preventDefault();
      this.#lose(worker);
      this.#next();
    };
    // A Worker that runs out of file descriptors while loading may never report an error.
    this.#loading.set(worker, setTimeout(() => lost(), LOADING_MAX));
    worker.onerror = lost;
    worker.onmessage = () => {
      this.#loaded(worker);
      this.#idle.push(worker);
      this.#next();
    };
  }

  #loaded(worker: Worker): void {
    clearTimeout(this.#loading.get(worker));
    this.#loading.delete(worker);
  }

  #lose(worker: Worker): void {
    this.#loaded(worker);
    worker.terminate();
    this.#all.delete(worker);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
  }
}
