import { setImmediate } from "node:timers";
import type { Log, LogLevel } from "../log.ts";
import type { Committed, Metrics } from "../metrics.ts";
import type { Store } from "../store.ts";
import { type Reply, valueOf } from "../worker/ask.ts";
import { takeWriterThread } from "./writer_thread.ts";

type Methods<Noun> = readonly (keyof Noun & string)[];

/** Methods that write. All others only read and run in the calling thread. */
export const WRITES = {
  users: ["create", "exchangeHash"],
  sessions: ["create", "renew", "end", "removeExpired"],
  rooms: [
    "create",
    "direct",
    "change",
    "remove",
    "purgeRemoved",
    "join",
    "leave",
    "setRole",
    "timeOut",
    "prefer",
    "setRead",
    "markSeen",
    "inspect",
    "block",
    "unblock",
  ],
  messages: ["post", "edit", "remove", "removeOlderThan", "forgetNonces"],
  settings: ["set", "remove"],
  moderation: [
    "warn",
    "resetWarnings",
    "block",
    "unblock",
    "setAdmin",
    "endSessions",
    "setPassword",
    "startPasswordReset",
    "usePasswordReset",
    "deleteAccount",
    "removeMessagesOf",
  ],
  reports: ["add", "resolve"],
  words: ["put", "remove"],
  audit: ["note"],
  jobs: ["add", "schedule", "claim", "renew", "done", "failed", "release", "retry", "discard", "removeFailed"],
} as const satisfies { [Noun in keyof Store]?: Methods<Store[Noun]> };

/** A call of a method of the store or of one of its parts. */
export interface Call {
  readonly id: number;
  readonly noun: string | null;
  readonly method: string;
  readonly args: unknown[];
}

export type Answer = { readonly id: number; readonly reply: Reply };

export type ToWriter = { open: string } | { calls: Call[] };
/** Transactions are reported with the answers that waited for them. */
export type FromWriter = { answers: Answer[]; committed: Committed[] } | {
  log: [LogLevel, string, Record<string, unknown> | undefined];
};

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Runs a store's writes in a thread of its own, started on first use, so that a slow disk does not block the event
 * loop. Calls of one turn of the event loop are sent together, and so are the answers.
 */
export class Writer {
  readonly #waiting = new Map<number, Waiting>();
  readonly #path: string;
  readonly #log: Log;
  readonly #metrics: Metrics;
  #worker: Worker | undefined;
  #outbox: Call[] = [];
  #lastId = 0;

  /** `path`: the database file. */
  constructor(path: string, log: Log, metrics: Metrics) {
    this.#path = path;
    this.#log = log;
    this.#metrics = metrics;
  }

  /** Returns the store with its writing methods redirected to the thread. */
  of(store: Store): Store {
    const nouns = Object.entries(WRITES).map(([noun, methods]) => {
      const writing = methods.map((method) => [method, (...args: unknown[]) => this.#call(noun, method, args)]);
      return [noun, { ...store[noun as keyof typeof WRITES], ...Object.fromEntries(writing) }];
    });
    return {
      ...store,
      ...Object.fromEntries(nouns),
      check: async () => {
        await store.check();
        await this.#call(null, "check", []);
      },
      changedExternally: () => this.#call(null, "changedExternally", []) as Promise<boolean>,
      close: async () => {
        if (this.#worker || this.#waiting.size > 0) await this.#call(null, "close", []);
        this.#worker?.terminate();
        await store.close();
      },
    };
  }

  #call(noun: string | null, method: string, args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#metrics.writesWaiting = this.#waiting.size;
      if (this.#outbox.push({ id, noun, method, args }) > 1) return;
      setImmediate(() => this.#send({ calls: this.#outbox.splice(0) }));
    });
  }

  #send(message: ToWriter): void {
    (this.#worker ??= this.#start()).postMessage(message);
  }

  #start(): Worker {
    const worker = takeWriterThread();
    // Errors of a method are returned as answers. An error that terminates the thread terminates the process, to be
    // restarted by its supervisor.
    worker.onmessage = ({ data }: MessageEvent<FromWriter>) => {
      if ("log" in data) return this.#log(...data.log);
      for (const committed of data.committed) this.#metrics.committed(committed);
      for (const answer of data.answers) this.#settle(answer);
    };
    worker.postMessage({ open: this.#path } satisfies ToWriter);
    return worker;
  }

  #settle({ id, reply }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    this.#metrics.writesWaiting = this.#waiting.size;
    try {
      waiting?.resolve(valueOf(reply));
    } catch (error) {
      waiting?.reject(error);
    }
  }
}
