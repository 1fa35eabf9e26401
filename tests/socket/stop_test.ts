import assert from "node:assert/strict";
import { api, connect, join, type Received, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";
import { tempDir } from "../support/temp_dir.ts";

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} closes every connection with 1012 and exits with 0; accepted messages are stored`, async () => {
    await using dir = await tempDir();
    const nonces = Array.from({ length: 60 }, (_, n) => `message ${n}`);
    let token: string;
    let acked: Received[];
    {
      await using server = await startProgram({ dataDir: dir.path });
      await using alice = await join(server, "alice");
      await using bob = await join(server, "bob");
      token = await tokenOf(server, "alice");
      for (const nonce of nonces) alice.send({ content: nonce, nonce });
      await alice.next("ack");
      const start = performance.now();
      assert.equal(await server.stop(signal), 0);
      assert(performance.now() - start < 10_000);
      assert.deepEqual([await alice.closed, await bob.closed], [1012, 1012]);
      acked = alice.all("ack");
      assert.match(server.stderr, new RegExp(`"event":"stopping","signal":"${signal}"`));
      assert.doesNotMatch(server.stderr, /"level":"(warn|error)"/);
    }
    await using server = await startProgram({ dataDir: dir.path });
    const { body } = await api(server, "/rooms/general/messages?limit=200", { token });
    const kept = body.messages.map(({ id, content }: Received) => ({ id, content }));
    assert.deepEqual(
      kept,
      acked.map(({ id, nonce }) => ({ id, content: nonce })),
      "everything stored was acknowledged",
    );
    // The rest is sent again, and everything is there once.
    await using alice = await connect(server, { token });
    for (const nonce of nonces) alice.send({ content: nonce, nonce });
    await eventually(() => alice.all("ack").length === nonces.length);
    const again = await api(server, "/rooms/general/messages?limit=200", { token });
    assert.deepEqual(again.body.messages.map(({ content }: Received) => content), nonces);
  });
}

Deno.test("a client that does not answer the close frame does not delay the stop", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  alice.socket.pause();
  const start = performance.now();
  assert.equal(await server.stop(), 0);
  assert(performance.now() - start < 10_000);
});

Deno.test("a restart keeps the history, and announces nobody who reconnects in time", async () => {
  await using dir = await tempDir();
  let token: string;
  {
    await using server = await startProgram({ dataDir: dir.path });
    await using alice = await join(server, "alice");
    await using _bob = await join(server, "bob");
    await using _carol = await join(server, "carol");
    await alice.next("system", ({ content }) => /carol/.test(content));
    await alice.say("before");
    token = await tokenOf(server, "alice");
    assert.equal(await server.stop(), 0);
  }
  await using server = await startProgram({ dataDir: dir.path });
  assert.equal(
    server.stdout.trim().split("\n").length,
    1,
    "there are accounts, so the log has nothing about a first one",
  );
  await using alice = await connect(server, { token, after: 1 });
  assert.deepEqual((await alice.next("users")).users, ["alice", "bob", "carol"]);
  await using _bob = await join(server, "bob");
  await using dave = await join(server, "dave");
  assert.deepEqual(dave.all("history")[0].messages.map(({ content }: Received) => content), ["before"]);
  // Carol does not reconnect: her departure follows the grace period, ten seconds after the restart.
  const left = await alice.next("system", ({ content }) => /left/.test(content), 15_000);
  assert.equal(left.content, "carol left");
  assert.deepEqual(alice.all("system").map(({ content }) => content), ["dave joined", "carol left"]);
  assert.deepEqual((await alice.next("users", ({ count }) => count === 3)).users, ["alice", "bob", "dave"]);
});
