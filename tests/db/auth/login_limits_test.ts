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

/** How many of so many wrong attempts are let through. */
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

Deno.test("`LoginLimits` lets ten wrong passwords for an account through from one network, then one in 90 s", () => {
  const limits = new LoginLimits();
  assert.equal(wrong(limits, 20), 10);
  assert.equal(isAdmitted(limits, {}, T0 + 1.5 * MINUTE - 1), false);
  assert.equal(wrong(limits, 5, {}, T0 + 1.5 * MINUTE), 1);
  assert.equal(wrong(limits, 5, { account: "#2" }), 5, "another account");
  assert.equal(wrong(limits, 5, { network: "192.0.2.2" }), 5, "another network");
  assert.equal(wrong(new LoginLimits(), 20, { passwords: 2 }), 5, "two passwords at once are two");
});

Deno.test("`LoginLimits` does not count right passwords", () => {
  const limits = new LoginLimits();
  for (let n = 0; n < 1000; n++) limits.admit(HOME, T0)();
  assert.equal(wrong(limits, 20), 10);
});

Deno.test("`LoginLimits` says when to come back, and then there is room", () => {
  const limits = new LoginLimits();
  wrong(limits, 10);
  assert.throws(() => limits.admit(HOME, T0), (error) => error instanceof ChatError && error.retryAfter === 90);
  limits.admit(HOME, T0 + 90_000);
});

Deno.test("`LoginLimits` locks nobody out whose network tries many names", () => {
  const limits = new LoginLimits();
  for (let n = 0; n < 5000; n++) wrong(limits, 1, { account: `name ${n}` });
  assert.equal(wrong(limits, 10), 3, "an owner at a new browser has three tries");
  assert.equal(wrong(limits, 12, { account: "#2", isKnownAddress: true }), 10, "one who is logged in there has ten");
  assert.equal(wrong(limits, 12, { account: "#3", device: "d3" }), 10, "a browser that is known has ten of its own");
  assert.equal(wrong(limits, 10, { account: "#4", network: "192.0.2.2" }), 10, "elsewhere it is as it was");
});

Deno.test("`LoginLimits` bounds what a whole network can try on one account, and on all accounts", () => {
  const limits = new LoginLimits();
  let admitted = 0;
  for (let n = 0; n < 200; n++) admitted += wrong(limits, 20, { account: `#${n}` });
  // Five accounts of ten, and three for each of the others.
  assert.equal(admitted, 50 + 195 * 3);
});

Deno.test("`LoginLimits` lets the owner in while a thousand networks try their account", () => {
  const limits = new LoginLimits();
  let admitted = 0;
  for (let n = 0; n < 1000; n++) admitted += wrong(limits, 1, { network: `198.51.100.${n}` });
  assert.equal(admitted, 100);
  assert.equal(isAdmitted(limits), false, "a stranger waits");
  assert.equal(isAdmitted(limits, {}, T0 + 9000), true, "not for long");
  assert.equal(wrong(limits, 20, { device: "d1" }), 10, "the owner's browser does not");
  assert.equal(wrong(limits, 20, { network: "192.0.2.9", isKnownAddress: true }), 10, "nor the address of a login");
});

Deno.test("`LoginLimits` takes nothing from one budget when another is used up", () => {
  const limits = new LoginLimits();
  for (let n = 0; n < 10; n++) wrong(limits, 10, { network: `198.51.100.${n}` });
  for (let n = 0; n < 50; n++) assert.equal(isAdmitted(limits), false);
  assert.equal(wrong(limits, 20, { isKnownAddress: true }), 10);
});

Deno.test("`LoginLimits.admitRegistration()` lets a hundred accounts be made from one network, and one in 9 s then", () => {
  const limits = new LoginLimits();
  for (let n = 0; n < 100; n++) limits.admitRegistration("192.0.2.1", T0);
  assert.throws(() => limits.admitRegistration("192.0.2.1", T0), ChatError);
  limits.admitRegistration("192.0.2.2", T0);
  limits.admitRegistration("192.0.2.1", T0 + 9000);
});

Deno.test("`LoginLimits` keeps a bounded number of names, and none for what it refuses", () => {
  const limits = new LoginLimits();
  for (let n = 0; n < 100_000; n++) wrong(limits, 1, { account: `name ${n}` });
  assert(limits.size < 70_000, `${limits.size} keys`);
  const before = limits.size;
  for (let n = 0; n < 1000; n++) wrong(limits, 20, { account: "#1" });
  assert(limits.size <= before + 3);
});
