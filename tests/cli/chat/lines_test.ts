import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { changeLines, changeNotice, dayOf, onlineLine, pipedMessage } from "../../../cli/chat/lines.ts";
import { colourOf, painter } from "../../../cli/chat/paint.ts";
import { message } from "./messages.ts";

const plain = painter(false);

Deno.test("`pipedMessage()` is time, name and text on one line", () => {
  const two = message(1, "one\ntwo \\ \x1b[31m", { timestamp: "2026-01-01T09:05:00" });
  assert.equal(pipedMessage(two), "09:05 alice: one\\ntwo \\\\ ␛[31m");
});

Deno.test("`pipedMessage()` accepts an invalid time and name", () => {
  assert.equal(pipedMessage(message(1, "x", { timestamp: "soon", username: "a\nb\x1b" })), "--:-- a b␛: x");
});

Deno.test("`changeLines()` ends with the message's id", () => {
  const change = { kind: "posted" as const, message: message(12, "Hello") };
  assert.equal(changeLines(change, plain), "12:00 alice: Hello #12");
  const edited = { kind: "edited" as const, message: message(12, "Hello!") };
  assert.equal(changeLines(edited, plain), "12:00 alice: Hello! (edited) #12");
});

Deno.test("`changeLines()` never lets one message look like two", () => {
  const change = { kind: "posted" as const, message: message(1, "hi\n12:01 bob: I agree") };
  assert.equal(changeLines(change, plain), "12:00 alice: hi\n      | 12:01 bob: I agree #1");
});

Deno.test("`changeLines()` and `changeNotice()` name the author of a deleted message if known", () => {
  const known = { kind: "deleted" as const, id: 3, message: message(3, "x") };
  assert.equal(changeLines(known, plain), "* Message #3 of alice was deleted");
  assert.equal(changeNotice({ kind: "deleted", id: 3, message: undefined }), "Message #3 was deleted");
});

Deno.test("`onlineLine()` counts the users of a crowd that it does not name", () => {
  assert.equal(onlineLine({ names: ["alice", "bob"], count: 2 }, plain), "* Online (2): alice, bob");
  assert.equal(onlineLine({ names: ["alice"], count: 900 }, plain), "* Online (900): alice and 899 more");
});

Deno.test("`painter()` colours only when colours are on", () => {
  const change = { kind: "posted" as const, message: message(1, "Hello") };
  const coloured = changeLines(change, painter(true));
  assert.notEqual(coloured, changeLines(change, plain));
  assert.equal(stripVTControlCharacters(coloured), changeLines(change, plain));
});

Deno.test("`colourOf()` is stable per user and differs among a few", () => {
  assert.equal(colourOf("alice"), colourOf("Alice"));
  assert.ok(new Set(["alice", "bob", "carol", "dave", "erin", "frank"].map(colourOf)).size >= 4);
});

Deno.test("`dayOf()` names a day, or is empty", () => {
  assert.equal(dayOf("2026-01-01T12:00:00"), "Thursday, 1 January 2026");
  assert.equal(dayOf("soon"), "");
});
