import assert from "node:assert/strict";
import { colourOf, initials, MessageItem, SystemLine } from "../../views/message.tsx";
import { T0 } from "../support/cast.ts";
import { alice, messageOf, userOf } from "../support/models.ts";

Deno.test("`initials()` are those of the name's parts, or its beginning", () => {
  for (
    const [name, letters] of [
      ["alice", "AL"],
      ["alice_smith", "AS"],
      ["alice.b.carol", "AB"],
      ["bob-2", "B2"],
      ["_bob_", "BO"],
      ["---", "--"],
      ["a_b", "AB"],
      ["123", "12"],
    ] as const
  ) {
    assert.equal(initials(name), letters);
  }
});

Deno.test("`colourOf()` is one of twelve and stable per user", () => {
  const colours = new Set(Array.from({ length: 100 }, (_, id) => colourOf(id)));
  assert.equal(colours.size, 12);
  assert.equal(colourOf(13), "c1");
});

Deno.test("`MessageItem` renders author, time and text, independent of the viewer", () => {
  assert.equal(
    String(<MessageItem message={messageOf(alice, 7)} />),
    `<li id="message-7" class="c1" data-author="1" data-seq="7" data-rev="7" data-room="general"><i aria-hidden="true">AL</i>` +
      `<b>alice</b><time datetime="2026-01-01T12:00:00.000Z">12:00</time><p dir="auto">message 7</p></li>`,
  );
});

Deno.test("`MessageItem` shows that a message was edited, and of a deleted one only that", () => {
  const message = messageOf(alice, 7, { seq: 3, content: "a secret", editedAt: T0 });
  const edited = String(<MessageItem message={message} />);
  assert.match(edited, /data-seq="3" data-rev="7"/);
  assert.match(edited, /<em>edited<\/em>/);
  const gone = String(<MessageItem message={{ ...message, deletedAt: T0 }} />);
  assert.match(gone, /^<li id="message-7" data-rev="7" data-room="general" hidden(="")?><\/li>$/);
});

Deno.test("`MessageItem` and `SystemLine` escape all markup", () => {
  const hostile = `<img src=x onerror=alert(1)>"'&`;
  const message = messageOf(userOf(1, hostile), 1, { content: hostile });
  for (
    const html of [String(<MessageItem message={message} />), String(<SystemLine text={hostile} room="general" />)]
  ) {
    assert.doesNotMatch(html, /<img/i);
    assert.match(html, /&lt;img src=x onerror=alert\(1\)&gt;/);
  }
});
