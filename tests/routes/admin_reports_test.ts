import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";
import { castOf, T0 } from "../support/cast.ts";

Deno.test("`GET /admin/reports` is bounded in bytes, as a page and as JSON, and its pages have no gaps", async () => {
  await using app = await openApp();
  const token = await app.tokenOf("olga");
  const { alice, bob, say } = await castOf(app.store);
  const reported = [];
  for (let n = 0; n < 20; n++) reported.push(await say(alice, '"'.repeat(10_000)));
  for (const message of reported) await app.store.reports.add({ message, reporter: bob, reason: "Spam" }, T0);
  for (const page of [false, true]) {
    const found: number[] = [];
    let after: number | null = null;
    do {
      const query: string = after === null ? "" : `?after=${after}`;
      const text = await (await app.ask(`/admin/reports${query}`, { token, page })).text();
      assert(text.length < 1024 * 1024, `${text.length} bytes`);
      const { reports, next }: { reports: { message_id: number }[]; next: number | null } = page
        ? JSON.parse(await (await app.ask(`/admin/reports${query}`, { token })).text())
        : JSON.parse(text);
      assert(reports.length > 0);
      found.push(...reports.map(({ message_id }) => message_id));
      after = next;
    } while (after !== null);
    assert.deepEqual(found, reported.map(({ id }) => id).reverse());
  }
});
