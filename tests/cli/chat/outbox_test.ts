import assert from "node:assert/strict";
import { Outbox } from "../../../cli/chat/outbox.ts";

function say(content: string) {
  return { type: "send" as const, content };
}

/** An outbox that records the frames it sends. */
function open() {
  const outbox = new Outbox();
  const frames: { content: string; nonce: string }[] = [];
  const send = (frame: string) => void frames.push(JSON.parse(frame));
  return { outbox, frames, send };
}

Deno.test("`Outbox` sends one command at a time, in order", () => {
  const { outbox, frames, send } = open();
  outbox.open(send);
  outbox.give(say("one"));
  outbox.give(say("two"));
  assert.deepEqual(frames.map(({ content }) => content), ["one"]);
  assert.deepEqual(outbox.resolve(frames[0]?.nonce), say("one"));
  assert.deepEqual(frames.map(({ content }) => content), ["one", "two"]);
  assert.equal(outbox.size, 1);
});

Deno.test("`Outbox` resends unanswered commands over the next connection, with the same nonces", () => {
  const { outbox, frames, send } = open();
  outbox.give(say("one"));
  assert.equal(frames.length, 0);
  outbox.open(send);
  outbox.close();
  outbox.give(say("two"));
  assert.equal(frames.length, 1);
  outbox.open(send);
  assert.deepEqual(frames.map(({ content }) => content), ["one", "one"]);
  assert.equal(frames[0]?.nonce, frames[1]?.nonce);
  outbox.resolve(frames[0]?.nonce);
  assert.equal(frames.at(-1)?.content, "two");
  assert.notEqual(frames.at(-1)?.nonce, frames[0]?.nonce);
});

Deno.test("`Outbox.resolve()` accepts each of its own nonces once", () => {
  const { outbox, frames, send } = open();
  outbox.open(send);
  outbox.give(say("one"));
  assert.equal(outbox.resolve(undefined), undefined);
  assert.equal(outbox.resolve("another"), undefined);
  assert.notEqual(outbox.resolve(frames[0]?.nonce), undefined);
  assert.equal(outbox.resolve(frames[0]?.nonce), undefined);
});

Deno.test("`Outbox.retry()` sends the same command again before any other", () => {
  const { outbox, frames, send } = open();
  outbox.open(send);
  outbox.give(say("one"));
  outbox.give(say("two"));
  outbox.retry(frames[0]?.nonce ?? "");
  outbox.retry("another");
  assert.deepEqual(frames.map(({ content }) => content), ["one", "one"]);
});
