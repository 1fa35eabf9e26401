import assert from "node:assert/strict";
import type { Reply, ServerEvent } from "../../../ws/event.ts";
import { jsonEncoding } from "../../../ws/encoding/json.ts";
import { encodeAll } from "../../../ws/encoding/encoding.ts";
import { T0 } from "../../support/cast.ts";
import { alice, bob, carol, messageOf } from "../../support/models.ts";

function encoded(event: ServerEvent): unknown[] {
  return jsonEncoding.encode(event).split("\n").map((line) => JSON.parse(line));
}

const hello = {
  id: 1,
  room: "general",
  username: "alice",
  content: "message 1",
  timestamp: "2026-01-01T12:00:00.000Z",
  edited: false,
  seen: false,
  seq: 1,
  rev: 1,
};

Deno.test("`jsonEncoding` encodes every event as the contract says", () => {
  const message = messageOf(alice, 1);
  const cases: [ServerEvent, unknown][] = [
    [{ type: "message", message }, { type: "message", ...hello }],
    [
      { type: "message", message: { ...message, content: "new", editedAt: T0 + 1, rev: 2 } },
      { type: "edit", ...hello, content: "new", edited: true, rev: 2 },
    ],
    [
      { type: "message", message: { ...message, content: "", deletedAt: T0 + 1, rev: 43 } },
      { type: "delete", room: "general", id: 1, rev: 43 },
    ],
    [{ type: "ack", nonce: "c1", id: message.id }, { type: "ack", nonce: "c1", id: 1 }],
    [{ type: "users", room: "general", users: [alice, bob], count: 2 }, {
      type: "users",
      room: "general",
      users: ["alice", "bob"],
      count: 2,
    }],
    [{ type: "system", room: "general", content: "alice joined" }, {
      type: "system",
      room: "general",
      content: "alice joined",
    }],
    [{ type: "typing", room: "general", user: alice }, { type: "typing", room: "general", username: "alice" }],
    [{ type: "seen", room: "general", user: bob, message: message.id, seq: 1 }, {
      type: "seen",
      room: "general",
      username: "bob",
      id: 1,
    }],
    [{ type: "reload", room: "general" }, { type: "reload", room: "general" }],
    [{ type: "blocked", detail: "You are blocked" }, { type: "blocked", detail: "You are blocked" }],
    [
      { type: "error", detail: "Room not found", code: "not_found", nonce: "c1", room: "ops" },
      { type: "error", detail: "Room not found", code: "not_found", nonce: "c1", room: "ops" },
    ],
    [
      { type: "error", detail: "Invalid message format", code: "invalid", nonce: undefined },
      { type: "error", detail: "Invalid message format", code: "invalid" },
    ],
  ];
  for (const [event, expected] of cases) assert.deepEqual(encoded(event), [expected]);
  assert.equal(jsonEncoding.heartbeat, undefined);
});

Deno.test("`jsonEncoding` marks a message as seen when another user has read that far", () => {
  const message = messageOf(alice, 2);
  for (
    const [marks, seen] of [
      [[], false],
      [[{ user: alice, seq: 9 }], false],
      [[{ user: alice, seq: 9 }, { user: bob, seq: 1 }], false],
      [[{ user: alice, seq: 9 }, { user: bob, seq: 2 }], true],
    ] as const
  ) {
    const [event] = encoded({ type: "message", message, seen: marks }) as [{ seen: boolean }];
    assert.equal(event.seen, seen);
  }
});

Deno.test("`jsonEncoding` orders a history by seq, then deletions, then read positions", () => {
  const five = messageOf(bob, 5);
  const history: Reply = {
    type: "history",
    room: "general",
    head: 9,
    messages: [
      five,
      messageOf(alice, 1, { rev: 7, editedAt: T0 }),
      messageOf(alice, 3, { rev: 8, deletedAt: T0, content: "" }),
      messageOf(carol, 9),
    ],
    seen: [{ user: carol, seq: 8, message: five.id }, { user: bob, seq: 5, message: five.id }],
  };
  const [first, ...rest] = encoded(history) as { type: string; messages?: { seq: number; seen: boolean }[] }[];
  assert.deepEqual(first?.messages?.map(({ seq, seen }) => [seq, seen]), [[1, true], [5, true], [9, false]]);
  assert.deepEqual(Object.keys(first!), ["type", "room", "messages", "head"]);
  assert.deepEqual(rest, [
    { type: "delete", room: "general", id: 3, rev: 8 },
    { type: "seen", room: "general", username: "carol", id: 5 },
    { type: "seen", room: "general", username: "bob", id: 5 },
  ]);
});

Deno.test("`encodeAll()` puts one event on each line, whatever its text contains", () => {
  const events: ServerEvent[] = [
    { type: "message", message: messageOf(alice, 1, { content: "two\nlines\r\u2028\u2029" }) },
    { type: "system", room: "general", content: "bob joined" },
  ];
  const lines = encodeAll(jsonEncoding, events).split("\n");
  assert.equal(lines.length, 2);
  assert.equal(JSON.parse(lines[0]!).content, "two\nlines\r\u2028\u2029");
});
