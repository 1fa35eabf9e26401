import assert from "node:assert/strict";
import { api, connect, PASSWORD, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { type Program, startProgram } from "../support/program.ts";

const limited = { RATE_LIMITS: "on", BCRYPT_COST: "10" };

/** Sends sixty messages through a new socket; resolves to how many were accepted. */
async function visit(server: Program, token: string, round: number): Promise<number> {
  await using socket = await connect(server, { token });
  for (let n = 0; n < 60; n++) socket.send({ content: `${n}`, nonce: `${round}-${n}` });
  const answers = () => socket.events.filter(({ nonce }) => nonce?.startsWith(`${round}-`));
  await eventually(() => answers().filter(({ type }) => type !== "message").length === 60, 10_000);
  return answers().filter(({ type }) => type === "ack").length;
}

Deno.test("a user's command budget survives reconnects and is shared with HTTP", async () => {
  await using server = await startProgram({ env: limited });
  const token = await tokenOf(server, "alice");
  const start = performance.now();
  let taken = 0;
  for (let round = 0; round < 5; round++) taken += await visit(server, token, round);
  const posts = await Promise.all(
    Array.from({ length: 60 }, (_, n) => api(server, "/rooms/general/messages", { token, body: { content: `${n}` } })),
  );
  const refused = posts.filter(({ status }) => status === 429);
  taken += posts.length - refused.length;
  const allowed = 60 + 15 * (performance.now() - start) / 1000 + 1;
  assert(taken >= 60 && taken <= allowed, `${taken} taken, ${allowed} allowed`);
  assert(refused.length > 0);
  for (const { headers } of refused) assert.equal(headers.get("Retry-After"), "1");
});

Deno.test("a flood of registrations does not delay a login from elsewhere", async () => {
  await using server = await startProgram({ env: { ...limited, TRUST_PROXY: "on" } });
  await tokenOf(server, "alice");
  const post = async (address: string, path: string, body: unknown) => {
    const start = performance.now();
    const response = await fetch(server.url + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Forwarded-For": address },
      body: JSON.stringify(body),
    });
    await response.body?.cancel();
    return { status: response.status, retryAfter: response.headers.get("Retry-After"), done: performance.now(), start };
  };
  const flood = Array.from(
    { length: 95 },
    (_, n) => post("192.0.2.1", "/register", { username: `user${n}`, password: PASSWORD }),
  );
  const first = await Promise.race(flood);
  const login = await post("192.0.2.2", "/login", { username: "alice", password: PASSWORD });
  const others = await Promise.all(flood);
  assert.equal(login.status, 200);
  const made = others.filter(({ status }) => status === 200);
  const refused = others.filter(({ status }) => status === 429);
  assert.equal(made.length + refused.length, 95);
  for (const { retryAfter } of refused) assert(Number(retryAfter) >= 1, `Retry-After: ${retryAfter}`);
  assert(made.length >= 30, `${made.length} were created`);
  const after = made.filter(({ done }) => done > login.done).length;
  assert(after >= 20, `the login is answered before ${after} of ${made.length} earlier registrations`);
  assert(login.start >= first.done);
});
