import assert from "node:assert/strict";
import { Kept } from "../../static/js/kept.js";
import { Outbox } from "../../static/js/outbox.js";
import { SealedStorage } from "../../static/js/sealed_storage.js";
import { MemoryStorage } from "./memory_storage.ts";

const KEY = btoa("k".repeat(32));

/** Open pages of one user in one browser. */
function browser(backend = new MemoryStorage()) {
  const open = new Set<string>();
  let now = Date.now();
  const storage = new SealedStorage({ viewer: 1, key: KEY, backend });
  return {
    backend,
    open(id: string) {
      open.add(id);
      const tab = { id, gone: (ids: string[]) => Promise.resolve(ids.filter((each) => !open.has(each))) };
      const outbox = new Outbox(new Kept(storage, tab as never, "general/outbox"), "general", () => now += 10);
      return Object.assign(outbox, { leave: () => open.delete(id) });
    },
  };
}

/** A connection that records what is sent on it. */
function line() {
  const sent: { content: string; nonce: string; type: string }[] = [];
  return {
    sent,
    transmit: (command: never) => void sent.push(command),
    contents: () => sent.map((each) => each.content),
  };
}

const say = (content: string) => ({ type: "send", content });

Deno.test("unsent commands of a closed page are sent by another in order, each once", async () => {
  const pages = browser();
  const first = pages.open("first");
  first.add(say("one"));
  first.add(say("two"));
  first.leave();
  const second = pages.open("second");
  second.add(say("three"));
  const before = line();
  second.flush(before);
  assert.deepEqual(before.contents(), ["three"]);
  await second.inherit();
  const after = line();
  second.flush(after);
  assert.deepEqual(after.contents(), ["one", "two", "three"]);
  const third = pages.open("third");
  await third.inherit();
  assert.deepEqual(third.entries(), [], "the second has it");
  for (const { nonce } of after.sent) second.settle(nonce);
  second.leave();
  await third.inherit();
  assert.deepEqual(third.entries(), []);
  assert.equal(pages.backend.length, 0, "nothing is left behind");
});

Deno.test("two open pages of one user keep their commands apart", async () => {
  const pages = browser();
  const [first, second] = [pages.open("first"), pages.open("second")];
  first.add(say("from the first"));
  second.add(say("from the second"));
  await Promise.all([first.inherit(), second.inherit()]);
  const [one, two] = [line(), line()];
  first.flush(one);
  second.flush(two);
  assert.deepEqual([one.contents(), two.contents()], [["from the first"], ["from the second"]]);
  second.settle(two.sent[0]!.nonce);
  assert.equal(pages.open("first").entries().length, 1, "also after a reload");
});

Deno.test("a suspended page does not send what another has taken over meanwhile", async () => {
  const pages = browser();
  const frozen = pages.open("frozen");
  frozen.add(say("once"));
  frozen.leave();
  const other = pages.open("other");
  await other.inherit();
  const [late, now] = [line(), line()];
  other.flush(now);
  frozen.flush(late);
  assert.deepEqual([now.contents(), late.contents()], [["once"], []]);
});

Deno.test("a refused command stays, is not resent by itself, and keeps its place with a new text", () => {
  const pages = browser();
  const outbox = pages.open("page");
  outbox.add(say("rude"));
  const first = line();
  outbox.flush(first);
  const { nonce } = first.sent[0]!;
  assert.equal(outbox.refuse(nonce, "Warning 1 of 2", "language"), true);
  outbox.add(say("after"));
  const second = line();
  outbox.flush(second);
  assert.deepEqual(second.contents(), ["after"]);
  const again = pages.open("page");
  assert.deepEqual(again.entries().map(({ command, failed }) => [command.content, failed]), [
    ["rude", "Warning 1 of 2"],
    ["after", undefined],
  ]);
  again.edit(nonce, "polite");
  const third = line();
  again.flush(third);
  assert.deepEqual(third.contents(), ["polite", "after"]);
  assert.notEqual(third.sent[0]!.nonce, nonce, "it is a new message");
  assert.equal(pages.open("page").entries().length, 2);
});

Deno.test("the text of an edit whose message was deleted can be sent as a message", () => {
  const outbox = browser().open("page");
  outbox.add({ type: "edit", id: 7, content: "better" });
  const first = line();
  outbox.flush(first);
  outbox.refuse(first.sent[0]!.nonce, "Message not found", "not_found");
  outbox.retry(first.sent[0]!.nonce);
  const second = line();
  outbox.flush(second);
  assert.deepEqual([second.sent[0]!.type, second.contents()], ["send", ["better"]]);
});

Deno.test("a full storage does not prevent sending, and the page is told not to close", () => {
  const outbox = browser(new MemoryStorage(10)).open("page");
  outbox.add(say("kept nowhere"));
  assert.equal(outbox.isAtRisk, true);
  const only = line();
  outbox.flush(only);
  assert.deepEqual(only.contents(), ["kept nowhere"]);
  outbox.settle(only.sent[0]!.nonce);
  assert.equal(outbox.isAtRisk, false);
});

Deno.test("waiting for a command resolves once it is stored, and not when it is refused", () => {
  const outbox = browser().open("page");
  const heard: string[] = [];
  const connection = line();
  outbox.onChange = () => outbox.flush(connection as never);
  outbox.add(say("one"), undefined, () => heard.push("one"));
  outbox.add(say("two"), undefined, () => heard.push("two"));
  assert.deepEqual(heard, [], "nothing happens before the server's answer");
  outbox.refuse(connection.sent[1]!.nonce, "no", "invalid");
  outbox.settle(connection.sent[0]!.nonce);
  outbox.settle(connection.sent[0]!.nonce);
  assert.deepEqual(heard, ["one"]);
});

Deno.test("nothing is sent after the end; pending and later commands are kept with the reason", () => {
  const pages = browser();
  const outbox = pages.open("page");
  const connection = line();
  outbox.onChange = () => outbox.flush(connection as never);
  outbox.add(say("before"));
  outbox.end("Your account is blocked");
  outbox.add(say("after"));
  for (const { nonce } of outbox.entries()) outbox.retry(nonce);
  assert.deepEqual(connection.contents(), ["before"]);
  assert.deepEqual(outbox.entries().map(({ failed }: { failed?: string }) => failed), [
    "Your account is blocked",
    "Your account is blocked",
  ]);
  outbox.leave();
  assert.equal(pages.open("page").entries().length, 2, "until the account is unblocked");
});
