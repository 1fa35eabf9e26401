import assert from "node:assert/strict";
import { readTypedCommand } from "../../../cli/chat/typed_command.ts";

Deno.test("`readTypedCommand()` reads a line as text unless it begins with a slash", () => {
  assert.deepEqual(readTypedCommand(" Hello / there "), { kind: "say", content: "Hello / there" });
  assert.deepEqual(readTypedCommand("//quit"), { kind: "say", content: "/quit" });
  assert.deepEqual(readTypedCommand("   "), { kind: "nothing" });
});

Deno.test("`readTypedCommand()` keeps the indent of a paste, and reads an indented slash as text", () => {
  assert.deepEqual(readTypedCommand("    if (x)\n      y();"), { kind: "say", content: "    if (x)\n      y();" });
  assert.deepEqual(readTypedCommand(" /quit"), { kind: "say", content: "/quit" });
});

Deno.test("`readTypedCommand()` edits the message that #ID names, else the last one: a text may begin with a number", () => {
  assert.deepEqual(readTypedCommand("/edit #7 new  text"), { kind: "edit", id: 7, content: "new  text" });
  assert.deepEqual(readTypedCommand("/edit new text"), { kind: "edit", id: undefined, content: "new text" });
  assert.deepEqual(readTypedCommand("/edit 42"), { kind: "edit", id: undefined, content: "42" });
  const counted = { kind: "edit", id: undefined, content: "323 people come" } as const;
  assert.deepEqual(readTypedCommand("/edit 323 people come"), counted);
  assert.deepEqual(readTypedCommand("/edit #nice day"), { kind: "edit", id: undefined, content: "#nice day" });
  for (const line of ["/edit ", "/edit #7", "/edit #7  "]) assert.equal(readTypedCommand(line).kind, "hint", line);
});

Deno.test("`readTypedCommand()` deletes a given message or the last one", () => {
  assert.deepEqual(readTypedCommand("/delete"), { kind: "delete", id: undefined });
  assert.deepEqual(readTypedCommand("/delete #12"), { kind: "delete", id: 12 });
  assert.equal(readTypedCommand("/delete that").kind, "hint");
});

Deno.test("`readTypedCommand()` returns help for an unknown command", () => {
  for (const kind of ["users", "help", "quit"] as const) assert.deepEqual(readTypedCommand(`/${kind}`), { kind });
  const unknown = readTypedCommand("/shrug at it");
  assert.match(unknown.kind === "hint" ? unknown.hint : "", /\/help.*\/\/shrug at it/);
});
