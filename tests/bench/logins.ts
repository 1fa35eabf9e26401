import { api, PASSWORD } from "../support/client.ts";
import type { Program } from "../support/program.ts";
import { asBrowser, at, type Bench, type Figures, headOf, median, medians, plain, sleep, valid } from "./harness.ts";
import { seed } from "./seed.ts";

const CONNECTIONS = 1000;
const SENDERS = 10;
const RATE = 50;
const SECONDS = 8;
const LOGINS_PER_SECOND = 20;

/** A thousand users chat; then they do so while many log in at a real bcrypt cost. */
export async function logins(bench: Bench): Promise<void> {
  const dataDir = await bench.directory();
  const tokens = await seed(dataDir, { users: CONNECTIONS });
  const tokenFile = await bench.tokenFile(tokens);
  await using ours = await bench.chatterbox({ dataDir, env: { BCRYPT_COST: "12" } });
  for (let n = 0; n < LOGINS_PER_SECOND; n++) {
    await api(ours, "/register", { body: { username: `login${n}`, password: PASSWORD } });
  }

  async function chat(joined = () => {}): Promise<Figures> {
    const where = [...asBrowser(ours, tokenFile), "-u", `/ws?after=${await headOf(ours, tokens[0]!)}`];
    const size = ["-n", String(CONNECTIONS), "-s", String(SENDERS), "-r", String(RATE), "-d", String(SECONDS)];
    return await bench.wsloadThen(joined, ...at(ours), ...where, ...size, "-w", "3");
  }

  const without: Figures[] = [];
  const during: Figures[] = [];
  const results: Login[] = [];
  await chat();
  for (let round = 0; round < bench.rounds; round++) {
    without.push(await chat());
    let stream: Stream | undefined;
    during.push(await chat(() => stream = logIn(ours)));
    results.push(...await stream?.end() ?? []);
  }

  const a = medians(valid(bench, "without logins", without));
  const b = medians(valid(bench, "with logins", during));
  bench.say(
    `${CONNECTIONS} sockets in one room, ${RATE} messages/s; ${LOGINS_PER_SECOND} logins/s begin at bcrypt's cost 12. ` +
      `Median of ${bench.rounds} interleaved rounds.\n`,
  );
  const row = (name: string, of: Figures) => [name, ...[of.p50_ms, of.p99_ms, of.max_ms].map((each) => each ?? NaN)];
  bench.table(["", "p50 ms", "p99 ms", "longest ms"], [row("without logins", a), row("with logins", b)]);
  const good = results.filter(({ status }) => status === 200);
  const refused = results.filter(({ status }) => status === 429);
  const middle = plain(median(good.map(({ ms }) => ms)) / 1000);
  bench.say(
    `Of ${results.length} logins ${good.length} were accepted, with a median of ${middle} s, and ${refused.length} were refused ` +
      "with 429 and a retry time.\n",
  );
  const what = `${LOGINS_PER_SECOND} logins/s while ${CONNECTIONS} chat: p99 of the chat, × without`;
  bench.find({ what, is: b.p99_ms! / a.p99_ms!, most: 1.5 });
}

interface Login {
  readonly status: number;
  readonly ms: number;
}

interface Stream {
  end(): Promise<Login[]>;
}

/** Logs users in at a steady rate, regardless of the results. `end` stops that and waits for pending logins. */
function logIn(ours: Program): Stream {
  const begun: Promise<Login>[] = [];
  let going = true;
  const pacing = (async () => {
    const start = performance.now();
    while (going) {
      begun.push(one(begun.length % LOGINS_PER_SECOND));
      await sleep(Math.max(0, start + begun.length * 1000 / LOGINS_PER_SECOND - performance.now()));
    }
  })();
  async function one(n: number): Promise<Login> {
    const start = performance.now();
    const { status } = await api(ours, "/login", { body: { username: `login${n}`, password: PASSWORD } });
    return { status, ms: performance.now() - start };
  }
  return {
    async end() {
      going = false;
      await pacing;
      return await Promise.all(begun);
    },
  };
}
