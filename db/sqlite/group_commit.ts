import { setImmediate } from "node:timers";
import { CompiledQuery, type Kysely } from "kysely";
import { ChatError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Committed } from "../metrics.ts";
import type { Schema } from "../schema/tables.ts";

/** Maximum number of writes in one transaction. */
const GROUP_MAX = 64;

/** Maximum time a group may block the event loop, in ms. */
const GROUP_TIME = 10;

/** Maximum number of pending writes. Beyond that the disk cannot keep up, and writes are refused. */
const WAITING_MAX = 10_000;

/** After a commit, writes are collected for this multiple of its duration, so the disk is busy a third of the time. */
const WINDOW = 2;
/** Upper bound of that time, in ms. */
const WINDOW_MAX = 50;

/** A write that succeeded this recently proves that writing works, in ms. */
const PROBE_PACE = 1000;

interface Work {
  run(db: Kysely<Schema>): Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Executes all writes. Writes of one turn of the event loop share a transaction, and so one disk flush. An idle store
 * commits at once. After a commit, writes are collected for a time that grows with the commit's duration. Writes run in
 * call order and see the effects of those before them; one that throws is rolled back alone. A promise settles after
 * the commit, when the data is on disk. If the commit fails, all writes of the group reject without effect, and the
 * next group tries again.
 */
export class GroupCommit {
  readonly #db: Kysely<Schema>;
  readonly #log: Log;
  readonly #onCommit: (committed: Committed) => void;
  readonly #queue: Work[] = [];
  #busy = false;
  /** Earliest start of the next commit (`performance.now()`). */
  #next = 0;
  #succeededAt = -Infinity;
  #failing = false;
  #probing: Promise<void> | undefined;
  #idle: (() => void)[] = [];

  /** `onCommit` is called for every transaction. */
  constructor(db: Kysely<Schema>, log: Log, onCommit: (committed: Committed) => void = () => {}) {
    this.#db = db;
    this.#log = log;
    this.#onCommit = onCommit;
  }

  /** Throws `unavailable` when too many writes are pending. */
  write<Result>(run: (db: Kysely<Schema>) => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#queue.length >= WAITING_MAX) {
        reject(new ChatError("unavailable", "Too many pending writes, try again in a moment"));
        return;
      }
      this.#queue.push({ run, resolve: resolve as (value: unknown) => void, reject });
      if (this.#busy) return;
      this.#busy = true;
      void this.#drain();
    });
  }

  /** Throws unless writing works, shown by a write within the last second, or else by `probe`. */
  async check(probe: (db: Kysely<Schema>) => Promise<unknown>): Promise<void> {
    if (!this.#failing && performance.now() - this.#succeededAt < PROBE_PACE) return;
    this.#probing ??= this.write(probe).then(() => {}).finally(() => this.#probing = undefined);
    await this.#probing;
  }

  /** Resolves when no writes are pending. */
  async settled(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#turn();
      await this.#commit();
    }
    this.#busy = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Yields to the event loop, and collects more writes unless the group is full. */
  #turn(): Promise<void> {
    const pause = this.#queue.length < GROUP_MAX ? this.#next - performance.now() : 0;
    return new Promise((resolve) => pause > 0 ? setTimeout(resolve, pause) : setImmediate(resolve));
  }

  async #commit(): Promise<void> {
    const group: Work[] = [];
    const settlers: (() => void)[] = [];
    const alone = this.#queue.length === 1;
    const end = performance.now() + GROUP_TIME;
    try {
      await this.#execute("begin immediate");
      do {
        const work = this.#queue.shift()!;
        group.push(work);
        settlers.push(alone ? await this.#runAlone(work) : await this.#run(work));
      } while (!alone && this.#queue.length > 0 && group.length < GROUP_MAX && performance.now() < end);
      const start = performance.now();
      await this.#execute("commit");
      const now = performance.now();
      this.#onCommit({ writes: group.length, seconds: (now - start) / 1000 });
      this.#next = now + Math.min(WINDOW * (now - start), WINDOW_MAX);
    } catch (error) {
      // A failed commit may or may not have ended the transaction.
      await this.#execute("rollback").catch(() => {});
      // If no transaction could begin, fail the first writes of the queue. Otherwise it would grow while the disk is
      // unavailable.
      if (group.length === 0) group.push(...this.#queue.splice(0, GROUP_MAX));
      this.#note(error);
      this.#onCommit({ writes: group.length, seconds: undefined });
      for (const work of group) work.reject(error);
      return;
    }
    this.#note(undefined);
    for (const settle of settlers) settle();
  }

  /** A single write has the transaction to itself: if it throws, the transaction is rolled back. */
  async #runAlone({ run, resolve }: Work): Promise<() => void> {
    const result = await run(this.#db);
    return () => resolve(result);
  }

  async #run({ run, resolve, reject }: Work): Promise<() => void> {
    await this.#execute("savepoint unit");
    try {
      const result = await run(this.#db);
      await this.#execute("release unit");
      return () => resolve(result);
    } catch (error) {
      // A full disk may have rolled back the whole transaction, including the savepoint.
      await this.#execute("rollback to unit").catch(() => {
        throw error;
      });
      await this.#execute("release unit");
      return () => reject(error);
    }
  }

  /** Logs once when writing fails, and once when it works again. */
  #note(error: unknown): void {
    const failing = error instanceof ChatError && error.code === "unavailable";
    if (error === undefined) this.#succeededAt = performance.now();
    if (failing && !this.#failing) this.#log("error", "Cannot write to the store", { error: error.cause });
    if (error === undefined && this.#failing) this.#log("info", "Writing to the store works again");
    if (failing || error === undefined) this.#failing = failing;
  }

  async #execute(statement: string): Promise<void> {
    await this.#db.executeQuery(CompiledQuery.raw(statement));
  }
}
