import assert from "node:assert/strict";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { eventually } from "../support/eventually.ts";
import type { Program } from "../support/program.ts";

export const PASSWORD = "correct horse";

/** A Chromium for one test; closed when the test ends. */
export async function openBrowser(): Promise<Browser & AsyncDisposable> {
  const executablePath = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
    ],
  });
  return Object.assign(browser, {
    [Symbol.asyncDispose]: () => browser.close(),
  });
}

/** Errors of a page's scripts and violations of its Content-Security-Policy. */
const complaints = new WeakMap<Page, string[]>();

export function complaintsOf(page: Page): string[] {
  return complaints.get(page) ?? [];
}

/** A user's own browser window, at the login page. */
export async function visit(
  browser: Browser,
  program: Pick<Program, "url">,
  options: BrowserContextOptions = {},
): Promise<Page> {
  // Without a GPU the animated background would cost more than the chat.
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const found: string[] = [];
  complaints.set(page, found);
  page.on("pageerror", (error) => found.push(error.message));
  page.on("console", (message) => {
    // Browsers log a refused connection themselves while the server is down.
    if (
      message.type() === "error" &&
      !/WebSocket connection|ERR_CONNECTION|htmx:ws:error/.test(message.text())
    ) {
      found.push(message.text());
    }
  });
  await page.goto(`${program.url}/login`);
  return page;
}

/** Registers in the browser; the chat is open and connected. */
export async function enter(
  browser: Browser,
  program: Program,
  username: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await visit(browser, program, options);
  await page.getByRole("link", { name: "Register" }).click();
  await register(page, username);
  if (options.javaScriptEnabled !== false) await connected(page);
  return page;
}

/** Fills in and submits the registration form. */
export async function register(page: Page, username: string): Promise<void> {
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
}

/** Opens a path in another window of the same browser. */
export async function openWindow(page: Page, path = ""): Promise<Page> {
  const other = await page.context().newPage();
  other.setDefaultTimeout(10_000);
  await other.goto(new URL(path, page.url()).href);
  return other;
}

export async function connected(page: Page): Promise<void> {
  // Browsers delay reconnects after a few failures.
  const status = page.getByRole("status");
  await status.filter({ hasText: "Connected" }).waitFor({ timeout: 30_000 }).catch(async (error: Error) => {
    const seen = await status.allTextContents().catch(() => ["no page"]);
    const state = await page.evaluate(`[navigator.onLine, document.visibilityState]`).catch(() => "unknown");
    throw new Error(`Not connected: ${page.url()} shows ${JSON.stringify(seen)}, ${state}`, { cause: error });
  });
}

/** Ends the page's socket as a lost network would: Playwright's offline mode leaves open ones alone. */
export async function cutSocket(page: Page): Promise<void> {
  await page.evaluate(`{
    const { socket } = document.body._htmx.ws.connection;
    socket.close();
    socket.dispatchEvent(new CloseEvent("close", { code: 1006 }));
  }`);
}

/** Disconnects the page's network, and waits until the page shows it. */
export async function goOffline(page: Page): Promise<void> {
  await page.context().setOffline(true);
  await cutSocket(page);
  await page.getByRole("status").filter({ hasText: /Reconnecting|Offline/ }).waitFor();
}

export async function logIn(page: Page, username: string): Promise<void> {
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await connected(page);
}

export async function logOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("button", { name: "Log in" }).waitFor();
}

export function messageBox(page: Page) {
  return page.getByRole("textbox", { name: "Message", exact: true });
}

export async function say(page: Page, text: string): Promise<void> {
  await messageBox(page).fill(text);
  // On a touch keyboard Enter breaks the line.
  await messageBox(page).press("Control+Enter");
}

export function editor(page: Page) {
  return page.getByRole("textbox", { name: "Edit message" });
}

/** Opens the editor of one's newest message, once it has this text. */
export async function editLast(page: Page, text: string): Promise<void> {
  await eventually(async () => (await texts(page)).includes(text));
  await messageBox(page).press("ArrowUp");
  await editor(page).waitFor();
}

/** The message with this text. */
export function message(page: Page, text: string | RegExp) {
  return page.getByRole("log", { name: "Messages" }).getByRole("listitem")
    .filter({ hasText: text });
}

/** Hovers over a message until one of its tools is visible: content above may still move it away from the pointer. */
export async function showTool(page: Page, text: string | RegExp, name: string | RegExp) {
  const row = message(page, text);
  const tool = row.getByRole("button", { name });
  await eventually(
    async () => {
      await row.hover();
      return await tool.isVisible();
    },
    20_000,
    () => `a tool ${name} of ${text}`,
  );
  return tool;
}

export async function clickTool(page: Page, text: string | RegExp, name: string | RegExp): Promise<void> {
  await eventually(
    async () => {
      const tool = await showTool(page, text, name);
      return await tool.click({ timeout: 1000 }).then(() => true, () => false);
    },
    20_000,
    () => `a click on the tool ${name} of ${text}`,
  );
}

/** The texts of all messages, in order. */
export async function texts(page: Page): Promise<string[]> {
  return await page.locator("#messages > [data-seq] > p").allTextContents();
}

/** Asserts the texts of all messages, once pending ones have arrived. */
export async function shows(page: Page, expected: string[]): Promise<void> {
  await eventually(async () => JSON.stringify(await texts(page)) === JSON.stringify(expected)).catch(() => {});
  assert.deepEqual(await texts(page), expected);
}
