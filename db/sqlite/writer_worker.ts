/// <reference lib="deno.worker" />
import { setImmediate } from "node:timers";
import type { Log } from "../log.ts";
import type { Committed } from "../metrics.ts";
import { openSqliteForWriting } from "./store.ts";
import type { Store } from "../store.ts";
import { replyOf } from "../worker/ask.ts";
import type { Answer, Call, FromWriter, ToWriter } from "./writer.ts";

/** The other end of `Writer`: executes calls in order and answers after the commit. */

let opening: Promise<Store>;
const answers: Answer[] = [];
const committed: Committed[] = [];

self.onmessage = ({ data }: MessageEvent<ToWriter>) => {
  if ("open" in data) opening = openSqliteForWriting(data.open, log, (each) => committed.push(each));
  else for (const call of data.calls) void run(call);
};

const log: Log = (level, event, facts) => tell({ log: [level, event, facts] });

async function run({ id, noun, method, args }: Call): Promise<void> {
  const reply = await replyOf(async () => {
    const store = await opening as unknown as Record<string, unknown>;
    const object = (noun === null ? store : store[noun]) as Record<string, (...args: unknown[]) => Promise<unknown>>;
    return await object[method]!(...args);
  });
  answer({ id, reply });
}

function answer(given: Answer): void {
  if (answers.push(given) === 1) {
    setImmediate(() => tell({ answers: answers.splice(0), committed: committed.splice(0) }));
  }
}

function tell(message: FromWriter): void {
  self.postMessage(message);
}
