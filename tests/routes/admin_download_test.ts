import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { csvStream } from "../../routes/admin/csv.ts";
import { account } from "../support/cast.ts";
import { openAdministration } from "../support/administration.ts";

async function download(app: Awaited<ReturnType<typeof openAdministration>>, path: string): Promise<string> {
  const response = await app.ask(`/admin/download/${path}`, { token: app.token });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("Content-Type"), "text/csv; charset=utf-8");
  const name = path.split("?")[0];
  const day = new Date(app.clock.now()).toISOString().slice(0, 10);
  assert.equal(
    response.headers.get("Content-Disposition"),
    `attachment; filename="chatterbox-${name}-${day}.csv"`,
  );
  const bytes = new Uint8Array(await response.arrayBuffer());
  assert.deepEqual([...bytes.slice(0, 3)], [0xEF, 0xBB, 0xBF], "a byte order mark");
  return new TextDecoder().decode(bytes);
}

Deno.test("`GET /admin/download/users` has one line per user, with ISO 8601 times and true or false", async () => {
  await using app = await openAdministration();
  await account(app.store, "carol");
  await app.post("/admin/users/3/warn");
  await app.post("/admin/users/3/block");
  const at = new Date(app.clock.now()).toISOString();
  assert.equal(
    await download(app, "users"),
    [
      "id,username,email,is_admin,is_blocked,warning_count,created_at,last_seen_at",
      "4,carol,,false,false,0,2026-01-01T12:00:00.000Z,",
      `3,mallory,,false,true,1,${at},${at}`,
      `2,bob,bob@example.org,false,false,0,${at},${at}`,
      `1,alice,alice@example.org,true,false,0,${at},${at}`,
      "",
    ].join("\r\n"),
  );
  const blocked = await download(app, "users?only=blocked&sort=name");
  assert.deepEqual(blocked.split("\r\n").map((line) => line.split(",")[1]), ["username", "mallory", undefined]);
});

Deno.test("`GET /admin/download/messages` quotes cells and defuses formulas", async () => {
  await using app = await openAdministration();
  const at = new Date(app.clock.now()).toISOString();
  const line = (id: number, cell: string, edited = "") => `${id},general,bob,${cell},${at},${edited}`;
  const cells: [string, string][] = [
    ["plain", "plain"],
    ["a, b", '"a, b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ['=HYPERLINK("http://evil.example","x")', `"'=HYPERLINK(""http://evil.example"",""x"")"`],
    ["＝1+1", "'＝1+1"],
    ["1=1", "1=1"],
    ["Grüße 😀", "Grüße 😀"],
  ];
  for (const [content] of cells) await app.say(app.tokens.bob, content);
  const edited = await app.say(app.tokens.bob, "before");
  await app.store.messages.edit(edited.id, "after", app.clock.now());
  const gone = await app.say(app.tokens.bob, "gone");
  await app.store.messages.remove(gone.id, app.bob, app.clock.now());
  assert.equal(
    await download(app, "messages"),
    [
      "id,room,sender,content,timestamp,edited_at",
      line(13, "after", at),
      ...cells.map(([, cell], index) => line(index + 1, cell)).reverse(),
      "",
    ].join("\r\n"),
  );
  assert.equal((await download(app, "messages?search=lines&user=bob")).split("\r\n").length, 3);
  assert.equal((await download(app, "messages?user=alice")).split("\r\n").length, 2);
});

Deno.test("`GET /admin/download/audit` filters as the page does", async () => {
  await using app = await openAdministration();
  await app.post("/admin/users/2/warn", { reason: "=cmd|' /C calc'!A0" });
  await app.post("/admin/users/3/block");
  const at = new Date(app.clock.now()).toISOString();
  assert.equal(
    await download(app, "audit?action=warn"),
    `\uFEFFid,at,actor,action,target,reason\r\n1,${at},alice,warn,bob,'=cmd|' /C calc'!A0\r\n`.slice(1),
  );
});

Deno.test("a download of several pages has every row once", async () => {
  await using app = await openAdministration();
  const room = (await app.store.rooms.findFor(app.bob.id, "general"))!.id;
  const now = app.clock.now();
  await Promise.all(
    Array.from(
      { length: 1201 },
      (_, n) => app.store.messages.post({ room, author: app.bob.id, content: `message ${n}`, nonce: null }, now),
    ),
  );
  const lines = (await download(app, "messages")).trimEnd().split("\r\n");
  assert.deepEqual(
    lines.slice(1).map((line) => Number(line.split(",")[0])),
    Array.from({ length: 1201 }, (_, n) => 1201 - n),
  );
});

Deno.test("`csvStream()` reads a page when the one before was taken, yields to others, and stops", async () => {
  let reads = 0;
  const endless = csvStream<number>(["n"], (key = 0) => {
    reads += 1;
    return Promise.resolve({ rows: Array.from({ length: 500 }, (_, n) => [key + n]), next: key + 500 });
  });
  const reader = endless.getReader();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(reads, 0, "nothing is read without a consumer");
  await reader.read();
  let turns = 0;
  let counting = true;
  const count = () => {
    turns += 1;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  for (let n = 0; n < 20; n++) await reader.read();
  counting = false;
  assert.equal(reads, 4, "20 parts of 100 rows, 500 rows a page");
  assert.ok(turns >= 15, `others had ${turns} turns`);
  await reader.cancel();
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(reads <= 5, "nothing is read after a cancel");
});

Deno.test("a failed download breaks off, so that the client notices", async () => {
  await using app = await openAdministration();
  const response = await app.ask("/admin/download/messages", { token: app.token });
  await app.store.close();
  await assert.rejects(response.text());
  assert.ok(app.lines.some((line) => line.includes("Cannot complete download")));
});
