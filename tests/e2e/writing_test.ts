import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { api, join, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";
import {
  clickTool,
  complaintsOf,
  connected,
  editLast,
  editor,
  enter,
  message,
  messageBox,
  openBrowser,
  register,
  say,
  shows,
  showTool,
  texts,
  visit,
} from "./browser.ts";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** The bubbles of refused messages. */
function refused(page: Page): Locator {
  return page.locator("#messages > .failed");
}

/** The text of a refused bubble. */
async function textOf(bubble: Locator): Promise<string | null> {
  return await bubble.locator("p").first().textContent();
}

/** Pastes a text into a box. */
async function paste(page: Page, box: Locator, text: string): Promise<void> {
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await box.press("Control+V");
}

Deno.test("a message refused for its language is kept whole, edited, and sent", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  await tokenOf(program, "admin");
  const page = await enter(browser, program, "alice");
  const long = `${"A long and thoughtful text. ".repeat(300)}\nfucking end`;
  await messageBox(page).fill(long);
  await messageBox(page).press("Enter");
  const bubble = refused(page);
  await bubble.getByText("Not sent: Warning 1 of 2").waitFor();
  assert.equal(await textOf(bubble), long);
  await messageBox(page).fill("a draft meanwhile");
  await page.reload();
  await connected(page);
  await bubble.getByText("Not sent: Warning 1 of 2").waitFor();
  await bubble.getByRole("button", { name: "Edit" }).click();
  assert.equal(await editor(page).inputValue(), long);
  await editor(page).fill(long.replace("fucking", "good"));
  await editor(page).press("Enter");
  await shows(page, [long.replace("fucking", "good")]);
  assert.equal(await refused(page).count(), 0);
  assert.equal(await messageBox(page).inputValue(), "a draft meanwhile");
  assert.deepEqual(complaintsOf(page), []);
});

Deno.test("an edit refused for its language is kept whole, and can be discarded", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  await tokenOf(program, "admin");
  const page = await enter(browser, program, "alice");
  await say(page, "first version");
  await editLast(page, "first version");
  await editor(page).fill("a fucking second version");
  await editor(page).press("Enter");
  await refused(page).getByText("Not sent: Warning 1 of 2").waitFor();
  assert.equal(await textOf(refused(page)), "a fucking second version");
  await refused(page).getByRole("button", { name: "Edit" }).click();
  await editor(page).fill("a good second version");
  await editor(page).press("Enter");
  await message(page, "a good second version").filter({ hasText: "edited" }).waitFor();
  await shows(page, ["a good second version"]);

  await say(page, "what a shit");
  await refused(page).getByText("Warning 2 of 2").waitFor();
  await refused(page).getByRole("button", { name: "Discard" }).click();
  await eventually(async () => await refused(page).count() === 0);
});

Deno.test("an edit in progress survives changes of its message, which are shown, its deletion, and a reload", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const page = await enter(browser, program, "alice");
  await using elsewhere = await join(program, "alice");
  const id = await elsewhere.say("one version");
  await editLast(page, "one version");
  await editor(page).fill("what I am writing");
  elsewhere.send({ type: "edit", id, content: "changed elsewhere" });
  await page.getByText("This message has been edited in the meantime").waitFor();
  assert.equal(await editor(page).inputValue(), "what I am writing");
  assert.equal(await editor(page).evaluate((box) => box === box.ownerDocument.activeElement), true, "it has the focus");

  await page.reload();
  await connected(page);
  assert.equal(await editor(page).inputValue(), "what I am writing");
  elsewhere.send({ type: "delete", id });
  await refused(page).getByText("The message you were editing was deleted").waitFor();
  assert.equal(await textOf(refused(page)), "what I am writing");
  await refused(page).getByRole("button", { name: "Try again" }).click();
  await shows(page, ["what I am writing"]);
  await page.reload();
  await connected(page);
  assert.equal(await refused(page).count(), 0);
  assert.equal(await editor(page).count(), 0);
  await shows(page, ["what I am writing"]);
});

Deno.test("an edit in progress survives the edit of another message; an unchanged one gives way", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const page = await enter(browser, program, "alice");
  for (const text of ["first", "second", "third"]) await say(page, text);
  await shows(page, ["first", "second", "third"]);
  const edit = async (text: string) => {
    await (await showTool(page, text, "Edit")).press("Enter");
  };
  await edit("first");
  await edit("second");
  assert.equal(await editor(page).count(), 1);
  await editor(page).fill("second, and more");
  await edit("third");
  assert.equal(await editor(page).count(), 2);
  assert.equal(await editor(page).first().inputValue(), "second, and more");
});

Deno.test("an edited message that is no longer on the page is not forgotten", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const page = await enter(browser, program, "alice");
  await using elsewhere = await join(program, "alice");
  await elsewhere.say("old version");
  await editLast(page, "old version");
  await editor(page).fill("new version");
  for (let n = 1; n <= 60; n++) await elsewhere.say(`message ${n}`);
  await eventually(async () => (await texts(page)).includes("message 60"));
  await page.reload();
  await connected(page);
  await refused(page).getByText("You were editing an earlier message").waitFor();
  assert.equal(await textOf(refused(page)), "new version");
  await refused(page).getByRole("button", { name: "Try again" }).click();
  await eventually(async () => await refused(page).count() === 0);
  const token = await tokenOf(program, "alice");
  await eventually(async () => {
    const { body } = await api(program, "/rooms/general/messages?limit=100", { token });
    return body.messages[0].content === "new version";
  });
});

Deno.test("a paste of 12,689 characters is kept whole, counted, and sent once it is short enough", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const page = await enter(browser, program, "alice", { permissions: ["clipboard-read", "clipboard-write"] });
  const box = messageBox(page);
  const text = "0123456789\n".repeat(1200).slice(0, 12_689);
  await paste(page, box, text);
  assert.equal((await box.inputValue()).length, 12_689);
  await page.getByText("12,689 characters: 2,689 too many").waitFor();
  await box.press("Enter");
  await page.getByRole("button", { name: "Send" }).click();
  assert.equal((await box.inputValue()).length, 12_689);
  assert.equal(await page.locator("#messages > *").filter({ hasText: "0123456789" }).count(), 0);
  await page.reload();
  await connected(page);
  assert.equal(await box.inputValue(), text);
  await box.fill(text.slice(0, 10_000));
  await page.getByText("10,000 of 10,000 characters").waitFor();
  await box.press("Enter");
  await shows(page, [text.slice(0, 10_000).trim()]);
  await page.getByText("10,000 of 10,000 characters").waitFor({ state: "hidden" });

  await editLast(page, text.slice(0, 10_000).trim());
  await editor(page).fill(`${text.slice(0, 10_000).trim()} and more`);
  await page.getByText("too many").waitFor();
  await editor(page).press("Enter");
  assert.match(await editor(page).inputValue(), / and more$/);
});

Deno.test("without JavaScript 7,400 Chinese characters are sent, and a text that is too long or refused is in the box again", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  await tokenOf(program, "admin");
  const page = await visit(browser, program, { javaScriptEnabled: false });
  await page.getByRole("link", { name: "Register" }).click();
  await register(page, "alice");
  const box = messageBox(page);
  const send = async (text: string) => {
    await box.fill(text);
    await page.getByRole("button", { name: "Send" }).click();
  };
  const chinese = "漢字".repeat(3700);
  await send(chinese);
  await message(page, chinese).waitFor();
  assert.equal(await box.inputValue(), "");
  const long = "漢".repeat(12_689);
  await send(long);
  await page.getByText("at most 10000 characters").waitFor();
  assert.equal(await box.inputValue(), long);
  await send("\n  two lines of\nfucking text");
  await page.getByText("Warning 1 of 2").waitFor();
  assert.equal(await box.inputValue(), "\n  two lines of\nfucking text");
});

Deno.test("on a phone Enter breaks the line and the button sends; with a mouse it is the other way round", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const page = await enter(browser, program, "alice", phone);
  const box = messageBox(page);
  assert.equal(await box.getAttribute("enterkeyhint"), "enter");
  await box.tap();
  await box.pressSequentially("first");
  await box.press("Enter");
  await box.pressSequentially("second");
  assert.equal(await box.inputValue(), "first\nsecond");
  await page.getByRole("button", { name: "Send" }).tap();
  await shows(page, ["first\nsecond"]);
  await message(page, "first").tap();
  await message(page, "first").getByRole("button", { name: "Edit" }).tap();
  await editor(page).press("Enter");
  await editor(page).pressSequentially("third");
  assert.equal(await editor(page).inputValue(), "first\nsecond\nthird");
  await editor(page).press("Control+Enter");
  await shows(page, ["first\nsecond\nthird"]);

  const desk = await enter(browser, program, "bob");
  assert.equal(await messageBox(desk).getAttribute("enterkeyhint"), "send");
  await messageBox(desk).fill("one");
  await messageBox(desk).press("Shift+Enter");
  await messageBox(desk).pressSequentially("two");
  await messageBox(desk).press("Enter");
  await message(page, "one\ntwo").waitFor();
});

Deno.test("during input method composition, Enter and Escape leave composer, editor and dialog alone", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const page = await enter(browser, program, "alice");
  await using bob = await join(program, "bob");
  await bob.say("by bob");
  await say(page, "by alice");
  await shows(page, ["by bob", "by alice"]);
  const session = await page.context().newCDPSession(page);
  const compose = (text: string) =>
    session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  const press = async (key: string, windowsVirtualKeyCode: number) => {
    for (const type of ["rawKeyDown", "keyUp"] as const) {
      await session.send("Input.dispatchKeyEvent", { type, key, code: key, windowsVirtualKeyCode });
    }
  };
  const both = async () => {
    await press("Enter", 13);
    await press("Escape", 27);
  };

  await messageBox(page).focus();
  await compose("にほん");
  await both();
  assert.equal(await messageBox(page).inputValue(), "にほん");
  await session.send("Input.insertText", { text: "日本" });
  await messageBox(page).fill("");

  await editLast(page, "by alice");
  await editor(page).fill("changed ");
  await compose("にほん");
  await both();
  assert.equal(await editor(page).inputValue(), "changed にほん");
  await session.send("Input.insertText", { text: "日本" });
  await press("Escape", 27);
  assert.equal(await editor(page).count(), 0, "afterwards Escape closes it");

  await clickTool(page, "by bob", "Report");
  const reason = page.getByLabel("Reason (optional)");
  await reason.focus();
  await compose("にほん");
  await both();
  assert.equal(await reason.inputValue(), "にほん");
  assert.equal(await reason.isVisible(), true);
  await session.send("Input.insertText", { text: "日本" });
  await press("Escape", 27);
  await reason.waitFor({ state: "hidden" });
  await shows(page, ["by bob", "by alice"]);
});
