import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startProgram } from "../support/program.ts";
import { tempDir } from "../support/temp_dir.ts";
import { complaintsOf, connected, enter, openBrowser, PASSWORD, say, visit } from "./browser.ts";

/** A figure of the overview, by its name. */
function figure(page: Page, name: string) {
  return page.locator("dl > div").filter({ hasText: name }).locator("dd");
}

function row(page: Page, text: string | RegExp) {
  return page.getByRole("row").filter({ hasText: text });
}

function section(page: Page, name: string) {
  return page.getByRole("navigation", { name: "Administration" }).getByRole("link", { name });
}

async function download(page: Page): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download CSV" }).click(),
  ]);
  assert.match(file.suggestedFilename(), /^chatterbox-(users|messages|audit)-\d{4}-\d\d-\d\d\.csv$/);
  return await Deno.readTextFile(await file.path());
}

Deno.test("Mallory is blocked after three offences; Alice sees it, unblocks him and downloads the files", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  await say(alice, "Hello, all");
  await alice.getByRole("link", { name: "Administration" }).click();
  await figure(alice, "Online now").filter({ hasText: /^1$/ }).waitFor();
  const mallory = await enter(browser, program, "mallory");
  await figure(alice, "Online now").filter({ hasText: /^2$/ }).waitFor();
  assert.equal(await figure(alice, "Blocked users").textContent(), "0");

  for (const [index, warning] of [/Warning 1 of 2/, /Warning 2 of 2/].entries()) {
    await say(mallory, `you fucking fool ${index}`);
    await mallory.getByText(warning).waitFor();
  }
  await say(mallory, "you fucking fool again");
  await mallory.getByText(/blocked/i).first().waitFor();

  await figure(alice, "Blocked users").filter({ hasText: /^1$/ }).waitFor({ timeout: 20_000 });
  await alice.getByRole("link", { name: "Blocked users" }).click();
  await row(alice, "mallory").getByText("3 warnings").waitFor();
  await row(alice, "mallory").getByRole("button", { name: "Unblock" }).click();
  await alice.getByRole("status").filter({ hasText: "User unblocked" }).waitFor();
  await alice.getByText("No users match.").waitFor();

  const again = await visit(browser, program);
  await again.getByLabel("Username").fill("mallory");
  await again.getByLabel("Password").fill(PASSWORD);
  await again.getByRole("button", { name: "Log in" }).click();
  await connected(again);

  await section(alice, "Users").click();
  const users = await download(alice);
  assert.match(
    users,
    /^\uFEFF?id,username,email,is_admin,is_blocked,warning_count,created_at,last_seen_at\r\n2,mallory,,false,false,0,/,
  );
  await section(alice, "Messages").click();
  const messages = await download(alice);
  assert.match(messages, /\r\n1,general,alice,"Hello, all",\d{4}-/);
  assert.doesNotMatch(messages, /fool/, "a refused message is nowhere");
  await section(alice, "Audit log").click();
  const audit = await download(alice);
  const acts = audit.trim().split("\r\n").slice(1).map((line) => line.split(",").slice(2, 5).join(" ")).reverse();
  assert.deepEqual(acts, [
    ...Array.from({ length: 3 }, () => "Chatterbox warn mallory"),
    "Chatterbox block mallory",
    "alice unblock mallory",
  ]);
  assert.deepEqual(complaintsOf(alice), []);
});

Deno.test("The message monitor updates live, and after the server was down", async () => {
  await using dir = await tempDir();
  await using browser = await openBrowser();
  await using first = await startProgram({ dataDir: dir.path });
  const alice = await enter(browser, first, "alice");
  const bob = await enter(browser, first, "bob");
  await alice.getByRole("link", { name: "Administration" }).click();
  await section(alice, "Messages").click();
  await alice.getByText("No messages match.").waitFor();
  await say(bob, "alpha");
  await row(alice, "alpha").waitFor();

  const live = alice.getByRole("button", { name: "Live" });
  await live.click();
  assert.equal(await live.getAttribute("aria-pressed"), "false");
  await say(bob, "two");
  await live.click();
  await row(alice, "two").waitFor();

  await row(alice, "alpha").locator("summary").click();
  await say(bob, "three");
  await row(alice, "alpha").getByRole("button", { name: "Delete for everyone" }).click();
  await row(alice, "Deleted by alice").waitFor();
  await row(alice, "three").waitFor();
  await bob.locator("#messages").getByText("alpha", { exact: true }).waitFor({ state: "hidden" });

  assert.equal(await first.stop(), 0);
  await using second = await startProgram({ dataDir: dir.path, port: first.port });
  await connected(bob);
  await say(bob, "four");
  await row(alice, "four").waitFor({ timeout: 20_000 });
  await second.stop();
});

Deno.test("Without JavaScript, on a phone, every admin act works, and nothing is wider than the screen", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, javaScriptEnabled: false };
  const alice = await enter(browser, program, "alice", phone);
  const bob = await enter(browser, program, "bob");
  await say(bob, `a long word ${"x".repeat(300)}`);
  await bob.getByRole("log").getByText("a long word").waitFor();

  for (const name of ["Overview", "Users", "Messages", "Reports", "Words", "Audit log", "Jobs", "Settings"]) {
    await alice.goto(`${program.url}/admin`);
    await section(alice, name).click();
    await alice.getByRole("heading", { level: 1, name }).waitFor();
    const width = await alice.evaluate<number>("document.documentElement.scrollWidth");
    assert.ok(width <= 390, `${name} is ${width} pixels wide`);
  }

  await section(alice, "Words").click();
  await alice.getByLabel("Word", { exact: true }).fill("balderdash");
  await alice.getByRole("button", { name: "Add" }).click();
  await row(alice, "balderdash").getByText("forbidden").waitFor();

  await section(alice, "Users").click();
  await alice.getByLabel("Name or email").fill("bo");
  await alice.getByRole("button", { name: "Filter" }).click();
  await row(alice, "bob").getByRole("link", { name: "bob", exact: true }).click();
  await alice.getByLabel("Reason to warn").fill("manners");
  await alice.getByRole("button", { name: "Warn", exact: true }).click();
  await alice.getByText("User warned").waitFor();
  await bob.getByText("An administrator has warned you: manners").waitFor();

  await alice.getByRole("button", { name: "Reset password" }).click();
  const link = await alice.getByLabel("Link").inputValue();
  await alice.getByRole("link", { name: "Back to bob" }).click();
  const carol = await visit(browser, program, phone);
  await carol.goto(link);
  await carol.getByLabel("New password").fill("another horse");
  await carol.getByRole("button", { name: "Set password" }).click();
  await carol.getByLabel("Username").fill("bob");
  await carol.getByLabel("Password").fill("another horse");
  await carol.getByRole("button", { name: "Log in" }).click();
  await carol.getByRole("textbox", { name: "Message", exact: true }).waitFor();

  await alice.getByRole("link", { name: "Delete account…" }).click();
  await alice.getByLabel("Remove messages").check();
  await alice.getByRole("button", { name: "Delete account" }).click();
  await alice.getByText("Account deleted").waitFor();
  assert.equal(await row(alice, "bob").count(), 0);
});

Deno.test("Block asks first: Escape cancels, then Alice gives a reason and confirms", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  await enter(browser, program, "mallory");
  await alice.goto(`${program.url}/admin/users`);
  assert.equal(
    await row(alice, "alice").getByRole("link", { name: /^Block/ }).count(),
    0,
    "not the last administrator",
  );
  const link = row(alice, "mallory").getByRole("link", { name: /^Block/ });
  await link.click();
  const dialog = alice.getByRole("dialog", { name: "Block mallory?" });
  await dialog.getByLabel("Reason (optional)").fill("spam");
  await alice.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await alice.locator("a:focus").filter({ hasText: "Block" }).waitFor();
  await link.press("Enter");
  await dialog.getByRole("link", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await row(alice, "mallory").getByText("blocked").count(), 0);
  await link.click();
  await dialog.getByLabel("Reason (optional)").fill("spam");
  await dialog.getByRole("button", { name: "Block user" }).click();
  await alice.getByRole("status").filter({ hasText: "User blocked" }).waitFor();
  await section(alice, "Audit log").click();
  await row(alice, "mallory").getByText("spam").waitFor();
  assert.deepEqual(complaintsOf(alice), []);
});
