import assert from "node:assert/strict";
import { Client, type ClientEvent } from "../../../cli/chat/client.ts";
import { calm, FakeNetwork } from "./fake_network.ts";
import { message } from "./messages.ts";

const DROPPED = { kind: "closed", code: 1006, reason: "" } as const;

/** A client of alice's that has just started. */
function start({ username = "alice" as string | undefined } = {}) {
  const network = new FakeNetwork();
  const shown: string[] = [];
  const session = { token: "t", username };
  const spec = { origin: new URL("http://chat.example"), room: "general", session };
  const client = new Client(spec, (events) => shown.push(...events.map(tell)), network);
  const ending = client.run();
  return { client, network, shown, ending };
}

function tell(event: ClientEvent): string {
  switch (event.type) {
    case "connected":
      return event.anew ? "anew" : event.again ? "connected again" : "connected";
    case "lost":
      return `lost ${event.retryMs}`;
    case "change":
      return `${event.change.kind} ${event.change.kind === "deleted" ? event.change.id : event.change.message.content}`;
    case "online":
      return `online ${event.online.count}`;
    case "notice":
      return `notice ${event.text}`;
    case "failed":
      return `failed ${event.detail}`;
  }
}

function history(head: number, ...messages: object[]) {
  return { type: "history", messages, head };
}

Deno.test("`Client` requests its room, and shows the history and live events", () => {
  const { network, shown } = start();
  assert.equal(network.link.address.href, "ws://chat.example/ws?room=general");
  network.link.opens(history(1, message(1, "one")), { type: "users", users: ["alice"], count: 1 });
  network.link.sends({ type: "message", ...message(2, "two") }, { type: "system", content: "bob joined" });
  assert.deepEqual(shown, ["connected", "posted one", "online 1", "posted two", "notice bob joined"]);
});

Deno.test("`Client` resumes after the last rev it received", async () => {
  const { network, shown } = start();
  network.link.opens(history(2, message(1, "one"), message(2, "two")));
  network.link.sends({ type: "message", ...message(3, "three") });
  network.link.onEnd(DROPPED);
  await calm();
  await network.pass(500);
  assert.equal(network.link.address.searchParams.get("after"), "3");
  shown.length = 0;
  network.link.opens(
    history(6, message(1, "one!", { rev: 4, edited: true }), message(4, "four", { seq: 6, rev: 6 })),
    { type: "delete", id: 2, rev: 5 },
  );
  assert.deepEqual(shown, ["connected again", "edited one!", "posted four", "deleted 2"]);
});

Deno.test("`Client` resends only unacknowledged commands, with the same nonces", async () => {
  const { client, network, shown } = start();
  network.link.opens(history(0));
  for (const content of ["one", "two", "three"]) client.give({ type: "send", content });
  const first = network.link;
  first.sends({ type: "ack", nonce: first.sent[0]?.nonce, id: 1 });
  assert.deepEqual(first.sent.map(({ content }) => content), ["one", "two"]);
  first.onEnd(DROPPED);
  await calm();
  await network.pass(500);
  assert.deepEqual(network.link.sent, [], "nothing before the history");
  network.link.opens(history(1, message(1, "one")));
  assert.deepEqual(network.link.sent, [first.sent[1]]);
  network.link.sends({ type: "ack", nonce: first.sent[1]?.nonce, id: 2 });
  assert.deepEqual(network.link.sent.map(({ content }) => content), ["two", "three"]);
  assert.equal(client.unconfirmed, 1);
  assert.equal(shown.filter((line) => line.startsWith("failed")).length, 0);
});

Deno.test("`Client` backs off while the server is unreachable, and starts over after a good connection", async () => {
  const { network, shown } = start();
  network.chance = 0.999999;
  network.link.opens(history(0));
  network.link.onEnd(DROPPED);
  await calm();
  for (const ms of [1_000, 2_000, 4_000]) {
    assert.equal(Math.round(network.waits.at(-1) ?? 0), ms);
    await network.pass(ms);
    network.link.onEnd({ kind: "unreachable", detail: "" });
    await calm();
  }
  await network.pass(8_000);
  network.link.opens(history(0));
  await network.pass(10_000);
  network.link.onEnd(DROPPED);
  await calm();
  assert.equal(Math.round(network.waits.at(-1) ?? 0), 1_000);
  assert.equal(shown.at(-2), "connected again");
});

Deno.test("`Client.run()` ends with a reason when reconnecting is pointless", async () => {
  const { network, ending } = start();
  network.link.opens(history(0));
  network.link.onEnd({ kind: "closed", code: 4401, reason: "" });
  assert.deepEqual(await ending, { kind: "ended", because: "Logged out: log in again" });
});

Deno.test("`Client.run()` returns the reason of a block", async () => {
  const { network, shown, ending } = start();
  network.link.opens(history(0));
  network.link.sends({ type: "blocked", detail: "You are blocked\x1b[2J" });
  network.link.onEnd({ kind: "closed", code: 4403, reason: "Blocked" });
  assert.deepEqual(await ending, { kind: "ended", because: "You are blocked␛[2J" });
  assert.deepEqual(shown, ["connected"]);
});

Deno.test("`Client.run()` ends when the first connection fails", async () => {
  const { network, ending } = start();
  network.link.onEnd({ kind: "unreachable", detail: "refused" });
  assert.equal((await ending).kind, "ended");
});

Deno.test("`Client` shows the room anew after `reload`", async () => {
  const { client, network, shown } = start();
  network.link.opens(history(1, message(1, "one")));
  client.give({ type: "send", content: "mine" });
  const nonce = network.link.sent[0]?.nonce;
  network.link.sends({ type: "reload" }, { type: "message", ...message(9, "not yet") });
  assert.equal(network.link.isClosed, true);
  network.link.onEnd({ kind: "closed", code: 1000, reason: "" });
  await calm();
  await network.pass(500);
  assert.equal(network.link.address.searchParams.get("after"), null);
  network.link.opens(history(9, message(1, "one"), message(9, "not yet")));
  assert.deepEqual(shown, ["connected", "posted one", "anew", "posted one", "posted not yet"]);
  assert.equal(network.link.sent[0]?.nonce, nonce);
});

Deno.test("`Client` shows the room anew when the server's head is lower", async () => {
  const { network, shown } = start();
  network.link.opens(history(5, message(5, "five")));
  network.link.onEnd(DROPPED);
  await calm();
  await network.pass(500);
  network.link.opens(history(2));
  network.link.onEnd({ kind: "closed", code: 1000, reason: "" });
  await calm();
  await network.pass(500);
  network.link.opens(history(2, message(2, "two")));
  assert.deepEqual(shown.slice(2), ["lost 500", "anew", "posted two"]);
});

Deno.test("`Client` names the refused command, and delays one that was rate-limited", async () => {
  const { client, network, shown } = start();
  network.link.opens(history(0));
  client.give({ type: "send", content: "bad" });
  client.give({ type: "send", content: "early" });
  const { link } = network;
  link.sends({ type: "error", detail: "Message is not allowed", code: "invalid", nonce: link.sent[0]?.nonce });
  link.sends({ type: "error", detail: "Too many messages", code: "rate_limited", nonce: link.sent[1]?.nonce });
  assert.deepEqual(shown.slice(1), ["failed Message is not allowed"]);
  await network.pass(1_000);
  assert.deepEqual(link.sent.map(({ content }) => content), ["bad", "early", "early"]);
  link.sends({ type: "ack", nonce: link.sent[2]?.nonce, id: 1 });
  assert.equal(client.unconfirmed, 0);
});

Deno.test("`Client` treats a deletion whose ack was lost as done", async () => {
  const { client, network, shown } = start();
  network.link.opens(history(1, message(1, "one")));
  client.give({ type: "delete", id: 1 });
  network.link.onEnd(DROPPED);
  await calm();
  await network.pass(500);
  network.link.opens(history(2), { type: "delete", id: 1, rev: 2 });
  const [again] = network.link.sent;
  network.link.sends({ type: "error", detail: "Message not found", code: "not_found", nonce: again?.nonce });
  assert.deepEqual(shown.slice(-2), ["connected again", "deleted 1"]);
  assert.equal(client.awaits, "nothing");
});

Deno.test("`Client.give()` keeps a frame that is too large to send", () => {
  const { client, network, shown } = start();
  network.link.opens(history(0));
  client.give({ type: "send", content: "é".repeat(33_000) });
  assert.equal(network.link.sent.length, 0);
  assert.deepEqual(shown.slice(1), ["failed message is longer than 64 KiB"]);
});

Deno.test("`Client.awaits` is empty once everything sent is stored and shown", () => {
  const { client, network } = start({ username: undefined });
  assert.equal(client.awaits, "history");
  network.link.opens(history(0));
  assert.equal(client.awaits, "nothing");
  client.give({ type: "send", content: "one" });
  assert.equal(client.awaits, "outcome");
  network.link.sends({ type: "ack", nonce: network.link.sent[0]?.nonce, id: 1 });
  assert.equal(client.awaits, "sight");
  network.link.sends({ type: "message", ...message(1, "one") });
  assert.equal(client.awaits, "nothing");
  assert.equal(client.lastOwn, 1);
});

Deno.test("`Client.typing()` and `Client.seen()` are throttled", async () => {
  const { client, network } = start();
  client.typing();
  network.link.opens(history(1, message(1, "one")));
  await network.pass(3_000);
  client.typing();
  client.typing();
  void client.seen();
  network.link.sends({ type: "message", ...message(2, "two") });
  void client.seen();
  network.link.sends({ type: "message", ...message(3, "three") });
  void client.seen();
  assert.deepEqual(network.link.sent, [{ type: "typing" }, { type: "seen", id: 1 }]);
  await network.pass(2_000);
  await network.pass(2_000);
  client.typing();
  assert.deepEqual(network.link.sent.slice(2), [{ type: "seen", id: 3 }, { type: "typing" }]);
});

Deno.test("`Client.leave()` ends it, also during a backoff", async () => {
  const { client, network, ending } = start();
  network.link.opens(history(0));
  network.link.onEnd(DROPPED);
  await calm();
  client.leave();
  assert.deepEqual(await ending, { kind: "left" });
});
