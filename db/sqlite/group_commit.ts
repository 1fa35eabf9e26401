import { setImmediate } from "node:timers";
import { CompiledQuery, type Kysely } from "kysely";
import { ChatError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Committed } from "../metrics.ts";
import type { Schema } from "../schema/tables.ts";

/** The most units of work in one transaction. */
const GROUP_MAX = 64;

/** A group is closed when it has held the event loop this long, in ms. */
const GROUP_TIME = 10;

/** Units that may wait; beyond that the disk cannot keep up, and whoever asks is told so. */
const WAITING_MAX = 10_000;

/** After a commit, writers gather for this many times as long as it took: the disk is waited for a third of the time. */
const WINDOW = 2;
/** At most, in ms. */
const WINDOW_MAX = 50;

/** A write that succeeded this recently shows that writing works, in ms. */
const PROBE_PACE = 1000;

interface Work {
  run(db: Kysely<Schema>): Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * All writing goes through here. What arrives in one turn of the event loop shares one transaction, and so one
 * synchronous write to disk; an idle store commits at once, and after a commit the next ones gather for a while that
 * grows with what the disk takes. Units run in the order in which they were given, each sees those before it, and one that
 * throws is rolled back alone. A promise settles only after the commit: what it brings is on disk. When the commit itself
 * fails, every unit of the group rejects and none of it has happened; the next group tries anew.
 */
export class GroupCommit {
  readonly #db: Kysely<Schema>;
  readonly #log: Log;
  readonly #tell: (committed: Committed) => void;
  readonly #queue: Work[] = [];
  #busy = false;
  /** Not before this time (`performance.now()`). */
  #next = 0;
  #succeededAt = -Infinity;
  #failing = false;
  #probing: Promise<void> | undefined;
  #idle: (() => void)[] = [];

  /** `tell` hears of every transaction. */
  constructor(db: Kysely<Schema>, log: Log, tell: (committed: Committed) => void = () => {}) {
    this.#db = db;
    this.#log = log;
    this.#tell = tell;
  }

  /** Throws `unavailable` when too many are waiting. */
  write<Result>(run: (db: Kysely<Schema>) => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#queue.length >= WAITING_MAX) {
        reject(new ChatError("unavailable", "Too much is waiting to be stored, try again in a moment"));
        return;
      }
      this.#queue.push({ run, resolve: resolve as (value: unknown) => void, reject });
      if (this.#busy) return;
      this.#busy = true;
      void this.#drain();
    });
  }

  /** Throws unless writing works: by what was written within the last second, or else by writing with `probe`. */
  async check(probe: (db: Kysely<Schema>) => Promise<unknown>): Promise<void> {
    if (!this.#failing && performance.now() - this.#succeededAt < PROBE_PACE) return;
    this.#probing ??= this.write(probe).then(() => {}).finally(() => this.#probing = undefined);
    await this.#probing;
  }

  /** Resolves when nothing is waiting to be written. */
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

  /** Lets others have the event loop, and writers gather unless there are enough for a group. */
  #turn(): Promise<void> {
    const pause = this.#queue.length < GROUP_MAX ? this.#next - performance.now() : 0;
    return new Promise((resolve) => pause > 0 ? setTimeout(resolve, pause) : setImmediate(resolve));
  }

  async #commit(): Promise<void> {
    const group: Work[] = [];
    const settle: (() => void)[] = [];
    const alone = this.#queue.length === 1;
    const end = performance.now() + GROUP_TIME;
    try {
      await this.#execute("begin immediate");
      do {
        const work = this.#queue.shift()!;
        group.push(work);
        settle.push(alone ? await this.#runAlone(work) : await this.#run(work));
      } while (!alone && this.#queue.length > 0 && group.length < GROUP_MAX && performance.now() < end);
      const start = performance.now();
      await this.#execute("commit");
      const now = performance.now();
      this.#tell({ writes: group.length, seconds: (now - start) / 1000 });
      this.#next = now + Math.min(WINDOW * (now - start), WINDOW_MAX);
    } catch (error) {
      // A failed commit may or may not have ended the transaction.
      await this.#execute("rollback").catch(() => {});
      // Where nothing could begin, the first in the queue have failed: a queue that waits for the disk would only grow.
      if (group.length === 0) group.push(...this.#queue.splice(0, GROUP_MAX));
      this.#note(error);
      this.#tell({ writes: group.length, seconds: undefined });
      for (const work of group) work.reject(error);
      return;
    }
    this.#note(undefined);
    for (const settled of settle) settled();
  }

  /** The transaction is its own: a unit that throws takes all of it back. */
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
      // A full disk may have taken back the whole transaction already, and the savepoint with it.
      await this.#execute("rollback to unit").catch(() => {
        throw error;
      });
      await this.#execute("release unit");
      return () => reject(error);
    }
  }

  /** Says once that writing fails, and once that it works again. */
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
