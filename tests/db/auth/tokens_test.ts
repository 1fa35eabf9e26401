import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { SignJWT, UnsecuredJWT } from "jose";
import type { SessionId } from "../../../db/model.ts";
import { signingKey, tokens } from "../../../db/auth/tokens.ts";
import { startScript } from "../../support/script.ts";
import { tempDir } from "../../support/temp_dir.ts";

const KEY = randomBytes(32);
const ALICE = "5c0ffee0-0000-4000-8000-000000000001" as SessionId;
const MINUTE = 60_000;

function soon(): number {
  return Math.floor((Date.now() + MINUTE) / 1000);
}

Deno.test("`Tokens.read()` returns the session of an issued token", async () => {
  const { issue, read } = tokens(KEY);
  const token = await issue(ALICE, Date.now() + MINUTE);
  assert.equal(await read(token), ALICE);
  const [header, payload] = token.split(".").slice(0, 2).map((part) => JSON.parse(atob(part)));
  assert.deepEqual(header, { alg: "HS256" });
  assert.deepEqual(Object.keys(payload).sort(), ["exp", "iat", "sid"], "nothing about the user");
});

Deno.test("`Tokens.read()` refuses tokens that we did not sign", async () => {
  const { issue, read } = tokens(KEY);
  const signed = (claims: Record<string, unknown>, { alg = "HS256", key = KEY as Uint8Array } = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg }).sign(key);
  const good = { sid: ALICE, exp: soon() };
  assert.equal(await read(await signed(good)), ALICE, "each of the others differs from this one in one respect");
  const [header, payload, signature] = (await signed(good)).split(".") as [string, string, string];
  const forged = btoa(JSON.stringify({ ...good, sid: "somebody-else" })).replaceAll("=", "");

  const refused: Record<string, string> = {
    "no algorithm": new UnsecuredJWT(good).encode(),
    "another algorithm": await signed(good, { alg: "HS512", key: twice(KEY) }),
    "the same key with another algorithm": await signed(good, { alg: "HS384", key: twice(KEY) }),
    "another key": await signed(good, { key: randomBytes(32) }),
    "no end": await signed({ sid: ALICE }),
    "an expiry in the past": await signed({ sid: ALICE, exp: Math.floor(Date.now() / 1000) - 1 }),
    "a start in the future": await signed({ ...good, nbf: soon() }),
    "no session": await signed({ exp: soon() }),
    "a session that is not a string": await signed({ sid: 1, exp: soon() }),
    "another payload": [header, forged, signature].join("."),
    "no signature": [header, payload, ""].join("."),
    "no header": ["", payload, signature].join("."),
    "too few parts": [header, payload].join("."),
    "nothing": "",
    "garbage": "\0 \u{1F600}",
    "much": "a".repeat(100_000),
  };
  for (const [what, token] of Object.entries(refused)) assert.equal(await read(token), undefined, what);
  const expired = await issue(ALICE, Date.now() - 2000);
  assert.equal(await read(expired), undefined, "an expired one of ours");
});

/** The key, long enough for the longer algorithms. */
function twice(key: Uint8Array): Uint8Array {
  return new Uint8Array([...key, ...key]);
}

Deno.test("`tokens()` refuses a key that is too short", () => {
  assert.throws(() => tokens(new Uint8Array(31)), /has 31 bytes, needs 32/);
  assert.throws(() => tokens(new Uint8Array(0)), /has 0 bytes/);
});

Deno.test("`signingKey()` creates the key once, readable by its owner only", async () => {
  await using dir = await tempDir();
  const key = signingKey(dir.path);
  assert.equal(key.length, 32);
  assert.deepEqual(signingKey(dir.path), key);
  const files = [...Deno.readDirSync(dir.path)].map(({ name }) => name);
  assert.deepEqual(files, ["signing.key"]);
  if (Deno.build.os !== "windows") {
    assert.equal((await Deno.stat(join(dir.path, "signing.key"))).mode! & 0o777, 0o600);
  }
  await using other = await tempDir();
  assert.notDeepEqual(signingKey(other.path), key);
});

Deno.test("`signingKey()` returns one key to twenty concurrent starts", async () => {
  await using dir = await tempDir();
  const racers = Array.from({ length: 20 }, () => startScript("racing_key.ts", dir.path));
  await Promise.all(racers.map((racer) => racer.prints("ready")));
  for (const racer of racers) racer.release();
  const keys = await Promise.all(racers.map((racer) => racer.output()));
  assert.equal(new Set(keys).size, 1);
  assert.match(keys[0]!, /^ready\n[0-9a-f]{64}\n$/);
  assert.deepEqual([...Deno.readDirSync(dir.path)].map(({ name }) => name), ["signing.key"]);
});
