import assert from "node:assert/strict";
import { TypedLine } from "../../../cli/chat/typed_line.ts";

function typed(...keys: string[]) {
  const line = new TypedLine();
  let last;
  for (const key of keys) last = line.feed(key);
  return last?.kind === "line" ? last.line : last?.kind;
}

Deno.test("`TypedLine` ends with Enter, in any encoding", () => {
  assert.equal(typed("s", "e", "crét", "\r"), "secrét");
  assert.equal(typed("secret\n"), "secret");
});

Deno.test("`TypedLine` deletes whole characters", () => {
  assert.equal(typed("a", "é", "\x7f", "b\r"), "ab");
  assert.equal(typed("a", "👩‍👩‍👧", "\x7f", "\b", "\b", "c\r"), "c");
  assert.equal(typed("wrong", "\x15", "right\r"), "right");
});

Deno.test("`TypedLine` ignores arrow keys and paste marks", () => {
  assert.equal(typed("a\x1b[Db\x1b[1;5C", "\x1b", "[3~", "\x1bOH", "c\r"), "abc");
  assert.equal(typed("\x1b[200~pasted\x1b[201~", "\r"), "pasted");
  assert.equal(typed("a", "\x1b", "\r"), "a");
  assert.equal(typed("a", "\t", "\x01", "b\r"), "ab");
});

Deno.test("`TypedLine` passes on pasted text beyond the line", () => {
  assert.deepEqual(new TypedLine().feed("alice\rsecret\r"), { kind: "line", line: "alice", rest: "secret\r" });
});

Deno.test("`TypedLine` is cancelled by Ctrl+C, and by Ctrl+D when it is empty", () => {
  assert.equal(typed("abc", "\x03"), "cancelled");
  assert.equal(typed("\x04"), "cancelled");
  assert.equal(typed("abc", "\x04", "\r"), "abc");
});
