import { join, type Server } from "./client.ts";
import { eventually } from "./eventually.ts";

/** Users who post without a pause, one message after the other, and record the acks. */
export interface Senders extends AsyncDisposable {
  /** The texts of all acknowledged messages, in the order of their acks. */
  readonly acked: readonly string[];
  /** Waits until this many more are acknowledged. */
  more(count: number): Promise<void>;
  /** Lets everybody finish the current message. Throws the first error of any of them. */
  stop(): Promise<void>;
}

export async function startSenders(server: Server, count: number): Promise<Senders> {
  const acked: string[] = [];
  let isSending = true;
  const clients = await Promise.all(Array.from({ length: count }, (_, n) => join(server, `sender${n}`)));
  const sending = Promise.all(clients.map(async (client, sender) => {
    for (let n = 0; isSending; n++) {
      const text = `${sender}/${n}`;
      await client.say(text);
      acked.push(text);
    }
  }));
  // `more` and `stop` throw it.
  sending.catch(() => {});
  return {
    acked,
    async more(further) {
      const goal = acked.length + further;
      await Promise.race([sending, eventually(() => acked.length >= goal, 30_000)]);
    },
    async stop() {
      isSending = false;
      await sending;
    },
    async [Symbol.asyncDispose]() {
      isSending = false;
      await sending.catch(() => {});
      for (const client of clients) await client[Symbol.asyncDispose]();
    },
  };
}
