/**
 * Changes the program before it starts, where it has no setting and needs none. Preloaded by `Bench.variant()`;
 * BENCH_VARIANT names the changes, separated by commas:
 *
 * - `normal`: commits with synchronous=NORMAL, which a power cut may undo
 * - `single`: every unit of work in a transaction of its own, as soon as the one before is on disk
 * - `reads`: records when the event loop's own connection queries the messages table; on SIGUSR2 it writes the times
 *   (ms) to BENCH_READS
 */
import { setImmediate } from "node:timers";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { GroupCommit } from "../../db/sqlite/group_commit.ts";

const inWorker = "WorkerGlobalScope" in globalThis;
const changes: Record<string, () => void> = { normal, single, reads };

for (const name of (Deno.env.get("BENCH_VARIANT") ?? "").split(",").filter((name) => name !== "")) {
  const change = changes[name];
  if (!change) throw new Error(`Unknown variant "${name}"`);
  change();
}
if (!inWorker) alsoInWorkers();

function normal(): void {
  const { exec, prepare } = DatabaseSync.prototype;
  const weakened = new WeakSet<DatabaseSync>();
  DatabaseSync.prototype.exec = function (sql: string) {
    if (/synchronous = full/i.test(sql)) weakened.add(this);
    return exec.call(this, sql.replace(/synchronous = full/gi, "synchronous = normal"));
  };
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string): StatementSync {
    if (/^begin immediate/i.test(sql) && !weakened.has(this)) {
      throw new Error("Cannot weaken synchronous: it is not set where this variant looks for it");
    }
    return prepare.call(this, sql);
  };
}

function single(): void {
  const write = GroupCommit.prototype.write;
  const last = new WeakMap<GroupCommit, Promise<unknown>>();
  GroupCommit.prototype.write = function <Result>(...[run]: Parameters<typeof write<Result>>): Promise<Result> {
    const next = (last.get(this) ?? Promise.resolve()).then(() => write.call(this, run) as Promise<Result>);
    last.set(this, next.catch(() => {}));
    return next;
  };
  // The writer thread's only timer waits for more writes to share a commit.
  if (inWorker) globalThis.setTimeout = ((call: () => void) => setImmediate(call)) as unknown as typeof setTimeout;
}

function reads(): void {
  if (inWorker) return;
  const times: number[] = [];
  const readers = new WeakSet<DatabaseSync>();
  const { exec, prepare } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (sql: string) {
    if (/query_only = on/i.test(sql)) readers.add(this);
    return exec.call(this, sql);
  };
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string): StatementSync {
    const statement = prepare.call(this, sql);
    if (!readers.has(this) || !/\bfrom "?messages\b/i.test(sql)) return statement;
    const all = statement.all.bind(statement);
    statement.all = ((...parameters: Parameters<typeof all>) => {
      times.push(Date.now());
      return all(...parameters);
    }) as typeof statement.all;
    return statement;
  };
  Deno.addSignalListener("SIGUSR2", () => Deno.writeTextFileSync(Deno.env.get("BENCH_READS")!, JSON.stringify(times)));
}

/**
 * Preloaded modules are missing in the program's workers: each starts with `variant_worker.ts`, which loads its own
 * module.
 */
function alsoInWorkers(): void {
  globalThis.Worker = class extends Worker {
    constructor(module: string | URL, options?: WorkerOptions) {
      const wrapper = new URL("./variant_worker.ts", import.meta.url);
      wrapper.searchParams.set("module", String(module));
      super(wrapper, options);
    }
  };
}
