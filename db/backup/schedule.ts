import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { backupName, backupsIn, removeOldBackups } from "./copy.ts";
import type { BackupAnswer, BackupJob } from "./backup_worker.ts";
import { partialOf, removePartial } from "./database_file.ts";
import { hasDescriptors } from "../auth/descriptors.ts";
import type { Log } from "../log.ts";

/** How often it looks whether one is due, at most, in ms. Looking costs the listing of one folder. */
const LOOK_EVERY = 60 * 1000;

/** After a start people come back all at once; what was missed can wait so long, in ms. */
const AFTER_START = 5 * 1000;

/** How long after a failure it is tried again, at most, in ms. */
const RETRY = 10 * 60 * 1000;

/** How long a backup that is being made may still take when the program is told to stop, in ms. */
const GRACE = 3 * 1000;

export interface BackupPlan {
  /** The database. */
  readonly file: string;
  /** Where the backups go; it is made when needed. */
  readonly folder: string;
  /** Ms. */
  readonly every: number;
  /** How many are kept. */
  readonly keep: number;
}

/** Makes a backup whenever the newest in the folder is old enough, in a Worker of its own, one at a time. */
export class ScheduledBackups {
  readonly #plan: BackupPlan;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #grace: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: { worker: Worker; partial: string; ended: Promise<unknown> } | undefined;
  #stopped = false;

  constructor(plan: BackupPlan, { log, now, grace = GRACE }: { log: Log; now: () => number; grace?: number }) {
    this.#plan = plan;
    this.#log = log;
    this.#now = now;
    this.#grace = grace;
    this.#lookIn(Math.min(plan.every, AFTER_START));
  }

  /** A backup that is being made is finished if that is soon done, else broken off. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#running) await atMost(this.#grace, this.#running.ended);
    if (!this.#running) return;
    this.#running.worker.terminate();
    removePartial(this.#running.partial);
  }

  #lookIn(ms: number): void {
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    const { every } = this.#plan;
    try {
      if (this.#isDue()) await this.#backUp();
      this.#lookIn(Math.min(every, LOOK_EVERY));
    } catch (error) {
      if (this.#stopped) return;
      this.#log("error", "Cannot make a backup", { folder: this.#plan.folder, reason: (error as Error).message });
      this.#lookIn(Math.min(every, RETRY));
    }
  }

  #isDue(): boolean {
    const now = this.#now();
    // A backup from the future is a clock's mistake, not a reason to wait for it.
    const newest = backupsIn(this.#plan.folder).findLast(({ time }) => time <= now);
    return newest === undefined || now - newest.time >= this.#plan.every;
  }

  async #backUp(): Promise<void> {
    const { file, folder, keep } = this.#plan;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const start = this.#now();
    const to = join(folder, backupName(start));
    const bytes = await this.#inWorker({ from: file, to, partial: partialOf(to) });
    this.#log("info", "backup", { file: to, bytes, ms: this.#now() - start });
    removeOldBackups(folder, keep);
  }

  /** Rejects with what went wrong; never settles when it is broken off. */
  async #inWorker(job: BackupJob): Promise<number> {
    if (!hasDescriptors()) throw new Error("Too few file descriptors are left");
    const worker = new Worker(new URL("./backup_worker.ts", import.meta.url), { type: "module" });
    const answered = new Promise<BackupAnswer>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
      worker.postMessage(job);
    });
    const ended = answered.catch(() => {}).then(() => {
      worker.terminate();
      this.#running = undefined;
    });
    this.#running = { worker, partial: job.partial, ended };
    const answer = await answered;
    await ended;
    if ("error" in answer) throw new Error(answer.error);
    return answer.bytes;
  }
}

async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([promise, new Promise((resolve) => timer = setTimeout(resolve, ms))]);
  clearTimeout(timer);
}
