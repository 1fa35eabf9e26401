import { setImmediate } from "node:timers";
import { type Kysely, sql } from "kysely";
import { Meters } from "./meters.ts";
import type { Schema } from "./schema.ts";

/** The most units of work in one transaction: bounds how long the event loop is held (some 60 µs each). */
const GROUP_MAX = 64;

interface Work {
  run(db: Kysely<Schema>): Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * All writing goes through here. What arrives in one turn of the event loop shares one transaction, and so one
 * synchronous write to disk; an idle store commits at once. Units run in the order in which they were given, each sees
 * those before it, and one that throws is rolled back alone. A promise settles only after the commit: what it brings is
 * on disk. When the commit itself fails, every unit of the group rejects and none of it has happened.
 */
export class GroupCommit {
  readonly #db: Kysely<Schema>;
  readonly #meters: Meters;
  readonly #queue: Work[] = [];
  #busy = false;
  #idle: (() => void)[] = [];

  constructor(db: Kysely<Schema>, meters = new Meters()) {
    this.#db = db;
    this.#meters = meters;
  }

  write<Result>(run: (db: Kysely<Schema>) => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ run, resolve: resolve as (value: unknown) => void, reject });
      this.#meters.writesWaiting = this.#queue.length;
      if (this.#busy) return;
      this.#busy = true;
      setImmediate(() => this.#drain());
    });
  }

  /** Resolves when nothing is waiting to be written. */
  async settled(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#commit(this.#queue.splice(0, GROUP_MAX));
      if (this.#queue.length > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    this.#busy = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #commit(group: Work[]): Promise<void> {
    this.#meters.writesWaiting = this.#queue.length;
    const start = performance.now();
    const settle: (() => void)[] = [];
    try {
      await sql`begin immediate`.execute(this.#db);
      for (const work of group) settle.push(await this.#unit(work));
      await sql`commit`.execute(this.#db);
    } catch (error) {
      // A failed commit may or may not have ended the transaction.
      await sql`rollback`.execute(this.#db).catch(() => {});
      this.#meters.commitsFailed += 1;
      for (const work of group) work.reject(error);
      return;
    }
    this.#meters.commitSeconds.add((performance.now() - start) / 1000);
    this.#meters.commitSize.add(group.length);
    for (const settled of settle) settled();
  }

  async #unit({ run, resolve, reject }: Work): Promise<() => void> {
    await sql`savepoint unit`.execute(this.#db);
    try {
      const result = await run(this.#db);
      await sql`release unit`.execute(this.#db);
      return () => resolve(result);
    } catch (error) {
      await sql`rollback to unit`.execute(this.#db);
      await sql`release unit`.execute(this.#db);
      return () => reject(error);
    }
  }
}
