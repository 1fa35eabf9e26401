import { Agent, get } from "node:http";
import type { Program } from "../support/program.ts";
import { type Bench, median } from "./harness.ts";
import { seed } from "./seed.ts";

const MESSAGES = 1_000_000;
const TIMES = 200;

/** Of the year that the messages are spread over. */
const AROUND = 0.5;
const DAY = 24 * 60 * 60 * 1000;

/** The server's cost of a page of a very long history: over one kept-alive connection, less a round trip. */
export async function history(bench: Bench): Promise<void> {
  const dataDir = await bench.directory();
  const [token] = await seed(dataDir, { users: 100, messages: MESSAGES });
  await using ours = await bench.chatterbox({ dataDir });
  const date = Date.now() - 365 * DAY * (1 - AROUND);
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const pages: Record<string, { path: string; found: RegExp }> = {
    "newest": { path: "/rooms/general/messages?limit=50", found: new RegExp(`"seq":${MESSAGES}\\b`) },
    "deep": {
      path: `/rooms/general/messages?limit=50&before=${MESSAGES / 2}`,
      found: new RegExp(`"seq":${MESSAGES / 2 - 1}\\b`),
    },
    "deepest": { path: "/rooms/general/messages?limit=50&before=51", found: /"seq":1\b/ },
    "around a date": {
      path: `/admin/messages?from=${day(date)}&to=${day(date + 2 * DAY)}`,
      found: new RegExp(day(date + DAY)),
    },
  };

  await using client = new KeptConnection(ours, token!);
  for (const { path, found } of Object.values(pages)) {
    const page = await client.text(path);
    if (!found.test(page)) throw new Error(`${path} did not bring ${found}: ${page.slice(0, 300)}`);
  }
  const times = new Map<string, number[]>([
    ["round trip", []],
    ...Object.keys(pages).map((name) => [name, []] as [string, number[]]),
  ]);
  await bench.calm();
  const deadline = performance.now() + 60_000;
  for (let turn = 0; turn < TIMES && performance.now() < deadline; turn++) {
    times.get("round trip")!.push(await client.time("/healthz"));
    for (const [name, { path }] of Object.entries(pages)) times.get(name)!.push(await client.time(path));
  }
  const middle = new Map([...times].map(([name, each]) => [name, median(each)]));
  const cost = (name: string) => middle.get(name)! - middle.get("round trip")!;

  bench.say(
    `A room with ${
      MESSAGES.toLocaleString("en")
    } messages: a page of 50 as JSON, of which the round trip of /healthz ` +
      `(${middle.get("round trip")!.toFixed(2)} ms) is taken off. Median of ${times.get("newest")!.length}.\n`,
  );
  bench.table(
    ["page", "asked for as", "ms at the server"],
    Object.entries(pages).map(([name, { path }]) => [name, `\`${path}\``, cost(name)]),
  );
  for (const name of Object.keys(pages)) {
    bench.find({ what: `history of a million messages, ${name}`, is: cost(name), unit: "ms", most: 10 });
  }
  bench.find({ what: "history of a million messages, deep, × newest", is: cost("deep") / cost("newest"), most: 1.2 });
}

/** One connection to a server, used repeatedly. */
class KeptConnection implements AsyncDisposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: string;
  readonly #token: string;

  constructor({ url }: Program, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** In ms, from the request to the last byte of the response. */
  async time(path: string): Promise<number> {
    const start = performance.now();
    await this.text(path);
    return performance.now() - start;
  }

  text(path: string): Promise<string> {
    const headers = { Accept: "application/json", Authorization: `Bearer ${this.#token}` };
    return new Promise((resolve, reject) => {
      get(this.#url + path, { agent: this.#agent, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => text += chunk);
        response.on("end", () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${path} was answered with ${response.statusCode}: ${text}`));
        });
      }).on("error", reject);
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    return Promise.resolve();
  }
}
