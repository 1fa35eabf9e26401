import { hasDescriptors } from "../worker/descriptors.ts";
import { ChatError } from "../errors.ts";
import { ask } from "../worker/ask.ts";
import { FairQueue, type Place } from "../limits/fair_queue.ts";
import type { PasswordJob } from "./password_worker.ts";

/** One core is left to the chat. */
export const PASSWORD_THREADS = Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1));

/** Waiting jobs beyond this are refused: a thread works off four a second at cost 12, so the last would wait some 15 s. */
export const QUEUE_MAX = 60 * PASSWORD_THREADS;

/** Of those, jobs of one network: a class that registers together finds room, and leaves some. */
export const LINE_MAX = 30 * PASSWORD_THREADS;

/** Who is served before whom: a browser that the owner has used, their address, anybody who logs in, a new account. */
export const RANK = { device: 0, address: 1, stranger: 2, newcomer: 3 } as const;

/** What a job takes before any has been measured, in ms. */
const JOB = 250;

/** How long a Worker may take to load, in ms. */
const LOADING_MAX = 5000;

/** Without a line, as on the command line, only the whole queue is bounded. */
const ANYWHERE: Place = { rank: RANK.stranger };

interface Waiting {
  readonly job: PasswordJob;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** bcrypt in Workers. The only thing in the app that ever sees a password. */
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
  /** What a job takes, in ms: the mean of the last few. */
  #pace = JOB;
  #closed = false;

  /** `cost` is bcrypt's: the work doubles with each step. */
  constructor(cost: number) {
    this.#cost = cost;
  }

  /** Starts the Workers, so that the first who logs in does not wait for them. */
  start(): void {
    while (this.#all.size < PASSWORD_THREADS && hasDescriptors()) this.#start();
  }

  /** Bcrypt's cost of the hashes that are made now. */
  get cost(): number {
    return this.#cost;
  }

  /** Throws `rate_limited` when too many are waiting. */
  hash(password: string, place: Place = ANYWHERE): Promise<string> {
    return this.#run({ kind: "hash", password, cost: this.#cost }, place) as Promise<string>;
  }

  /**
   * Whether the password belongs to the hash. It is the work of a hash of the present cost, or of `atLeast` where that is
   * more: a hash of a lower cost, and no hash at all, are no sooner answered. Throws as `hash` does.
   */
  async matches(
    password: string,
    hash: string | undefined,
    { place = ANYWHERE, atLeast = 0 }: { place?: Place; atLeast?: number } = {},
  ): Promise<boolean> {
    const cost = Math.max(this.#cost, atLeast);
    return await this.#run({ kind: "compare", password, hash, cost }, place) as boolean;
  }

  /** Ends the Workers, which would keep the process alive. */
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
    return new ChatError("rate_limited", "Too many people are logging in, try again in a moment", { retryAfter });
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
    // One that finds no file descriptor while it loads may never say so.
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
