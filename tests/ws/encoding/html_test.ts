import assert from "node:assert/strict";
import type { ServerEvent } from "../../../ws/event.ts";
import { htmlEncoding } from "../../../ws/encoding/html.tsx";
import { T0 } from "../../support/cast.ts";
import { alice, bob, messageOf, userOf } from "../../support/models.ts";

const hostile = `<img src=x onerror=alert(1)>"'&`;
const mallory = userOf(7, hostile);

Deno.test("`htmlEncoding` renders a message as the page does, and a deleted one as an empty element", () => {
  const message = messageOf(alice, 7);
  const drawn = htmlEncoding.encode({ type: "message", message });
  assert.match(
    drawn,
    /^<li id="message-7" class="c1" data-author="1" data-seq="7" data-rev="7" data-room="general">.*<p dir="auto">message 7<\/p><\/li>$/,
  );
  assert.doesNotMatch(drawn, /edited/);
  assert.match(htmlEncoding.encode({ type: "message", message: { ...message, editedAt: T0 } }), /<em>edited<\/em>/);
  const gone = htmlEncoding.encode({ type: "message", message: { ...message, content: "", deletedAt: T0, rev: 8 } });
  assert.match(gone, /^<li id="message-7" data-rev="8" data-room="general" hidden(="")?><\/li>$/);
});

Deno.test("`htmlEncoding` sends facts as elements that the page's script reads", () => {
  const cases: [ServerEvent, RegExp][] = [
    [{ type: "ack", nonce: "c1", id: messageOf(alice, 7).id }, /^<hx-ack nonce="c1" message="7"><\/hx-ack>$/],
    [{ type: "typing", room: "general", user: alice }, /^<hx-typing by="1" room="general">alice<\/hx-typing>$/],
    [
      { type: "seen", room: "general", user: bob, message: messageOf(alice, 7).id, seq: 7 },
      /^<hx-seen by="2" seq="7" room="general"><\/hx-seen>$/,
    ],
    [{ type: "reload", room: "general" }, /^<hx-reload room="general"><\/hx-reload>$/],
    [
      { type: "system", room: "general", content: "alice joined" },
      /^<li class="system" data-room="general">alice joined<\/li>$/,
    ],
    [
      { type: "error", detail: "No", code: "invalid", nonce: "c1" },
      /^<hx-error nonce="c1" code="invalid">No<\/hx-error>$/,
    ],
    [
      { type: "error", detail: "No", code: "not_found", room: "ops" },
      /^<hx-error code="not_found" room="ops">No<\/hx-error>$/,
    ],
    [{ type: "error", detail: "No", code: "invalid" }, /^<hx-error code="invalid">No<\/hx-error>$/],
    [{ type: "blocked", detail: "No" }, /^<hx-blocked>No<\/hx-blocked>$/],
  ];
  for (const [event, drawn] of cases) assert.match(htmlEncoding.encode(event), drawn);
  assert.equal(htmlEncoding.heartbeat, "<hx-beat></hx-beat>");
});

Deno.test("`htmlEncoding` replaces the list of online users and counts those it leaves out", () => {
  const html = htmlEncoding.encode({ type: "users", room: "general", users: [alice, bob], count: 12 });
  assert.match(
    html,
    /^<section id="people" data-room="general" hx-swap-oob="outerHTML:#people\[data-room=&quot;general&quot;\]">/,
  );
  assert.match(html, /<span id="online-count">12<\/span>/);
  assert.match(html, /<ul aria-label="Online"><li class="c1" data-user="1">.*alice<\/li><li.*bob<\/li><\/ul>/);
  assert.match(html, /and 10 more/);
});

Deno.test("`htmlEncoding` renders a history as messages and marks", () => {
  const html = htmlEncoding.encode({
    type: "history",
    room: "general",
    head: 3,
    messages: [messageOf(alice, 1), messageOf(bob, 2, { rev: 3, deletedAt: T0, content: "" })],
    seen: [{ user: bob, seq: 1 }],
  });
  assert.match(
    html,
    /^<li id="message-1".*\n<li id="message-2" data-rev="3" data-room="general" hidden.*\n<hx-seen by="2" seq="1" room="general">/,
  );
});

Deno.test("`htmlEncoding` escapes all user text", () => {
  const events: ServerEvent[] = [
    { type: "message", message: messageOf(mallory, 1, { content: hostile }) },
    { type: "users", room: "general", users: [mallory], count: 1 },
    { type: "system", room: "general", content: `${hostile} joined` },
    { type: "typing", room: "general", user: mallory },
    { type: "ack", nonce: hostile, id: messageOf(alice, 1).id },
    { type: "error", detail: hostile, code: "invalid", nonce: hostile },
    { type: "blocked", detail: hostile },
    { type: "history", room: hostile, head: 1, messages: [messageOf(mallory, 1, { content: hostile })], seen: [] },
  ];
  for (const event of events) {
    const html = htmlEncoding.encode(event);
    assert.doesNotMatch(html, /<img/, event.type);
    for (const [, value] of html.matchAll(/="([^"]*)"/g)) assert.doesNotMatch(value!, /[<>]/, event.type);
    assert.match(html, /&lt;img|&lt;I|&#60;img/i, event.type);
  }
});
