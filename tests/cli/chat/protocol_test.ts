import assert from "node:assert/strict";
import { readFrame } from "../../../cli/chat/protocol.ts";

const message = { id: 7, username: "alice", content: "Hi", timestamp: "2026-01-01T12:00:00Z", seq: 3, rev: 4 };

Deno.test("`readFrame()` reads several events of one frame, in order", () => {
  const frame = `{"type":"ack","nonce":"c1","id":7}\n{"type":"users","users":["alice"],"count":1}\n`;
  assert.deepEqual(readFrame(frame), [
    { type: "ack", nonce: "c1", id: 7 },
    { type: "users", users: ["alice"], count: 1 },
  ]);
});

Deno.test("`readFrame()` reads the message fields it needs and ignores the rest", () => {
  const [event] = readFrame(
    JSON.stringify({ type: "message", ...message, edited: true, room: "general", seen: false }),
  );
  assert.deepEqual(event, { type: "message", ...message, edited: true, deleted: false });
});

Deno.test("`readFrame()` returns a value for any input", () => {
  const frames = [
    "",
    "\n\n",
    "nonsense",
    "{",
    "null",
    "42",
    "[]",
    "{}",
    `{"type":null}`,
    `{"type":"message"}`,
    `{"type":"message","id":"7"}`,
    `{"type":"history","messages":[{}],"head":1}`,
    `{"type":"history","messages":[],"head":1.5}`,
    `{"type":"__proto__"}`,
    "\u0000",
    "[".repeat(10_000),
  ];
  for (const frame of frames) {
    for (const event of readFrame(frame)) assert.match(event.type, /^un(readable|known)$/, frame.slice(0, 40));
  }
});

Deno.test("`readFrame()` distinguishes an unknown event from garbage", () => {
  assert.deepEqual(readFrame(`{"type":"reaction","id":7}`), [{ type: "unknown" }]);
  assert.deepEqual(readFrame(`{"type":"delete","id":"x"}`), [{ type: "unreadable" }]);
});
