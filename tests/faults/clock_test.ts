import assert from "node:assert/strict";
import { join as path } from "node:path";
import { api, type Client, connect, cookieOf, join, joinAsBrowser, type Received, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { type Program, startProgram } from "../support/program.ts";
import { tempDir } from "../support/temp_dir.ts";
import { isLong } from "./size.ts";

const HOUR = 3600;

/** Offsets of the clock, in seconds; it jumps from one to the next. */
const OFFSETS = isLong ? [0, HOUR, 0, -HOUR, 0, HOUR, -HOUR, HOUR] : [0, HOUR, 0, -HOUR];

const LIBRARY = findLibrary();

/** Debian's libfaketime: it intercepts the program's calls for the time. */
function findLibrary(): string | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const folders = [`/usr/lib/${Deno.build.arch}-linux-gnu`, "/usr/lib64", "/usr/lib"];
  return folders.map((folder) => `${folder}/faketime/libfaketime.so.1`).find((file) => {
    try {
      return Deno.statSync(file).isFile;
    } catch {
      return false;
    }
  });
}

function clockTest(name: string, fn: (clock: Clock) => Promise<void>, { ignore = false } = {}): void {
  Deno.test({
    name: LIBRARY === undefined ? `${name} (ignored: needs Debian's package faketime)` : name,
    ignore: ignore || LIBRARY === undefined,
    async fn() {
      await using dir = await tempDir();
      await fn(new Clock(path(dir.path, "offset")));
    },
  });
}

/** The program's clock. Monotonic time is not changed: as when somebody sets the clock of a running machine. */
class Clock {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    this.set(0);
  }

  set(offset: number): void {
    // Renamed into place: a partial offset must not be read.
    Deno.writeTextFileSync(`${this.#file}.new`, `${offset < 0 ? "" : "+"}${offset}\n`);
    Deno.renameSync(`${this.#file}.new`, this.#file);
  }

  start(env: Record<string, string>): Promise<Program> {
    return startProgram({
      env: {
        LD_PRELOAD: LIBRARY!,
        FAKETIME_TIMESTAMP_FILE: this.#file,
        FAKETIME_NO_CACHE: "1",
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
        DONT_FAKE_MONOTONIC: "1",
        RATE_LIMITS: "on",
        BCRYPT_COST: "10",
        LOG_LEVEL: "warn",
        ...env,
      },
    });
  }
}

clockTest(
  "a clock set one hour forward or back disconnects nobody, loses nothing, and blocks nothing",
  async (clock) => {
    await using server = await clock.start({});
    await using alice = await join(server, "alice");
    await using bob = await join(server, "bob");
    await using carol = await joinAsBrowser(server, "carol");
    const clients = [alice, bob, carol];
    const closed: number[] = [];
    for (const client of clients) void client.closed.then((code) => closed.push(code));
    const pings = [0, 0];
    [alice, bob].forEach(({ socket }, at) => socket.on("ping", () => pings[at]! += 1));
    const token = await tokenOf(server, "bob");
    const tokens = [token];
    const first = await alice.say("first", "first");

    for (const [step, offset] of OFFSETS.entries()) {
      clock.set(offset);
      const wanted = Date.now() + offset * 1000;
      const id = await alice.say(`step ${step}`, `step-${step}`);
      const message = await bob.next("message", (each) => each.id === id);
      assert(Math.abs(Date.parse(message.timestamp) - wanted) < 60_000, `the clock says ${message.timestamp}`);
      await carol.frame(`<p dir="auto">step ${step}</p>`);
      assert.equal(await alice.say("first", "first"), first, "a nonce is known across the jump");
      const typing = alice.all("typing").length;
      await eventually(
        () => {
          bob.send({ type: "typing" });
          return alice.all("typing").length > typing;
        },
        5000,
        () => "that bob is typing",
      );

      // A rate-limited user may continue a moment later.
      await exhaust(bob, step);

      // Sessions stay valid, whenever they began.
      tokens.push(await tokenOf(server, `user-${step}`));
      for (const each of tokens) {
        assert.equal((await api(server, "/rooms/general/messages?limit=1", { token: each })).status, 200);
      }
      await using dave = await connect(server, { token: tokens.at(-1)!, after: message.rev });
      await dave.next("history");
      if (isLong) await untilTheyHaveBeenAsked();
      assert.deepEqual(closed, [], "nobody is disconnected");
    }

    const page = (await api(server, "/rooms/general/messages?limit=200", { token })).body.messages;
    const order = page.map(({ seq }: Received) => seq);
    assert.deepEqual(order, order.toSorted((a: number, b: number) => a - b), "the order is that of storing");
    const steps = page.map(({ content }: Received) => content).filter((content: string) => /^step/.test(content));
    assert.deepEqual(steps, OFFSETS.map((_, step) => `step ${step}`));
    assert.deepEqual(bob.all("message").map(({ seq }) => seq), order, "and it was delivered so");
    assert.equal(await server.stop(), 0);

    /** The heartbeat uses monotonic time. */
    async function untilTheyHaveBeenAsked(): Promise<void> {
      const then = [...pings];
      const beats = () => carol.frames.filter((frame) => frame.includes("hx-beat")).length;
      const before = beats();
      await eventually(() => pings.every((count, at) => count >= then[at]! + 2) && beats() >= before + 2, 25_000);
    }
  },
);

clockTest("a departure follows the grace period while the clock is set", async (clock) => {
  await using server = await clock.start({});
  await using alice = await join(server, "alice");
  const token = await tokenOf(server, "alice");
  for (const [step, offset] of [HOUR, 0, -HOUR, 0].entries()) {
    const name = `guest-${step}`;
    const guest = await join(server, name);
    await alice.next("system", ({ content }) => content === `${name} joined`);
    await guest.close();
    await eventually(async () => {
      const { body } = await api(server, "/users", { token });
      return body.some(({ username, online }: Received) => username === name && !online);
    });
    clock.set(offset);
    // A grace period of ten seconds; it may restart when the clock is set.
    await alice.next("system", ({ content }) => content === `${name} left`, 25_000);
  }
}, { ignore: !isLong });

clockTest("a session ends when the clock says so, and not before", async (clock) => {
  await using server = await clock.start({ SESSION_TTL: "90m" });
  await using alice = await join(server, "alice");
  const cookie = await cookieOf(server, "bob");
  await using bob = await connect(server, { cookie });
  const token = await tokenOf(server, "alice");
  const isIn = async () => (await api(server, "/rooms/general/messages?limit=1", { token })).status === 200;
  for (const offset of [HOUR, 0, -HOUR, 0]) {
    clock.set(offset);
    await alice.say(`at ${offset}`);
    assert(await isIn(), `at ${offset} the session is still valid`);
  }
  const codes: number[] = [];
  for (const client of [alice, bob]) void client.closed.then((code) => codes.push(code));
  // Used at the true time, it lives for an hour and a half from then.
  clock.set(HOUR);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.deepEqual(codes, []);
  clock.set(4 * HOUR);
  await eventually(() => codes.length === 2, 10_000, () => "the sessions are over");
  assert.deepEqual(codes, [4401, 4401]);
  assert(!await isIn());
});

/** Sends until refused, and then until accepted again. */
async function exhaust(client: Client, step: number): Promise<void> {
  const from = client.events.length;
  for (let n = 0; n < 90; n++) client.send({ type: "seen", id: 1, nonce: `${step}-${n}` });
  const refused = await eventually(() => client.events.slice(from).find(({ type }) => type === "error"), 10_000);
  assert.equal(refused.code, "rate_limited");
  await eventually(
    async () => {
      const nonce = crypto.randomUUID();
      client.send({ type: "seen", id: 1, nonce });
      const answer = await eventually(() => client.events.findLast((event) => event.nonce === nonce));
      return answer.type === "ack";
    },
    8000,
    () => "its commands are accepted again",
  );
  // Refills for the next time: sixty, at fifteen a second.
  await new Promise((resolve) => setTimeout(resolve, 500));
}
