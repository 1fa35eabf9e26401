import { join, type Server } from "./client.ts";
import { eventually } from "./eventually.ts";

/** Users who post without a pause, one message after the other, and record the acks. */
export interface Talkers extends AsyncDisposable {
  /** The texts of all acknowledged messages, in the order of their acks. */
  readonly acked: readonly string[];
  /** Waits until this many more are acknowledged. */
  more(count: number): Promise<void>;
  /** Lets everybody finish the current message. Throws the first error of any of them. */
  stop(): Promise<void>;
}

export async function startTalking(server: Server, people: number): Promise<Talkers> {
  const acked: string[] = [];
  let going = true;
  const clients = await Promise.all(Array.from({ length: people }, (_, n) => join(server, `talker${n}`)));
  const talking = Promise.all(clients.map(async (client, person) => {
    for (let n = 0; going; n++) {
      const text = `${person}/${n}`;
      await client.say(text);
      acked.push(text);
    }
  }));
  // Wakes `more` and `stop`.
  talking.catch(() => {});
  return {
    acked,
    async more(count) {
      const goal = acked.length + count;
      await Promise.race([talking, eventually(() => acked.length >= goal, 30_000)]);
    },
    async stop() {
      going = false;
      await talking;
    },
    async [Symbol.asyncDispose]() {
      going = false;
      await talking.catch(() => {});
      for (const client of clients) await client[Symbol.asyncDispose]();
    },
  };
}
