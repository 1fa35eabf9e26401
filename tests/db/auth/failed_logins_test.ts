import assert from "node:assert/strict";
import { FailedLogins } from "../../../db/auth/failed_logins.ts";
import type { Person, UserId } from "../../../db/model.ts";
import type { Store } from "../../../db/store.ts";
import { castOf, T0 } from "../../support/cast.ts";
import { tempStore } from "../../support/temp_store.ts";

const MINUTE = 60_000;

async function open() {
  const temp = await tempStore();
  const cast = await castOf(temp.store);
  const logged: string[] = [];
  let works = true;
  const audit = {
    ...temp.store.audit,
    note: (...args: Parameters<Store["audit"]["note"]>) =>
      works ? temp.store.audit.note(...args) : Promise.reject(new Error("disk full")),
  };
  const failures = new FailedLogins({
    store: { ...temp.store, audit },
    log: (_level, event) => void logged.push(event),
  });
  return {
    ...temp,
    ...cast,
    failures,
    logged,
    fail: (isFailing: boolean) => works = !isFailing,
    wrong: (user: Person | undefined, address: string, now = T0) =>
      failures.add({ user, address, refused: false }, now),
    refused: (user: Person | undefined, address: string, now = T0) =>
      failures.add({ user, address, refused: true }, now),
    /** The audit entries, oldest first. */
    async entries() {
      await temp.store.settings.set("all that was written before", "");
      const { items } = await temp.store.audit.list({ action: "login_failed" }, { limit: 500 });
      return items.reverse().map(({ target, reason }) => `${target}: ${reason}`);
    },
  };
}

Deno.test("`FailedLogins` writes the first entry at once, the next after a minute, then one every 15 minutes", async () => {
  await using opened = await open();
  const { alice, entries, failures, wrong } = opened;
  wrong(alice, "192.0.2.1");
  assert.deepEqual(await entries(), ["alice: 1 wrong password from 192.0.2.1"]);
  for (let n = 0; n < 30; n++) wrong(alice, "192.0.2.1", T0 + 1000);
  await failures.flush(T0 + MINUTE - 1);
  assert.equal((await entries()).length, 1);
  await failures.flush(T0 + MINUTE);
  assert.deepEqual((await entries()).slice(1), ["alice: 30 wrong passwords from 192.0.2.1"]);
  for (let minute = 1; minute < 61; minute++) {
    wrong(alice, "192.0.2.1", T0 + minute * MINUTE + 1);
    await failures.flush(T0 + minute * MINUTE + 2);
  }
  assert.equal((await entries()).length, 2 + 3, "one hour makes three entries");
  await failures.flush(T0 + 62 * MINUTE, true);
  assert.equal((await entries()).length, 6, "the remainder is written at shutdown");
  await failures.flush(T0 + 200 * MINUTE);
  wrong(alice, "192.0.2.1", T0 + 200 * MINUTE);
  assert.equal((await entries()).length, 7, "after a quiet period the first is written at once again");
});

Deno.test("`FailedLogins` records the count, the outcomes and the first addresses", async () => {
  await using opened = await open();
  const { bob, entries, failures, refused, wrong } = opened;
  wrong(bob, "192.0.2.1");
  for (let n = 0; n < 9; n++) wrong(bob, `192.0.2.${n % 2}`);
  for (let n = 0; n < 3; n++) refused(bob, "2001:db8::1");
  await failures.flush(T0 + MINUTE);
  for (let n = 0; n < 9; n++) refused(bob, `192.0.2.${n}`, T0 + 2 * MINUTE);
  await failures.flush(T0 + 20 * MINUTE);
  assert.deepEqual((await entries()).slice(1), [
    "bob: 9 wrong passwords, 3 attempts throttled from 192.0.2.0, 192.0.2.1 and 2001:db8::1",
    "bob: 9 attempts throttled from 192.0.2.0, 192.0.2.1, 192.0.2.2 and other addresses",
  ]);
});

Deno.test("`FailedLogins` stores no unknown name and no malformed address", async () => {
  await using opened = await open();
  const { entries, failures, wrong } = opened;
  wrong(undefined, "<script>alert(1)</script>");
  for (let n = 0; n < 1000; n++) wrong(undefined, `=HYPERLINK(${n})`);
  await failures.flush(T0 + MINUTE);
  assert.deepEqual(await entries(), [
    "(unknown name): 1 wrong password from an unknown address",
    "(unknown name): 1000 wrong passwords from an unknown address",
  ]);
});

Deno.test("`FailedLogins` writes at most a few hundred entries an hour, however many accounts are tried", async () => {
  await using opened = await open();
  const { entries, failures, wrong } = opened;
  const hour = T0 - T0 % (60 * MINUTE);
  for (let n = 0; n < 5000; n++) {
    wrong({ id: 1000 + n as UserId, username: `user${n}` }, "192.0.2.1", hour + n * 500);
    if (n % 100 === 0) await failures.flush(hour + n * 500);
  }
  await failures.flush(hour + 59 * MINUTE);
  const written = await entries();
  assert(written.length <= 110, `${written.length} entries`);
  const others = written.filter((entry) => entry.startsWith("(other accounts): "));
  const counted = written.map((entry) => Number(/: (\d+) wrong/.exec(entry)![1])).reduce((sum, each) => sum + each, 0);
  assert(others.length > 0 && counted === 5000, `${counted} of 5000 are written`);
  wrong({ id: 7 as UserId, username: "late" }, "192.0.2.1", hour + 60 * MINUTE);
  assert.equal((await entries()).at(-1), "late: 1 wrong password from 192.0.2.1", "the next hour starts afresh");
});

Deno.test("`FailedLogins` writes later what it cannot write now", async () => {
  await using opened = await open();
  const { alice, entries, fail, failures, logged, wrong } = opened;
  fail(true);
  wrong(alice, "192.0.2.1");
  await failures.flush(T0, true);
  fail(false);
  await failures.flush(T0 + 20 * MINUTE);
  assert.deepEqual([await entries(), logged.length > 0], [["alice: 1 wrong password from other addresses"], true]);
});
