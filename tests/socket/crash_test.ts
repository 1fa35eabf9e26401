import assert from "node:assert/strict";
import { api, connect, join, type Received, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";
import { tempDir } from "../support/temp_dir.ts";

Deno.test("after kill -9 under load every acknowledged message is there, once and in order", async () => {
  await using dir = await tempDir();
  const names = ["alice", "bob", "carol"];
  const nonces = names.map((name) => Array.from({ length: 400 }, (_, n) => `${name}-${n}`));
  const acked: Received[] = [];
  const seen: Received[] = [];
  {
    await using server = await startProgram({ dataDir: dir.path });
    const clients = await Promise.all(names.map((name) => join(server, name)));
    const sending = clients.map(async (client, at) => {
      for (const [n, nonce] of nonces[at]!.entries()) {
        if (client.socket.readyState !== client.socket.OPEN) return;
        client.send({ content: nonce, nonce });
        // A connection may have a bounded number of commands waiting.
        while (n - client.all("ack").length > 20 && client.socket.readyState === client.socket.OPEN) {
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      }
    });
    await eventually(() => clients.every((client) => client.all("ack").length > 50));
    await server.kill();
    await Promise.all(sending);
    await Promise.all(clients.map(({ closed }) => closed));
    for (const client of clients) {
      acked.push(...client.all("ack"));
      seen.push(...client.all("message"));
    }
    assert(acked.length < 1200, "the program was killed in the midst of it");
  }
  await using server = await startProgram({ dataDir: dir.path });
  const stored = await everything();
  const bySeq = new Map(stored.map((message) => [message.seq, message]));
  assert.deepEqual(stored.map(({ seq }) => seq), Array.from({ length: stored.length }, (_, n) => n + 1));
  const contents = new Map(stored.map(({ id, content }) => [content, id]));
  assert.equal(contents.size, stored.length, "each once");
  for (const { nonce, id } of acked) assert.equal(contents.get(nonce), id, `${nonce} was acknowledged`);
  for (const { seq, id, content } of seen) {
    assert.deepEqual([bySeq.get(seq)?.id, bySeq.get(seq)?.content], [id, content], "what was shown was on disk");
  }
  for (const own of nonces) {
    const order = stored.map(({ content }) => own.indexOf(content)).filter((at) => at >= 0);
    assert.deepEqual(order, order.map((_, n) => n), "in the order in which it was sent");
  }

  // Whoever got no answer says it again.
  for (const [at, name] of names.entries()) {
    await using client = await connect(server, { token: await tokenOf(server, name) });
    await client.next("history");
    for (const nonce of nonces[at]!.slice(0, 120)) {
      client.send({ content: nonce, nonce });
      await eventually(() => client.all("ack").some((ack) => ack.nonce === nonce));
    }
  }
  const after = (await everything()).map(({ content }) => content);
  assert.equal(new Set(after).size, after.length, "each once, still");
  for (const own of nonces) for (const nonce of own.slice(0, 120)) assert(after.includes(nonce));

  async function everything(): Promise<Received[]> {
    const token = await tokenOf(server, "alice");
    const all: Received[] = [];
    while (true) {
      const before = all.length === 0 ? "" : `&before=${all[0].seq}`;
      const { body } = await api(server, `/rooms/general/messages?limit=200${before}`, { token });
      if (body.messages.length === 0) return all;
      all.unshift(...body.messages);
    }
  }
});
