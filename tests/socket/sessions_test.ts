import assert from "node:assert/strict";
import { api, connect, join, joinAsBrowser, PASSWORD, Refused, tokenOf } from "../support/client.ts";
import { startProgram } from "../support/program.ts";

Deno.test("a logout closes every window of its session with 4401 at once and revokes the token", async () => {
  await using server = await startProgram();
  const token = await tokenOf(server, "alice");
  await using desk = await connect(server, { token });
  await using sameDesk = await connect(server, { token });
  await using phone = await join(server, "alice");
  await using bob = await join(server, "bob");
  await desk.next("history");
  await sameDesk.next("history");
  const { status } = await api(server, "/logout", { token, method: "POST" });
  assert.equal(status, 200);
  assert.deepEqual([await desk.closed, await sameDesk.closed], [4401, 4401]);
  await assert.rejects(connect(server, { token }), (error) => error instanceof Refused && error.status === 401);
  assert.equal((await api(server, "/users", { token })).status, 401);
  await phone.say("still here");
  await bob.next("message");
});

Deno.test("a logout in the browser closes its windows with 4401", async () => {
  await using server = await startProgram();
  await using browser = await joinAsBrowser(server, "alice");
  const login = await api(server, "/login", { body: { username: "alice", password: PASSWORD } });
  // Another session of the same user is not affected.
  await using program = await connect(server, { token: login.body.token });
  await program.next("history");
  const cookie = browser.cookie!;
  const response = await fetch(`${server.url}/logout`, {
    method: "POST",
    redirect: "manual",
    headers: { Cookie: cookie, Origin: server.url, Accept: "text/html" },
  });
  await response.body?.cancel();
  assert.equal(response.status, 303);
  assert.equal(await browser.closed, 4401);
  assert.equal(await program.say("Hello"), 1);
  await assert.rejects(connect(server, { cookie }), { status: 401 });
});

Deno.test("an unused session ends on time with 4401, a used one is renewed", async () => {
  await using server = await startProgram({ env: { SESSION_TTL: "2s" } });
  await using alice = await join(server, "alice");
  await using bob = await join(server, "bob");
  const start = performance.now();
  const idle = bob.closed.then((code) => ({ code, after: performance.now() - start }));
  let ended = false;
  idle.then(() => ended = true);
  const busy = setInterval(() => alice.send({ type: "typing" }), 200);
  try {
    const { code, after } = await idle;
    assert.equal(code, 4401);
    assert(ended && after > 1000 && after < 6000, `after ${after} ms`);
  } finally {
    clearInterval(busy);
  }
  await alice.say("still here");
});
