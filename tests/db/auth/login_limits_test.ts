import assert from "node:assert/strict";
import { ChatError } from "../../../db/errors.ts";
import { type Attempt, LoginLimits } from "../../../db/auth/login_limits.ts";

const T0 = 1_800_000_000_000;
const MINUTE = 60_000;
const HOME: Attempt = {
  account: "#1",
  network: "192.0.2.1",
  device: undefined,
  isKnownAddress: false,
  passwords: 1,
};

/** How many of this many wrong attempts are admitted. */
function wrong(limits: LoginLimits, tries: number, facts: Partial<Attempt> = {}, now = T0): number {
  let admitted = 0;
  for (let n = 0; n < tries; n++) if (isAdmitted(limits, facts, now)) admitted += 1;
  return admitted;
}

function isAdmitted(limits: LoginLimits, facts: Partial<Attempt> = {}, now = T0): boolean {
  try {
    limits.admit({ ...HOME, ...facts }, now);
    return true;
  } catch (error) {
    assert(error instanceof ChatError && error.code === "rate_limited" && error.retryAfter! > 0, String(error));
    return false;
  }
}

Deno.test("`LoginLimits` admits ten wrong passwords for an account from one network, then one every 90 s", () => {
  const limits = new LoginLimits();
  assert.equal(wrong(limits, 20), 10);
  assert.equal(isAdmitted(limits, {}, T0 + 1.5 * MINUTE - 1), false);
  assert.equal(wrong(limits, 5, {}, T0 + 1.5 * MINUTE), 1);
  assert.equal(wrong(limits, 5, { account: "#2" }), 5, "another account");
  assert.equal(wrong(limits, 5, { network: "192.0.2.2" }), 5, "another network");
  assert.equal(wrong(new LoginLimits(), 20, { passwords: 2 }), 5, "two concurrent attempts count as two");
});

Deno.test("`LoginLimits` does not count correct passwords", () => {
  const limits = new LoginLimits();
  for (let n = 0; n < 1000; n++) limits.admit(HOME, T0)();
  assert.equal(wrong(limits, 20), 10);
});

Deno.test("`LoginLimits` says when to retry, and then admits", () => {
  const limits = new LoginLimits();
  wrong(limits, 10);
  assert.throws(() => limits.admit(HOME, T0), (error) => error instanceof ChatError && error.retryAfter === 90);
  limits.admit(HOME, T0 + 90_000);
});

Deno.test("`LoginLimits` locks nobody out when their network tries many names", () => {
  const limits = new LoginLimits();
  for (let n = 0; n < 5000; n++) wrong(limits, 1, { account: `name ${n}` });
  assert.equal(wrong(limits, 10), 3, "the owner has three attempts from a new browser");
  assert.equal(wrong(limits, 12, { account: "#2", isKnownAddress: true }), 10, "a user with a session there has ten");
  assert.equal(wrong(limits, 12, { account: "#3", device: "d3" }), 10, "a known browser has ten of its own");
  assert.equal(wrong(limits, 10, { account: "#4", network: "192.0.2.2" }), 10, "elsewhere nothing changes");
});

Deno.test("`LoginLimits` bounds the attempts of a whole network on one account and on all accounts", () => {
  const limits = new LoginLimits();
  let admitted = 0;
  for (let n = 0; n < 200; n++) admitted += wrong(limits, 20, { account: `#${n}` });
  // Five accounts with ten attempts each, three for each of the others.
  assert.equal(admitted, 50 + 195 * 3);
});

Deno.test("`LoginLimits` admits the owner while a thousand networks try the account", () => {
  const limits = new LoginLimits();
  let admitted = 0;
  for (let n = 0; n < 1000; n++) admitted += wrong(limits, 1, { network: `198.51.100.${n}` });
  assert.equal(admitted, 100);
  assert.equal(isAdmitted(limits), false, "a stranger waits");
  assert.equal(isAdmitted(limits, {}, T0 + 9000), true, "not for long");
  assert.equal(wrong(limits, 20, { device: "d1" }), 10, "the owner's browser is admitted");
  assert.equal(wrong(limits, 20, { network: "192.0.2.9", isKnownAddress: true }), 10, "so is the address of a session");
});

Deno.test("`LoginLimits` takes nothing from one budget when another is exhausted", () => {
  const limits = new LoginLimits();
  for (let n = 0; n < 10; n++) wrong(limits, 10, { network: `198.51.100.${n}` });
  for (let n = 0; n < 50; n++) assert.equal(isAdmitted(limits), false);
  assert.equal(wrong(limits, 20, { isKnownAddress: true }), 10);
});

Deno.test("`LoginLimits.admitRegistration()` admits a hundred registrations from one network, then one every 9 s", () => {
  const limits = new LoginLimits();
  for (let n = 0; n < 100; n++) limits.admitRegistration("192.0.2.1", T0);
  assert.throws(() => limits.admitRegistration("192.0.2.1", T0), ChatError);
  limits.admitRegistration("192.0.2.2", T0);
  limits.admitRegistration("192.0.2.1", T0 + 9000);
});

Deno.test("`LoginLimits` tracks a bounded number of names, and none that it refuses", () => {
  const limits = new LoginLimits();
  for (let n = 0; n < 100_000; n++) wrong(limits, 1, { account: `name ${n}` });
  assert(limits.size < 70_000, `${limits.size} keys`);
  const before = limits.size;
  for (let n = 0; n < 1000; n++) wrong(limits, 20, { account: "#1" });
  assert(limits.size <= before + 3);
});
