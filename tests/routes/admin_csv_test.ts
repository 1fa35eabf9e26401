import assert from "node:assert/strict";
import { defuse } from "../../routes/admin/csv.ts";
import { openAdministration } from "../support/administration.ts";

/** What a spreadsheet would evaluate when `separator` splits the cells, with quotes or without. */
function formulas(text: string, separator: string): string[] {
  const cells = text.replace(/^\uFEFF/, "").split(/[\r\n]/).flatMap((line) => line.split(separator));
  return cells.map((cell) => cell.replace(/^[\s"\p{Cf}]+/gu, "")).filter((cell) => /^[=+\-@＝＋－＠﹦−]/.test(cell));
}

/** Removes one apostrophe of each run before a formula sign where a cell may begin. */
function fused(text: string): string {
  return text.replace(
    /((?:^|[,;|\t\r\n\v\f\x85\u2028\u2029"\u201C\u201D])[\s\p{Cf}]*)'('*[=+\-@＝＋－＠﹦−])/gu,
    "$1$2",
  );
}

const HOSTILE = [
  "=1+1",
  "a;=1+1",
  "a\t=1+1",
  "list:\n- one\n- two",
  "a, -b",
  "  =1",
  "\u00A0=1",
  "\u200B=1",
  '"=1',
  'a;"=1',
  "a;' =1",
  "'=1",
  "''=1",
  "a;'=1",
  "＝1",
  "a;＠SUM(A1)",
  "a|+1",
  "a\u2028=1",
  ";;;=1",
  "=;=;=",
  "a;−1",
  "a;﹦1",
];

Deno.test("`defuse()` leaves no formula after any separator, and is reversible", () => {
  for (const text of HOSTILE) {
    for (const separator of [",", ";", "\t", "|"]) assert.deepEqual(formulas(defuse(text), separator), [], text);
    assert.equal(fused(defuse(text)), text, JSON.stringify(text));
  }
  const signs = ["=", "'", ";", " ", "a", "\n", '"', "-", "\t", ","];
  let state = 1;
  const random = (below: number) => (state = state * 48_271 % 2_147_483_647) % below;
  for (let n = 0; n < 20_000; n++) {
    const text = Array.from({ length: 1 + random(7) }, () => signs[random(signs.length)]).join("");
    const safe = defuse(text);
    for (const separator of [",", ";", "\t"]) assert.deepEqual(formulas(safe, separator), [], JSON.stringify(text));
    assert.equal(fused(safe), text, JSON.stringify(text));
  }
});

Deno.test("`defuse()` leaves text without formulas unchanged", () => {
  for (const text of ["", "plain", "a=b", "x-y", "1+1", "me@example.org", "it's", "'quoted'", "ten - nine", ":-)"]) {
    assert.equal(defuse(text), text);
  }
});

Deno.test("`defuse()` takes linear time for any text", () => {
  const time = (text: string) => {
    const begun = performance.now();
    for (let n = 0; n < 20; n++) defuse(text);
    return performance.now() - begun;
  };
  for (const sign of ['"', " ", "\n", "'", ";=", ';"'] as const) {
    const text = (length: number) => `${sign.repeat(length)}=`;
    time(text(1000));
    assert.ok(time(text(100_000)) < 60 * Math.max(1, time(text(10_000))), JSON.stringify(sign));
  }
});

Deno.test("every download is safe in every column, for every separator", async () => {
  await using app = await openAdministration();
  for (const content of HOSTILE) await app.say(app.tokens.bob, content);
  await app.say(app.tokens.alice, "=2+2");
  const { messages } = await app.get("/admin/messages?user=bob");
  for (const [index, { id }] of messages.slice(0, 10).entries()) {
    const message = (await app.store.messages.findFor(app.alice.id, id))!;
    const reason = HOSTILE[index]!;
    await app.store.reports.add({ message, reporter: app.mallory, reason }, app.clock.now());
  }
  await app.post("/admin/users/2/warn", { reason: "a;=1" });
  for (const what of ["messages", "users", "audit", "reports"]) {
    for (const [given, separator] of [["", ","], ["%3B", ";"], ["semicolon", ";"], ["tab", "\t"]] as const) {
      const query = given === "" ? "" : `?separator=${given}`;
      const response = await app.ask(`/admin/download/${what}${query}`, { token: app.token });
      assert.equal(response.status, 200);
      const text = await response.text();
      assert.ok(text.split("\r\n")[0]!.includes(separator), what);
      for (const other of [",", ";", "\t", "|"]) assert.deepEqual(formulas(text, other), [], `${what} by ${other}`);
    }
  }
});

Deno.test("a download names its separator in a first line on request, and accepts no other", async () => {
  await using app = await openAdministration();
  const get = (query: string) => app.ask(`/admin/download/users?${query}`, { token: app.token });
  const bytes = new Uint8Array(await (await get("separator=;&sep=1")).arrayBuffer());
  assert.deepEqual([...bytes.slice(0, 3)], [0xEF, 0xBB, 0xBF]);
  assert.match(new TextDecoder().decode(bytes), /^sep=;\r\nid;username;email;/);
  assert.match(new TextDecoder().decode(await (await get("sep=1")).arrayBuffer()), /^sep=,\r\nid,username,/);
  for (const query of ["separator=x", "separator=;;", "sep=yes"]) assert.equal((await get(query)).status, 422, query);
});

Deno.test("`GET /admin/download/reports` has the reported text and the current one", async () => {
  await using app = await openAdministration();
  const at = new Date(app.clock.now()).toISOString();
  const message = await app.say(app.tokens.bob, "first; words");
  await app.store.reports.add({ message, reporter: app.mallory, reason: "spam" }, app.clock.now());
  await app.store.messages.edit(message.id, "second", app.clock.now());
  const text = await (await app.ask("/admin/download/reports", { token: app.token })).text();
  assert.equal(
    text.replace(/^\uFEFF/, ""),
    "id,reported_at,reporter,reason,message_id,room,sender,content,timestamp,edited_at,fate,sender_deleted,content_now\r\n" +
      `1,${at},mallory,spam,1,general,bob,"first; words",${at},,edited,false,second\r\n`,
  );
});
