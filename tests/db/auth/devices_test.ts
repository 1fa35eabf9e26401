import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { devices } from "../../../db/auth/devices.ts";
import type { UserId } from "../../../db/model.ts";

const alice = 1 as UserId;
const bob = 2 as UserId;

Deno.test("`Devices.readDevice()` accepts its own cookie for this user and this password only", () => {
  const { issueDevice, readDevice } = devices(randomBytes(32));
  const [one, two] = [issueDevice(alice, "hash-a"), issueDevice(alice, "hash-a")];
  assert.match(one, /^1\.[\w-]{16}\.[\w-]{22}$/, "a cookie's value");
  assert.notEqual(readDevice(one, alice, "hash-a"), readDevice(two, alice, "hash-a"), "each one is valid");
  assert.equal(readDevice(one, alice, "hash-a"), readDevice(one, alice, "hash-a"));
  assert.equal(readDevice(one, alice, "hash-b"), undefined, "the password has changed");
  assert.equal(readDevice(one, bob, "hash-a"), undefined);
  assert.equal(readDevice(one.replace(/^1/, "2"), bob, "hash-a"), undefined);
  assert.equal(devices(randomBytes(32)).readDevice(one, alice, "hash-a"), undefined, "another key");
  const [, id, proof] = one.split(".");
  const [, otherId] = two.split(".");
  for (const forged of ["", "1", "1..", `1.${otherId}.${proof}`, `1.${id}.`, `1.${id}.AAAA`, `1.${id}.${proof}AAAA`]) {
    assert.equal(readDevice(forged, alice, "hash-a"), undefined, forged);
  }
});
