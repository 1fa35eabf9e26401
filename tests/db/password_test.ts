import assert from "node:assert/strict";
import { ChatError } from "../../db/errors.ts";
import { PASSWORD_THREADS, Passwords, QUEUE_MAX } from "../../db/password.ts";
import { runScript } from "../support/script.ts";

function open(cost = 4) {
  const passwords = new Passwords(cost);
  return { passwords, [Symbol.dispose]: () => passwords.close() };
}

Deno.test("`Passwords.hash()` makes a bcrypt hash of its own cost and salt that only this password matches", async () => {
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

Deno.test("`Passwords.matches()` tells every byte up to the 72nd, whatever the script", async () => {
  using opened = open();
  const { passwords } = opened;
  const password = `${"ü".repeat(35)}ab`;
  const hash = await passwords.hash(password);
  assert.equal(await passwords.matches(password, hash), true);
  assert.equal(await passwords.matches(`${"ü".repeat(35)}ac`, hash), false, "the 72nd byte counts");
});

Deno.test("`Passwords.matches()` says no for a user that does not exist, after the same work", async () => {
  // bcrypt doubles with each step: at this cost the work shows, and without it an answer takes no time.
  using opened = open(9);
  const { passwords } = opened;
  const hash = await passwords.hash("correct horse");
  const least = async (hash: string | undefined) => {
    let best = Infinity;
    for (let n = 0; n < 5; n++) {
      const start = performance.now();
      assert.equal(await passwords.matches("wrong horse", hash), false);
      best = Math.min(best, performance.now() - start);
    }
    return best;
  };
  const [known, unknown] = [await least(hash), await least(undefined)];
  assert(unknown > known / 3 && unknown < known * 3, `${unknown} ms for nobody, ${known} ms for somebody`);
  for (const password of ["", ".".repeat(53)]) assert.equal(await passwords.matches(password, undefined), false);
});

Deno.test("`Passwords` refuses what it cannot work off, and works off the rest", async () => {
  using opened = open();
  const { passwords } = opened;
  const jobs = Array.from(
    { length: PASSWORD_THREADS + QUEUE_MAX + 8 },
    async (_, n) => await passwords.hash(`password ${n}`),
  );
  const results = await Promise.allSettled(jobs);
  const refused = results.filter((each) => each.status === "rejected").map(({ reason }) => reason);
  const more = refused.length - 8;
  assert(more >= 0 && more <= PASSWORD_THREADS, `${refused.length} refused: all but those at work and those waiting`);
  for (const reason of refused) {
    assert(reason instanceof ChatError);
    assert.equal(reason.code, "rate_limited");
    assert.equal(reason.retryAfter! > 0, true);
  }
  assert.match(await passwords.hash("later"), /^\$2/, "and takes new ones after that");
});

Deno.test("`Passwords` survives jobs that make its Workers fail", async () => {
  const output = await runScript("failing_password.ts");
  assert.deepEqual(JSON.parse(output), { failed: ["rejected", "rejected", "rejected"], matches: true });
});

Deno.test("`Passwords.close()` rejects those who wait and those who come", async () => {
  using opened = open();
  const { passwords } = opened;
  const waiting = Array.from({ length: 3 }, () => passwords.hash("correct horse"));
  const rejected = Promise.allSettled(waiting);
  passwords.close();
  assert.deepEqual((await rejected).map(({ status }) => status), ["rejected", "rejected", "rejected"]);
  await assert.rejects(passwords.hash("correct horse"), /shutting down/);
});
