import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type ProxyOptions, startProxy } from "../support/proxy.ts";
import { startProgram } from "../support/program.ts";
import { message, messageBox, openBrowser, register, visit } from "./browser.ts";

/** The bar that shows why there is no connection. */
function bar(page: Page) {
  return page.locator("#trouble");
}

/** Registers through a proxy that passes pages on, and no sockets. */
async function enterThrough(options: ProxyOptions, env: Record<string, string> = {}) {
  const stack = new AsyncDisposableStack();
  const program = stack.use(await startProgram({ env }));
  const proxy = stack.use(await startProxy(program.port, options));
  const browser = stack.use(await openBrowser());
  const page = await visit(browser, proxy);
  await page.getByRole("link", { name: "Register" }).click();
  await register(page, "alice");
  await messageBox(page).waitFor();
  return { page, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

Deno.test("behind a proxy that drops Upgrade the page names the setting that fixes it; typed text stays", async () => {
  await using behind = await enterThrough({ dropUpgrade: true });
  const { page } = behind;
  await bar(page).getByText("A proxy does not let the chat connect").waitFor({ timeout: 20_000 });
  assert.match(await bar(page).innerText(), /proxy pass on Upgrade and Connection/);
  await page.getByRole("status").filter({ hasText: "Offline" }).waitFor();
  assert.equal(await bar(page).getAttribute("role"), "alert");
  await messageBox(page).fill("kept");
  await messageBox(page).press("Enter");
  await message(page, "kept").filter({ hasText: "Sending" }).waitFor();
});

Deno.test("behind a proxy that rewrites Host the page says so, with PUBLIC_URL", async () => {
  await using behind = await enterThrough({ host: "127.0.0.1:9" });
  await bar(behind.page).getByText("The chat cannot connect from this address").waitFor({ timeout: 20_000 });
  assert.match(await bar(behind.page).innerText(), /127\.0\.0\.1:9.*PUBLIC_URL/);
});

Deno.test("at another address than PUBLIC_URL the page says so, with both", async () => {
  await using behind = await enterThrough({}, { PUBLIC_URL: "http://chat.example.org" });
  await bar(behind.page).getByText("The chat cannot connect from this address").waitFor({ timeout: 20_000 });
  assert.match(await bar(behind.page).innerText(), /PUBLIC_URL is http:\/\/chat\.example\.org/);
});

Deno.test("where something else answers for the socket, the page says so", async () => {
  await using behind = await enterThrough({ answer: 404 });
  await bar(behind.page).getByText("Another program responds at this address").waitFor({ timeout: 20_000 });
});
