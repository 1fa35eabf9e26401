import assert from "node:assert/strict";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";
import {
  clickTool,
  complaintsOf,
  connected,
  editLast,
  editor,
  enter,
  logOut,
  message,
  messageBox,
  openBrowser,
  say,
  texts,
} from "./browser.ts";

Deno.test("alice and bob chat: each sees the other's messages at once, their own on the right", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  const bob = await enter(browser, program, "bob");

  await say(alice, "Hello bob,\nsee https://example.com/a?b=c. <b>bold?</b>");
  await message(bob, "Hello bob").waitFor();
  await say(bob, "Hello alice!");
  await message(alice, "Hello alice!").waitFor();
  await message(bob, "Hello alice!").waitFor();

  assert.deepEqual(await texts(alice), await texts(bob));
  assert.equal(
    (await texts(alice))[0],
    "Hello bob,\nsee https://example.com/a?b=c. <b>bold?</b>",
  );
  const link = message(bob, "Hello bob").getByRole("link");
  assert.equal(await link.getAttribute("href"), "https://example.com/a?b=c");
  assert.match(await link.getAttribute("rel") ?? "", /noopener/);

  const center = async (text: string) => {
    const box = await message(alice, text).boundingBox();
    return box!.x + box!.width / 2;
  };
  assert.ok(
    await center("Hello bob") > await center("Hello alice!"),
    "own messages are further right",
  );
  assert.equal(await messageBox(alice).inputValue(), "");
  assert.deepEqual(complaintsOf(alice), []);
  assert.deepEqual(complaintsOf(bob), []);
});

Deno.test("bob connects and disconnects: alice sees who is online, and system lines", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  const bob = await enter(browser, program, "bob");
  const online = alice.getByRole("list", { name: "Online" });
  await online.getByRole("listitem").filter({ hasText: "bob" }).waitFor();
  await alice.getByRole("log").getByText("bob joined").waitFor();

  await bob.reload();
  await connected(bob);
  await logOut(bob);
  await alice.getByRole("log").getByText("bob left").waitFor({
    timeout: 20_000,
  });
  assert.equal(
    await alice.getByRole("log").getByText("bob joined").count(),
    1,
    "a reload adds no line",
  );
  await online.getByRole("listitem").filter({ hasText: "bob" }).waitFor({
    state: "detached",
  });
});

Deno.test("alice edits and deletes: bob sees the change, and nothing is left of the deleted message", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  const bob = await enter(browser, program, "bob");
  await say(alice, "first thoght");
  await message(bob, "first thoght").waitFor();
  const forOthers = message(bob, "first thoght").getByRole("button", {
    name: /Edit|Delete/,
    includeHidden: true,
  });
  assert.equal(await forOthers.count(), 0, "only the author edits and deletes");

  await editLast(alice, "first thoght");
  assert.equal(await editor(alice).inputValue(), "first thoght");
  await editor(alice).fill("first thought");
  await editor(alice).press("Enter");
  await message(bob, "first thought").filter({ hasText: "edited" }).waitFor();

  await clickTool(alice, "first thought", "Edit");
  await editor(alice).fill("never mind");
  await editor(alice).press("Escape");
  assert.equal(
    await message(alice, "first thought").count(),
    1,
    "Escape changes nothing",
  );

  await clickTool(alice, "first thought", "Delete");
  await alice.getByRole("button", { name: "Cancel" }).click();
  await clickTool(alice, "first thought", "Delete");
  await alice.getByRole("button", { name: "Delete message" }).click();
  await message(bob, "first thought").waitFor({ state: "detached" });
  assert.ok(!(await bob.content()).includes("first thought"));
});

Deno.test("alice sees that bob is typing, and that he has seen her message", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  const bob = await enter(browser, program, "bob");
  await say(alice, "are you there?");
  await message(alice, "are you there?").getByText("Seen", { exact: true })
    .waitFor();
  await messageBox(bob).pressSequentially("yes");
  await alice.getByText("bob is typing").waitFor();
  assert.equal(
    await bob.getByText("is typing").count(),
    0,
    "nobody sees their own typing",
  );
  await messageBox(bob).press("Enter");
  await alice.getByText("bob is typing").waitFor({ state: "hidden" });
});

Deno.test("alice scrolls back: her view does not move, and a button leads to new messages", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  const bob = await enter(browser, program, "bob");
  for (let n = 1; n <= 70; n++) await say(bob, `message ${n}`);
  await eventually(async () => (await texts(alice)).at(-1) === "message 70");
  await alice.reload();
  await connected(alice);
  assert.equal((await texts(alice)).length, 50);

  const scroller = alice.locator("#scroller");
  await scroller.hover();
  await alice.mouse.wheel(0, -100_000);
  await eventually(async () => (await texts(alice)).length === 70);
  assert.deepEqual(
    await texts(alice),
    Array.from({ length: 70 }, (_, n) => `message ${n + 1}`),
  );
  assert.equal(
    await alice.getByRole("link", { name: "Earlier messages" }).isVisible(),
    false,
  );

  await alice.mouse.wheel(0, -100_000);
  await eventually(async () => await scroller.evaluate((element) => element.scrollTop) === 0);
  await say(bob, "something new");
  await alice.getByRole("button", { name: "New messages" }).waitFor();
  assert.equal(await scroller.evaluate((element) => element.scrollTop), 0);
  await alice.getByRole("button", { name: "New messages" }).click();
  await eventually(async () =>
    await scroller.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight < 5)
  );
  assert.equal(
    await alice.getByRole("button", { name: "New messages" }).isVisible(),
    false,
  );
});

Deno.test("Animations stop for users who prefer reduced motion", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const still = await enter(browser, program, "alice", { reducedMotion: "reduce" });
  await say(still, "hello");
  await message(still, "hello").waitFor();
  const running = "document.getAnimations().filter(({ playState }) => playState === 'running').length";
  assert.equal(await still.evaluate(running), 0);
  const moving = await enter(browser, program, "bob", { reducedMotion: "no-preference" });
  assert.ok(await moving.evaluate<number>(running) > 0);
});
