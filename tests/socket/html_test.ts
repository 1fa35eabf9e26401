import assert from "node:assert/strict";
import { api, connect, cookieOf, join, joinAsBrowser, tokenOf } from "../support/client.ts";
import { startProgram } from "../support/program.ts";

Deno.test("a browser gets as fragments what a program gets as JSON", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  await using bob = await joinAsBrowser(server, "bob");
  const { body: users } = await api(server, "/users", { token: await tokenOf(server, "alice") });
  const [aliceId, bobId] = users.map(({ id }: { id: number }) => id);

  const id = await alice.say("Hello <b>world</b>");
  const drawn = await bob.frame(`id="message-${id}"`);
  assert.match(drawn, new RegExp(`<li id="message-${id}"[^>]* data-author="${aliceId}" data-seq="1" data-rev="1"`));
  assert.match(drawn, /<p dir="auto">Hello &lt;b&gt;world&lt;\/b&gt;<\/p>/);

  alice.send({ type: "edit", id, content: "Hello" });
  assert.match(
    await bob.frame('data-rev="2"'),
    new RegExp(`<li id="message-${id}".*<em>edited</em>.*<p dir="auto">Hello</p>`),
  );
  alice.send({ type: "typing" });
  assert.match(
    await bob.frame("<hx-typing"),
    new RegExp(`<hx-typing by="${aliceId}" room="general">alice</hx-typing>`),
  );
  alice.send({ type: "delete", id });
  assert.match(
    await bob.frame('data-rev="3"'),
    new RegExp(`<li id="message-${id}" data-rev="3" data-room="general" hidden`),
  );

  bob.send({ content: "Hi", nonce: "b1" });
  assert.match(await bob.frame("<hx-ack"), /<hx-ack nonce="b1" message="2"><\/hx-ack>/);
  assert.match(await bob.frame('data-seq="4"'), new RegExp(`data-author="${bobId}"`));
  alice.send({ type: "seen", id: 2 });
  assert.match(await bob.frame("<hx-seen"), new RegExp(`<hx-seen by="${aliceId}" seq="4" room="general">`));
  assert.equal((await alice.next("message", ({ username }) => username === "bob")).content, "Hi");
});

Deno.test("a browser sends form fields: everything is text", async () => {
  await using server = await startProgram();
  await using alice = await joinAsBrowser(server, "alice");
  alice.send({ content: "Helo", HEADERS: { "HX-Request": "true" } });
  await alice.frame('id="message-1"');
  alice.send({ type: "edit", id: "1", content: "Hello" });
  assert.match(await alice.frame('data-rev="2"'), /<p dir="auto">Hello<\/p>/);
  alice.send({ type: "delete", id: "1", nonce: "d1" });
  await alice.frame('data-rev="3"');
});

Deno.test("a browser receives its own errors only, with their nonces", async () => {
  await using server = await startProgram();
  await using alice = await joinAsBrowser(server, "alice");
  await using bob = await join(server, "bob");
  alice.send({ content: "", nonce: "a1" });
  assert.match(await alice.frame("<hx-error"), /<hx-error[^>]* nonce="a1"[^>]*>Message is empty<\/hx-error>/);
  alice.send("nonsense");
  await alice.frame("Invalid message format");
  await bob.say("Hi");
  assert.deepEqual(bob.all("error"), []);
});

Deno.test("a browser that resumes receives what it missed", async () => {
  await using server = await startProgram();
  await using alice = await join(server, "alice");
  const first = await alice.say("first");
  await alice.say("second");
  const cookie = await cookieOf(server, "bob");
  await using bob = await connect(server, { cookie, after: 1 });
  await bob.frame('data-seq="2"');
  assert.doesNotMatch(bob.frames.join("\n"), /data-seq="1"/);
  await bob.close();
  alice.send({ type: "delete", id: first });
  await alice.next("delete");
  await using again = await connect(server, { cookie, after: 2 });
  assert.match(await again.frame(`id="message-${first}"`), /hidden/);
});

Deno.test("a browser reloads the page when its gap is too old", async () => {
  await using server = await startProgram();
  const cookie = await cookieOf(server, "bob");
  await using bob = await connect(server, { cookie, after: 99 });
  await bob.frame('<hx-reload room="general"></hx-reload>');
});
