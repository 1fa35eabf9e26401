import assert from "node:assert/strict";
import { join } from "node:path";
import { block } from "../support/block.ts";
import { connect, type ConnectOptions, cookieOf, Refused, tokenOf } from "../support/client.ts";
import { startProgram } from "../support/program.ts";

Deno.test("`GET /ws` refuses before the upgrade with a status per cause", async () => {
  await using server = await startProgram();
  const token = await tokenOf(server, "alice");
  const cookie = await cookieOf(server, "alice");
  const bob = await tokenOf(server, "bob");
  block(join(server.dataDir, "chatterbox.db"), "bob");

  const refused: [string, ConnectOptions, number][] = [
    ["no credentials", {}, 401],
    ["an invalid token", { token: "nonsense" }, 401],
    ["an invalid token in the query", { query: { token: "nonsense" } }, 401],
    ["an invalid cookie", { cookie: "chatterbox_session=nonsense" }, 401],
    ["a token with a letter changed", {
      token: token.slice(0, -6) + (token.at(-6) === "A" ? "B" : "A") + token.slice(-5),
    }, 401],
    ["a cookie from a foreign page", { cookie, origin: "https://evil.example" }, 403],
    ["a cookie from another port", { cookie, origin: "http://127.0.0.1:1" }, 403],
    ["a cookie from an opaque origin", { cookie, origin: "null" }, 403],
    ["a cookie without an Origin", { headers: { Cookie: cookie } }, 403],
    ["an unknown room", { token, room: "nowhere" }, 403],
    ["an invalid room name", { token, room: "../general" }, 403],
    ["a blocked user", { token: bob }, 403],
    ["an invalid rev", { token, query: { after: "x" } }, 422],
    ["a negative rev", { token, query: { after: "-1" } }, 422],
  ];
  for (const [who, options, status] of refused) {
    await assert.rejects(connect(server, options), (error) => {
      assert(error instanceof Refused, `${who}: ${error}`);
      assert.equal(error.status, status, who);
      return true;
    });
  }
});

Deno.test("`GET /ws` accepts a token in header or query, as JSON, and a cookie from our own page, as HTML", async () => {
  await using server = await startProgram();
  const token = await tokenOf(server, "alice");
  await using byHeader = await connect(server, { token });
  assert.equal((await byHeader.next("history")).room, "general");
  await using byAddress = await connect(server, { query: { token, room: "general" } });
  assert.deepEqual(await byAddress.next("history"), { type: "history", room: "general", messages: [], head: 0 });
  await using byCookie = await connect(server, { cookie: await cookieOf(server, "alice") });
  await byCookie.frame('<section id="people"');
  assert.deepEqual(byCookie.events, []);
  await using fromElsewhere = await connect(server, { token, headers: { Origin: "https://bot.example" } });
  await fromElsewhere.next("history");
});

Deno.test("`GET /ws` with an https PUBLIC_URL accepts that origin only", async () => {
  await using server = await startProgram({ env: { PUBLIC_URL: "https://chat.example.org" } });
  const token = await tokenOf(server, "alice");
  const cookie = `__Host-chatterbox_session=${token}`;
  await assert.rejects(connect(server, { cookie }), { status: 403 });
  await using client = await connect(server, { cookie, origin: "https://chat.example.org" });
  await client.frame('id="people"');
});

Deno.test("`GET /ws` refuses a page that belongs to another user than the cookie", async () => {
  await using server = await startProgram();
  await tokenOf(server, "alice");
  const cookie = await cookieOf(server, "bob");
  for (const viewer of ["1", "", "02", "x"]) {
    await assert.rejects(connect(server, { cookie, query: { viewer } }), (error) => {
      // Where a runtime cannot refuse an upgrade, the close code says that the session has ended.
      assert(error instanceof Refused && [409, 401].includes(error.status), `${viewer}: ${error}`);
      return true;
    });
  }
  await using own = await connect(server, { cookie, query: { viewer: "2" } });
  await own.frame('id="people"');
});
