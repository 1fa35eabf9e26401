import assert from "node:assert/strict";
import { openAdministration } from "../support/administration.ts";

Deno.test("an administrator sees failed logins on the user's page, in the audit log and its CSV, without the input", async () => {
  await using app = await openAdministration({ trustProxy: true, limits: true });
  const headers = { "X-Forwarded-For": "198.51.100.7" };
  const login = (username: string, password: string) => app.ask("/login", { json: { username, password }, headers });
  await login("bob", "my wrong password");
  await login("my password, in the wrong field", "my wrong password");
  await login("hunter2hunter2", "my wrong password");
  for (let n = 0; n < 12; n++) await login("bob@example.org", "my wrong password");
  await app.logins.noteFailures(true);

  const bobs = [
    "9 wrong passwords, 3 attempts throttled from 198.51.100.7",
    "1 wrong password from 198.51.100.7",
  ];
  const ofBob = await app.get("/admin/users/2");
  const failed = ofBob.audit.filter(({ action }: { action: string }) => action === "login_failed");
  assert.deepEqual(failed.map(({ reason }: { reason: string }) => reason), bobs);
  const { audit } = await app.get("/admin/audit?action=login_failed");
  assert.deepEqual(
    audit.map(({ actor, target, reason }: Record<string, string>) => `${actor}: ${target}: ${reason}`),
    [
      `Chatterbox: bob: ${bobs[0]}`,
      "Chatterbox: (unknown name): 1 wrong password from 198.51.100.7",
      `Chatterbox: bob: ${bobs[1]}`,
    ],
  );
  for (const path of ["/admin/users/2", "/admin/audit"]) {
    const html = await (await app.ask(path, { page: true, cookie: app.cookie })).text();
    assert.match(html, /<strong>Login failed<\/strong>/, path);
    assert(html.includes(bobs[0]!), path);
  }
  const csv = await (await app.ask("/admin/download/audit", { token: app.token })).text();
  for (const reason of bobs) assert(csv.includes(`login_failed,bob,${reason.includes(",") ? `"${reason}"` : reason}`));
  for (const text of [csv, JSON.stringify(audit), ...app.lines]) {
    for (const secret of ["wrong field", "my wrong password", "hunter2"]) assert(!text.includes(secret), text);
  }
  const bob = await app.ask("/admin/audit", { token: app.tokens.bob });
  assert.equal(bob.status, 403);
});
