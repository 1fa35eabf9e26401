import assert from "node:assert/strict";
import { startProgram } from "../support/program.ts";
import {
  complaintsOf,
  connected,
  enter,
  logOut,
  message,
  messageBox,
  openBrowser,
  openWindow,
  PASSWORD,
  register,
  say,
  texts,
  visit,
} from "./browser.ts";

Deno.test("Register: errors are shown beside the field, input is kept, and success logs in", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  await enter(browser, program, "alice");
  const page = await visit(browser, program);
  await page.getByRole("link", { name: "Register" }).click();
  await page.getByLabel("Email").fill("someone@example.com");
  await register(page, "ALICE");
  await page.getByText("User already exists").waitFor();
  assert.equal(
    await page.getByLabel("Username").getAttribute("aria-invalid"),
    "true",
  );
  assert.equal(await page.getByLabel("Username").inputValue(), "ALICE");
  assert.equal(
    await page.getByLabel("Email").inputValue(),
    "someone@example.com",
  );
  assert.equal(await page.getByLabel("Password").inputValue(), "");

  await register(page, "no spaces");
  await page.getByText("Username may contain only").waitFor();

  await register(page, "bob");
  await connected(page);
  assert.equal(new URL(page.url()).pathname, "/");
});

Deno.test("Log in and out: a wrong password is reported, and logging out closes every window of the session", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const first = await enter(browser, program, "alice");
  const second = await openWindow(first);
  await connected(second);
  await logOut(first);
  await second.getByRole("button", { name: "Log in" }).waitFor();

  await first.getByLabel("Username").fill("alice");
  await first.getByLabel("Password").fill("not the password");
  await first.getByRole("button", { name: "Log in" }).click();
  await first.getByText("Invalid credentials").waitFor();
  assert.equal(await first.getByLabel("Username").inputValue(), "alice");
  await first.getByLabel("Password").fill(PASSWORD);
  await first.getByRole("button", { name: "Log in" }).click();
  await connected(first);
});

Deno.test("Without JavaScript a user can register, read and post", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  const bob = await enter(browser, program, "bob", {
    javaScriptEnabled: false,
  });
  await say(alice, "hello from a modern browser");
  await message(alice, "modern").waitFor();
  await bob.goto(program.url);
  assert.deepEqual(await texts(bob), ["hello from a modern browser"]);
  await messageBox(bob).fill("hello from a plain one");
  await bob.getByRole("button", { name: "Send" }).click();
  await message(bob, "plain one").waitFor();
  await message(alice, "plain one").waitFor();
});

Deno.test("Without JavaScript the page opens at the newest message, and names the time zone of its times", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  await say(alice, Array.from({ length: 60 }, (_, n) => `line ${n}`).join("\n"));
  await say(alice, "the newest");
  await message(alice, "the newest").waitFor();
  const bob = await enter(browser, program, "bob", { javaScriptEnabled: false });
  await bob.goto(program.url);
  const { y, height } = (await message(bob, "the newest").boundingBox())!;
  assert(y > 0 && y + height < 800, `the newest message is drawn from ${y} to ${y + height}`);
  const after = await bob.locator("#messages time").last().evaluate((time: unknown) =>
    // deno-lint-ignore no-explicit-any -- runs in the browser, whose types are not loaded here
    (globalThis as any).getComputedStyle(time, "::after").content
  );
  assert.equal(after, '" UTC"');
});

Deno.test("A fresh instance opens at the creation of the first account", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const page = await visit(browser, program);
  await page.goto(program.url);
  await page.getByRole("button", { name: "Create account" }).waitFor();
  await page.getByText("It becomes the administrator").waitFor();
  await enter(browser, program, "alice");
  const second = await visit(browser, program);
  await second.goto(program.url);
  await second.getByRole("button", { name: "Log in" }).waitFor();
});

Deno.test("The longest names fit on the smallest screen", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const small = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true };
  const alice = await enter(browser, program, "W".repeat(32), small);
  await say(alice, "hello");
  await message(alice, "hello").waitFor();
  await alice.goto(`${program.url}/admin/settings`);
  await alice.getByLabel("Instance name").fill("W".repeat(60));
  await alice.getByRole("button", { name: "Save" }).click();
  await alice.waitForLoadState();
  const visitor = await visit(browser, program, small);
  for (
    const [page, paths] of [[alice, ["/", "/admin", "/admin/users", "/admin/users/1"]], [visitor, [
      "/login",
      "/register",
      "/none",
    ]]] as const
  ) {
    for (const path of paths) {
      await page.goto(program.url + path);
      const [width, room] = await page.evaluate<[number, number]>("[document.documentElement.scrollWidth, innerWidth]");
      assert(width <= room, `${path} is ${width} pixels wide on a screen of ${room}`);
    }
  }
});

Deno.test("On a phone everything is reachable: nothing is wider than the screen, and the menu opens the list of people", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const phone = {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    colorScheme: "dark" as const,
  };
  const alice = await enter(browser, program, "alice", phone);
  await say(
    alice,
    `a long word ${"x".repeat(300)} and https://example.com/${"y".repeat(200)}`,
  );
  await message(alice, "a long word").waitFor();
  const overflow = await alice.evaluate<number>(
    "document.documentElement.scrollWidth - innerWidth",
  );
  assert.ok(
    overflow <= 0,
    `the page is ${overflow} pixels wider than the screen`,
  );
  assert.equal(
    await alice.getByRole("button", { name: "Log out" }).isVisible(),
    false,
  );
  await alice.getByRole("button", { name: "Members and account" }).click();
  await alice.getByRole("list", { name: "Online" }).getByText("alice")
    .waitFor();
  await logOut(alice);
  assert.deepEqual(complaintsOf(alice), []);
});
