import { hasDescriptors } from "./descriptors.ts";
import { ChatError } from "./errors.ts";
import type { PasswordJob } from "./password_worker.ts";

/** One core is left to the chat. */
export const PASSWORD_THREADS = Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1));

/** Waiting jobs beyond this are refused: a thread works off four a second at cost 12, so the last would wait some 15 s. */
export const QUEUE_MAX = 60 * PASSWORD_THREADS;

/** How long a Worker may take to load, in ms. */
const LOADING_MAX = 5000;

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
  readonly #queue: Waiting[] = [];
  #closed = false;

  /** `cost` is bcrypt's: the work doubles with each step. */
  constructor(cost: number) {
    this.#cost = cost;
  }

  /** Starts the Workers, so that the first who logs in does not wait for them. */
  start(): void {
    while (this.#all.size < PASSWORD_THREADS && hasDescriptors()) this.#start();
  }

  /** Throws `rate_limited` when too many are waiting. */
  hash(password: string): Promise<string> {
    return this.#run({ kind: "hash", password, cost: this.#cost }) as Promise<string>;
  }

  /** Whether the password belongs to the hash. Without a hash it does the same work and says no. */
  async matches(password: string, hash: string | undefined): Promise<boolean> {
    const same = await this.#run({ kind: "compare", password, hash: hash ?? this.#nobody }) as boolean;
    return same && hash !== undefined;
  }

  /** Ends the Workers, which would keep the process alive. */
  close(): void {
    this.#closed = true;
    for (const worker of this.#all) {
      this.#loaded(worker);
      worker.terminate();
    }
    for (const { reject } of this.#queue.splice(0)) reject(new Error("Cannot check password: shutting down"));
  }

  /** A well-formed hash that no password has: comparing with it takes as long as with a real one. */
  get #nobody(): string {
    return `$2b$${String(this.#cost).padStart(2, "0")}$${".".repeat(53)}`;
  }

  #run(job: PasswordJob): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error("Cannot check password: shutting down"));
    if (this.#queue.length >= QUEUE_MAX) {
      throw new ChatError("rate_limited", "Too many people are logging in, try again in a moment", { retryAfter: 10 });
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#queue.length === 0) return;
    const worker = this.#idle.pop();
    if (!worker) return this.#startAnother();
    const { job, resolve, reject } = this.#queue.shift()!;
    worker.onmessage = ({ data }) => {
      this.#idle.push(worker);
      resolve(data);
      this.#next();
    };
    worker.onerror = (event) => {
      this.#lose(worker, event);
      const cause = new Error(`Cannot check password: ${event.message}`);
      reject(new ChatError("unavailable", "Passwords cannot be checked now, try again in a moment", { cause }));
      this.#next();
    };
    worker.postMessage(job);
  }

  #startAnother(): void {
    if (this.#all.size >= PASSWORD_THREADS) return;
    if (hasDescriptors()) return this.#start();
    if (this.#all.size > 0) return;
    const error = new ChatError("unavailable", "The server has too many connections, try again in a moment");
    for (const { reject } of this.#queue.splice(0)) reject(error);
  }

  #start(): void {
    const worker = new Worker(new URL("./password_worker.ts", import.meta.url), { type: "module" });
    this.#all.add(worker);
    const lost = (event?: ErrorEvent) => {
      this.#lose(worker, event);
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

  #lose(worker: Worker, event: ErrorEvent | undefined): void {
    event?.preventDefault();
    this.#loaded(worker);
    worker.terminate();
    this.#all.delete(worker);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
  }
}
