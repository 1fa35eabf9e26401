import assert from "node:assert/strict";
import { ChatError } from "../../../db/errors.ts";
import { LINE_MAX, PASSWORD_THREADS, Passwords, QUEUE_MAX, RANK } from "../../../db/auth/password.ts";
import { runScript } from "../../support/script.ts";

function open(cost = 4) {
  const passwords = new Passwords(cost);
  return { passwords, [Symbol.dispose]: () => passwords.close() };
}

Deno.test("`Passwords.hash()` makes a salted bcrypt hash at its cost that only this password matches", async () => {
  using opened = open(5);
  const { passwords } = opened;
  const [one, two] = await Promise.all([passwords.hash("correct horse"), passwords.hash("correct horse")]);
  assert.match(one, /^\$2[ab]\$05\$.{53}$/);
  assert.notEqual(one, two);
  assert.equal(await passwords.matches("correct horse", one), true);
  assert.equal(await passwords.matches("correct horse", two), true);
  for (const other of ["correct horsf", "Correct horse", "correct horse ", "", "correct horse\0x"]) {
    assert.equal(await passwords.matches(other, one), false, other);
  }
});

Deno.test("`Passwords.matches()` compares every byte up to the 72nd in every script", async () => {
  using opened = open();
  const { passwords } = opened;
  const password = `${"ü".repeat(35)}ab`;
  const hash = await passwords.hash(password);
  assert.equal(await passwords.matches(password, hash), true);
  assert.equal(await passwords.matches(`${"ü".repeat(35)}ac`, hash), false, "the 72nd byte counts");
});

Deno.test("`Passwords.matches()` returns false for an unknown user after the same work", async () => {
  // bcrypt doubles with each step: at this cost the work is measurable, and an answer without it takes no time.
  using opened = open(9);
  const { passwords } = opened;
  const hash = await passwords.hash("correct horse");
  // In turn, so that a busy machine slows both alike.
  let [known, unknown] = [Infinity, Infinity];
  const time = async (hash: string | undefined) => {
    const start = performance.now();
    assert.equal(await passwords.matches("wrong horse", hash), false);
    return performance.now() - start;
  };
  for (let n = 0; n < 15; n++) {
    known = Math.min(known, await time(hash));
    unknown = Math.min(unknown, await time(undefined));
  }
  assert(unknown > known / 3 && unknown < known * 3, `${unknown} ms for an unknown user, ${known} ms for a known one`);
  for (const password of ["", ".".repeat(53)]) assert.equal(await passwords.matches(password, undefined), false);
});

Deno.test("`Passwords.matches()` takes the same time for a hash of any cost and for an unknown user", async () => {
  using cheap = open(5);
  using opened = open(7);
  using dear = open(9);
  const { passwords } = opened;
  const hashes = [
    await cheap.passwords.hash("correct horse"),
    await passwords.hash("correct horse"),
    await dear.passwords.hash("correct horse"),
  ];
  const [cheapest, usual, dearest] = hashes;
  assert.equal(await passwords.matches("correct horse", cheapest), true, "and the correct password still matches");
  assert.equal(await passwords.matches("correct horse", dearest, { atLeast: 9 }), true);
  for (const [atLeast, each] of [[0, [undefined, cheapest, usual]], [9, [undefined, ...hashes]]] as const) {
    const best = each.map(() => Infinity);
    // Interleaved, so that other load on the machine affects all of them.
    for (let round = 0; round < 12; round++) {
      for (const [at, hash] of each.entries()) {
        const start = performance.now();
        assert.equal(await passwords.matches("wrong horse", hash, { atLeast }), false);
        best[at] = Math.min(best[at]!, performance.now() - start);
      }
    }
    // Two steps of the cost would take four times as long.
    assert(Math.max(...best) < 2.5 * Math.min(...best), `${best.map(Math.round)} ms for ${each}`);
  }
});

Deno.test("`Passwords` queues networks fairly during ninety-five registrations from one network, and refuses some of those", async () => {
  using opened = open(6);
  const { passwords } = opened;
  const done: string[] = [];
  const flood = Array.from({ length: LINE_MAX + PASSWORD_THREADS + 65 }, async (_, n) => {
    await passwords.hash(`password ${n}`, { rank: RANK.newcomer, line: "192.0.2.1" });
    done.push("registration");
  });
  const settled = Promise.allSettled(flood);
  // Behind those who are served before it.
  while (done.length < 1) await Promise.race(flood.map((each) => each.catch(() => {})).slice(0, 1));
  const before = done.length;
  await passwords.matches("correct horse", undefined, { place: { rank: RANK.stranger, line: "192.0.2.2" } });
  assert(done.length - before <= 2 * PASSWORD_THREADS + 1, `${done.length - before} were served before it`);
  const refused = (await settled).filter((each) => each.status === "rejected");
  assert(refused.length >= 65, `${refused.length} refused`);
  for (const { reason } of refused) {
    assert(reason instanceof ChatError && reason.code === "rate_limited" && reason.retryAfter! >= 1, String(reason));
  }
});

Deno.test("`Passwords` serves the owner however many strangers are queued", async () => {
  using opened = open();
  const { passwords } = opened;
  const strangers = Array.from(
    { length: PASSWORD_THREADS + QUEUE_MAX + 8 },
    (_, n) =>
      passwords.matches("wrong horse", undefined, { place: { rank: RANK.stranger, line: `192.0.2.${n % 200}` } }),
  );
  const settled = Promise.allSettled(strangers);
  assert.equal(
    await passwords.matches("x", undefined, { place: { rank: RANK.device, line: "198.51.100.1" } }),
    false,
  );
  const refused = (await settled).filter(({ status }) => status === "rejected").length;
  assert(refused >= 9, `${refused} strangers were dropped`);
});

Deno.test("`Passwords` refuses work beyond its queue and completes the rest", async () => {
  using opened = open();
  const { passwords } = opened;
  const jobs = Array.from(
    { length: PASSWORD_THREADS + QUEUE_MAX + 8 },
    async (_, n) => await passwords.hash(`password ${n}`),
  );
  const results = await Promise.allSettled(jobs);
  const refused = results.filter((each) => each.status === "rejected").map(({ reason }) => reason);
  const more = refused.length - 8;
  assert(more >= 0 && more <= PASSWORD_THREADS, `${refused.length} refused: all but those running and queued`);
  for (const reason of refused) {
    assert(reason instanceof ChatError);
    assert.equal(reason.code, "rate_limited");
    assert.equal(reason.retryAfter! > 0, true);
  }
  assert.match(await passwords.hash("later"), /^\$2/, "and accepts new ones after that");
});

Deno.test("`Passwords` survives jobs that crash its workers", async () => {
  const output = await runScript("failing_password.ts");
  assert.deepEqual(JSON.parse(output), { failed: ["rejected", "rejected", "rejected"], matches: true });
});

Deno.test("`Passwords.close()` rejects queued and later calls", async () => {
  using opened = open();
  const { passwords } = opened;
  const waiting = Array.from({ length: 3 }, () => passwords.hash("correct horse"));
  const rejected = Promise.allSettled(waiting);
  passwords.close();
  assert.deepEqual((await rejected).map(({ status }) => status), ["rejected", "rejected", "rejected"]);
  await assert.rejects(passwords.hash("correct horse"), /shutting down/);
});
