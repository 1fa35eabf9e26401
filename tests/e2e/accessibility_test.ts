import assert from "node:assert/strict";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { join } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";
import { clickTool, connected, enter, message, messageBox, openBrowser, say, showTool, visit } from "./browser.ts";

/** Violations of WCAG 2 A and AA found by axe, one line each. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate<string[]>(`axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }).then(
    ({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => id + " " + target.join(" ") + ": " + failureSummary)),
  )`);
}

/** The focused element: a message by its text, anything else by its name. */
async function focused(page: Page): Promise<string> {
  return await page.evaluate<string>(`(() => {
    const element = document.activeElement;
    if (element.dataset.seq) return element.querySelector("p").textContent;
    return element.getAttribute("aria-label") ?? element.id ?? element.localName;
  })()`);
}

for (const colorScheme of ["light", "dark"] as const) {
  Deno.test(`axe finds no violations on the pages, ${colorScheme}`, async () => {
    await using program = await startProgram();
    await using browser = await openBrowser();
    const visitor = await visit(browser, program, { colorScheme, bypassCSP: true });
    assert.deepEqual(await violations(visitor), [], "the login");
    const alice = await enter(browser, program, "alice", { colorScheme, bypassCSP: true });
    await using bob = await join(program, "bob");
    await bob.say("hello, see https://example.com");
    await bob.say("line\n".repeat(60));
    await say(alice, "mine, see https://example.org");
    await message(alice, "mine").and(alice.locator("[data-seq]")).waitFor();
    await showTool(alice, "mine", "Edit");
    assert.deepEqual(await violations(alice), [], "the chat");
    // axe scrolls.
    await clickTool(alice, "mine", "Delete");
    assert.deepEqual(await violations(alice), [], "a question");
    for (const path of ["/docs", "/admin", "/admin/users", "/admin/messages", "/admin/reports", "/admin/audit"]) {
      await alice.goto(program.url + path);
      assert.deepEqual(await violations(alice), [], path);
    }
  });
}

Deno.test("A screen reader finds messages with authors, days, and named tools in a list", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  await using bob = await join(program, "bob");
  await bob.say("one");
  await bob.say("two");
  await say(alice, "three");
  await message(alice, "three").waitFor();
  const time = await message(alice, "two").locator("time").textContent();
  await message(alice, "two").focus();
  const tree = await alice.getByRole("log", { name: "Messages" }).ariaSnapshot();
  assert.match(tree, /- list:/, tree);
  assert.match(tree, /- listitem: Today/, tree);
  const plain = (name: string, text: string) =>
    new RegExp(`- listitem:\\s+- text: ${name}\\s+- time: ${time}\\s+- paragraph: ${text}`);
  assert.match(tree, plain("bob", "one"), "the first of a group");
  assert.match(tree, plain("You", "three"), "one's own");
  assert.match(tree, new RegExp(`- listitem "bob ${time} two"`), "a later one of the group, with the focus");
  assert.match(tree, new RegExp(`button "Report message by bob, ${time}"`), tree);
  assert.match(tree, new RegExp(`button "Delete message by bob, ${time}"`), tree);
  assert.doesNotMatch(tree, /"Edit message/, "tools are shown only while their message has pointer or focus");
});

Deno.test("New messages of others are announced with author and text; history, own and deleted messages are not", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  await using bob = await join(program, "bob");
  await bob.say("history");
  const alice = await enter(browser, program, "alice");
  const announcer = alice.locator("#announcer");
  assert.equal(await announcer.getAttribute("aria-live"), "polite");
  assert.equal(await alice.getByRole("log").getAttribute("aria-live"), "off");
  await alice.evaluate(`{
    window.announced = [];
    new MutationObserver(() => announcer.textContent && announced.push(announcer.textContent))
      .observe(announcer, { childList: true });
  }`);
  await say(alice, "my own");
  await message(alice, "my own").waitFor();
  const id = await bob.say("hello there");
  await eventually(async () => (await alice.evaluate<string[]>("announced")).length === 1);
  assert.deepEqual(await alice.evaluate("announced"), ["bob: hello there"]);
  bob.send({ type: "delete", id });
  await message(alice, "hello there").waitFor({ state: "detached" });
  assert.equal(await announcer.textContent(), "", "nothing is left of a deleted message");
  for (let n = 1; n <= 12; n++) bob.send({ type: "send", content: `quick ${n}`, nonce: `quick-${n}` });
  await eventually(async () => (await alice.evaluate<string[]>("announced")).at(-1) === "12 new messages");
});

Deno.test("The log is one Tab stop; arrow keys move through it, Enter opens a message's tools, Escape returns", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  await using bob = await join(program, "bob");
  for (let n = 1; n <= 45; n++) await bob.say(`message ${n} https://example.com/${n}`);
  await bob.say("the newest");
  await message(alice, "the newest").waitFor();

  await alice.getByRole("button", { name: "Log out" }).focus();
  const stops: string[] = [];
  while (stops.at(-1) !== "message" && stops.length < 20) {
    await alice.keyboard.press("Tab");
    stops.push(await focused(alice));
  }
  assert.ok(stops.length <= 5, `stops: ${stops}`);
  assert.equal(stops.filter((stop) => /^message \d|the newest/.test(stop)).length, 1, `stops: ${stops}`);

  await message(alice, "the newest").focus();
  await alice.keyboard.press("ArrowUp");
  assert.match(await focused(alice), /^message 45 /);
  await alice.keyboard.press("ArrowUp");
  assert.match(await focused(alice), /^message 44 /);
  await alice.keyboard.press("ArrowDown");
  assert.match(await focused(alice), /^message 45 /);
  await alice.keyboard.press("Enter");
  assert.match(await focused(alice), /^Report message by bob, /);
  await alice.keyboard.press("ArrowRight");
  assert.match(await focused(alice), /^Delete message by bob, /);
  await alice.keyboard.press("Escape");
  assert.match(await focused(alice), /^message 45 /);
  await alice.keyboard.press("F10");
  assert.match(await focused(alice), /^Report message by bob, /);
  await alice.keyboard.press("ArrowUp");
  assert.match(await focused(alice), /^message 44 /);
  await alice.keyboard.press("Home");
  assert.match(await focused(alice), /^message 1 /);
  await alice.keyboard.press("End");
  assert.equal(await focused(alice), "the newest");
  await alice.keyboard.press("Escape");
  assert.equal(await focused(alice), "message");
  await alice.keyboard.press("Shift+Tab");
  assert.equal(await focused(alice), "the newest");
});

Deno.test("The focus stays on an edited message, and moves to its neighbour when it is deleted", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  await using bob = await join(program, "bob");
  await bob.say("one");
  const two = await bob.say("two");
  await bob.say("three");
  await message(alice, "two").focus();
  bob.send({ type: "edit", id: two, content: "two, edited" });
  await message(alice, "two, edited").waitFor();
  assert.equal(await focused(alice), "two, edited");
  await alice.getByRole("listitem", { name: /^bob .* two, edited$/ }).waitFor();
  await alice.keyboard.press("Enter");
  assert.match(await focused(alice), /^Report message by bob/);
  bob.send({ type: "edit", id: two, content: "two, again" });
  await message(alice, "two, again").waitFor();
  assert.match(await focused(alice), /^Report message by bob/, "also on a tool");
  bob.send({ type: "delete", id: two });
  await message(alice, "two, again").waitFor({ state: "detached" });
  assert.equal(await focused(alice), "three");
  for (const text of ["three", "one"]) {
    bob.send({ type: "delete", id: Number((await message(alice, text).getAttribute("id"))!.slice("message-".length)) });
    await message(alice, text).waitFor({ state: "detached" });
    assert.equal(await focused(alice), text === "three" ? "one" : "message");
  }
});

Deno.test("A question takes the focus, and returns it to its message", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  await say(alice, "mine");
  await message(alice, "mine").focus();
  await alice.keyboard.press("Enter");
  await alice.keyboard.press("ArrowRight");
  await alice.keyboard.press("Enter");
  await alice.getByRole("dialog").getByText("mine").waitFor();
  await alice.keyboard.press("Escape");
  await eventually(async () => await focused(alice) === "mine");
  await connected(alice);
  await messageBox(alice).focus();
});
