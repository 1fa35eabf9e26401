import assert from "node:assert/strict";
import { openApp, type TestApp } from "../support/app.ts";

const WRITTEN = "text of a message";

/** As browsers send it to `report-uri`. */
function older(blocked = "https://evil.example/x.js?secret=1", directive = "script-src-elem"): unknown {
  return {
    "csp-report": {
      "document-uri": "http://localhost/?token=abc",
      "violated-directive": directive,
      "effective-directive": directive,
      "original-policy": "default-src 'none'",
      "blocked-uri": blocked,
      "script-sample": WRITTEN,
    },
  };
}

/** As browsers send it to `report-to`. */
function newer(blocked = "inline"): unknown {
  return [{
    type: "csp-violation",
    url: "https://chat.example.org/",
    body: {
      documentURL: "https://chat.example.org/",
      effectiveDirective: "style-src-attr",
      blockedURL: blocked,
      sample: WRITTEN,
    },
  }];
}

async function report(app: TestApp, body: unknown, type = "application/csp-report"): Promise<number> {
  const response = await app.ask("/csp-reports", { json: body, headers: { "Content-Type": type } });
  assert.equal(await response.text(), "");
  return response.status;
}

function logged(app: TestApp): Record<string, unknown>[] {
  return app.lines.map((line) => JSON.parse(line)).filter(({ event }) =>
    event === "Content-Security-Policy blocked a resource"
  );
}

Deno.test("responses tell browsers where to report violations of the policy", async () => {
  await using app = await openApp();
  const plain = (await app.ask("/login", { page: true })).headers;
  assert.match(plain.get("Content-Security-Policy")!, /; report-uri \/csp-reports$/);
  assert.equal(plain.get("Reporting-Endpoints"), null);
  await using secure = await openApp({ publicUrl: "https://chat.example.org" });
  const { headers } = await secure.ask("/login", { page: true });
  assert.match(headers.get("Content-Security-Policy")!, /; report-uri \/csp-reports; report-to csp$/);
  assert.equal(headers.get("Reporting-Endpoints"), 'csp="/csp-reports"');
});

Deno.test("`POST /csp-reports` accepts both kinds of report without a login, and logs the directive and the page", async () => {
  await using app = await openApp();
  assert.equal(await report(app, older()), 204);
  assert.equal(await report(app, newer(), "application/reports+json"), 204);
  const facts = logged(app).map(({ level, directive, blocked, page }) => ({ level, directive, blocked, page }));
  assert.deepEqual(facts, [
    { level: "warn", directive: "script-src-elem", blocked: "https://evil.example", page: "/" },
    { level: "warn", directive: "style-src-attr", blocked: "inline", page: "/" },
  ]);
  for (const line of app.lines) assert.doesNotMatch(line, new RegExp(`${WRITTEN}|secret|abc`));
});

Deno.test("`POST /csp-reports` logs each kind once a minute in a bounded line", async () => {
  await using app = await openApp();
  for (let n = 0; n < 5; n++) assert.equal(await report(app, older()), 204);
  assert.equal(logged(app).length, 1);
  await app.clock.advance(60_000);
  const nasty = `https://${"x".repeat(60)}.example/\x1b[2J`;
  assert.equal(await report(app, older(nasty, "\x1b[2J\r\nforged")), 204);
  assert.equal(await report(app, older("\u202edata", "script-src ".repeat(500))), 204);
  assert.equal(logged(app).length, 3);
  for (const line of app.lines) assert(line.length < 600 && !/forged|x1b|\\u001b/.test(line), line);
  const many = Array.from({ length: 500 }, (_, n) => (newer(`https://n${n}.example`) as unknown[])[0]);
  const size = JSON.stringify(many.slice(0, 60)).length;
  assert(size < 16 * 1024);
  assert.equal(await report(app, many.slice(0, 60), "application/reports+json"), 204);
  assert(logged(app).length <= 3 + 10);
});

Deno.test("`POST /csp-reports` refuses oversized, excess and invalid reports", async () => {
  await using app = await openApp();
  for (const body of [null, 1, "x", {}, { "csp-report": 1 }]) assert.equal(await report(app, body), 400);
  assert.equal(await report(app, []), 204);
  assert.equal(await report(app, [1]), 400);
  assert.equal(await report(app, [{ type: "csp-violation", body: "x" }]), 204);
  assert.equal(await report(app, older("x".repeat(17_000))), 413);
  const statuses = [];
  for (let n = 0; n < 40; n++) statuses.push(await report(app, older()));
  assert.deepEqual([...new Set(statuses)], [204, 429]);
  await app.clock.advance(1000);
  assert.equal(await report(app, older()), 204);
  assert.equal((await app.ask("/csp-reports")).status, 404);
});
