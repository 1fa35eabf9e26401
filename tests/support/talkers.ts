import { join, type Server } from "./client.ts";
import { eventually } from "./eventually.ts";

/** People who talk without a pause, each a message behind the other, and remember what was acknowledged. */
export interface Talkers extends AsyncDisposable {
  /** The texts of all messages that were acknowledged, in the order of their acks. */
  readonly acked: readonly string[];
  /** Waits until so many more are acknowledged. */
  more(count: number): Promise<void>;
  /** Everybody finishes the word they are at. Throws what any of them met. */
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
  // Whoever stops, or waits for more, is told of it.
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
