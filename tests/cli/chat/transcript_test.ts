import assert from "node:assert/strict";
import { type Change, Transcript } from "../../../cli/chat/transcript.ts";
import { message } from "./messages.ts";

function described(changes: Change[]): string[] {
  return changes.map((change) =>
    change.kind === "deleted"
      ? `deleted ${change.id} ${change.message?.content}`
      : `${change.kind} ${change.message.id} ${change.message.content}`
  );
}

function after(...contents: string[]): Transcript {
  const transcript = new Transcript("alice");
  const messages = contents.map((content, index) => message(index + 1, content));
  transcript.take({ type: "history", messages, head: messages.length });
  return transcript;
}

Deno.test("`Transcript.take()` shows a history once, and remembers its last rev", () => {
  const transcript = new Transcript("alice");
  const history = { type: "history" as const, messages: [message(1, "one"), message(2, "two", { rev: 3 })], head: 4 };
  assert.deepEqual(described(transcript.take(history)), ["posted 1 one", "posted 2 two"]);
  assert.equal(transcript.rev, 4);
  assert.deepEqual(transcript.take(history), []);
});

Deno.test("`Transcript.take()` shows each message, edit and deletion once, however often it arrives", () => {
  const transcript = after("one");
  const events = [
    { type: "message" as const, ...message(2, "two") },
    { type: "edit" as const, ...message(2, "two!", { rev: 3, edited: true }) },
    { type: "delete" as const, id: 2, rev: 4 },
  ];
  assert.deepEqual(events.flatMap((event) => described(transcript.take(event))), [
    "posted 2 two",
    "edited 2 two!",
    "deleted 2 two!",
  ]);
  assert.deepEqual(events.flatMap((event) => described(transcript.take(event))), []);
  assert.equal(transcript.rev, 4);
});

Deno.test("`Transcript.take()` distinguishes missed messages from changed ones", () => {
  const transcript = after("one", "two");
  const messages = [message(1, "one!", { rev: 4, edited: true }), message(3, "three!", { rev: 5, edited: true })];
  assert.deepEqual(described(transcript.take({ type: "history", messages, head: 6 })), [
    "edited 1 one!",
    "posted 3 three!",
  ]);
});

Deno.test("`Transcript.take()` shows a message edited before it was first received as a new one", () => {
  const transcript = after("one");
  const edited = { type: "edit" as const, ...message(2, "two!", { rev: 3, edited: true }) };
  assert.deepEqual(described(transcript.take(edited)), ["posted 2 two!"]);
});

Deno.test("`Transcript.take()` ignores a message that was posted and deleted meanwhile", () => {
  const transcript = after("one");
  assert.deepEqual(transcript.take({ type: "delete", id: 2, rev: 3 }), []);
  assert.equal(transcript.rev, 3);
});

Deno.test("`Transcript.take()` reports the deletion of a message too old to have been shown", () => {
  const transcript = new Transcript("alice");
  transcript.take({ type: "history", messages: [message(90, "ninety")], head: 90 });
  assert.deepEqual(described(transcript.take({ type: "delete", id: 3, rev: 91 })), ["deleted 3 undefined"]);
});

Deno.test("`Transcript.lastOwn()` is one's last undeleted message", () => {
  const transcript = after("one", "two");
  transcript.take({ type: "message", ...message(3, "three", { username: "bob" }) });
  assert.equal(transcript.lastOwn()?.id, 2);
  transcript.take({ type: "delete", id: 2, rev: 4 });
  assert.equal(transcript.lastOwn()?.id, 1);
});

Deno.test("`Transcript.own()` learns its user from an ack, before or after the message is shown", () => {
  for (const ackFirst of [true, false]) {
    const transcript = new Transcript();
    assert.equal(transcript.lastOwn(), undefined);
    if (ackFirst) transcript.own(1);
    assert.equal(transcript.owed, ackFirst ? 1 : 0);
    transcript.take({ type: "message", ...message(1, "one") });
    if (!ackFirst) transcript.own(1);
    assert.equal(transcript.owed, 0);
    assert.equal(transcript.lastOwn()?.id, 1);
  }
});

Deno.test("`Transcript` evicts the oldest messages", () => {
  const transcript = new Transcript("alice");
  for (let id = 1; id <= 5_000; id++) transcript.take({ type: "message", ...message(id, "x") });
  assert.deepEqual(described(transcript.take({ type: "delete", id: 1, rev: 5_001 })), ["deleted 1 undefined"]);
  assert.deepEqual(described(transcript.take({ type: "delete", id: 5_000, rev: 5_002 })), ["deleted 5000 x"]);
});
