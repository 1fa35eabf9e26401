import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { api, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { type Program, startProgram } from "../support/program.ts";
import {
  complaintsOf,
  connected,
  cutSocket,
  editLast,
  editor,
  enter,
  goOffline,
  logIn,
  logOut,
  message,
  messageBox,
  openBrowser,
  openWindow,
  say,
  shows,
  texts,
} from "./browser.ts";

/** Stored messages with their authors. */
async function stored(program: Program): Promise<string[]> {
  const token = await tokenOf(program, "witness");
  const { body } = await api(program, "/rooms/general/messages", { token });
  return body.messages.map(({ username, content }: Record<string, string>) => `${username}: ${content}`);
}

/** Disconnects the network of this page only. */
async function disconnect(page: Page) {
  let isLost = true;
  await page.route("**/*", (route) => isLost ? route.abort() : route.continue());
  await page.routeWebSocket(
    "**/ws?*",
    (socket) => isLost ? void socket.close({ code: 1001 }) : void socket.connectToServer(),
  );
  await cutSocket(page);
  return {
    /** Reconnects it and fires the browser's `online` event. */
    async restore() {
      isLost = false;
      await page.evaluate("dispatchEvent(new Event('online'))");
    },
  };
}

Deno.test("alice's page that reconnects after bob has logged in sends nothing as bob, and loses nothing", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const first = await enter(browser, program, "alice");
  await tokenOf(program, "bob");
  const second = await openWindow(first);
  await connected(second);
  const network = await disconnect(first);
  await say(first, "alice's own words");
  await messageBox(first).fill("and a draft of hers");
  await message(first, "alice's own words").filter({ hasText: "Sending" }).waitFor();
  await logOut(second);
  await logIn(second, "bob");

  await network.restore();
  await first.getByText("bob", { exact: true }).first().waitFor({ timeout: 30_000 });
  await connected(first);
  assert.equal(await messageBox(first).inputValue(), "");
  await say(second, "bob's words");
  await message(first, "bob's words").waitFor();
  assert.deepEqual(await stored(program), ["bob: bob's words"]);
  for (const page of [first, second]) {
    assert.doesNotMatch(await page.content(), /alice's own|draft of hers/);
    assert.doesNotMatch(
      await page.evaluate<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"),
      /own words|draft of hers/,
    );
  }

  await logOut(first);
  await logIn(first, "alice");
  await message(first, "alice's own words").waitFor();
  await eventually(async () => await messageBox(first).inputValue() === "and a draft of hers");
  assert.deepEqual(await stored(program), ["bob: bob's words", "alice: alice's own words"]);
});

Deno.test("an open page continues when the same user has logged out and in again", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const first = await enter(browser, program, "alice");
  const second = await openWindow(first);
  await connected(second);
  const network = await disconnect(first);
  await say(first, "waits");
  await messageBox(first).fill("a draft");
  await logOut(second);
  await logIn(second, "alice");
  await network.restore();
  await message(second, "waits").waitFor({ timeout: 30_000 });
  await connected(first);
  await shows(first, ["waits"]);
  assert.equal(await messageBox(first).inputValue(), "a draft");
});

Deno.test("bob finds nothing of alice's unsent text; she finds all of it when she logs in again", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const page = await enter(browser, program, "alice");
  await tokenOf(program, "bob");
  await say(page, "stands here");
  await message(page, "stands here").waitFor();
  await editLast(page, "stands here");
  await editor(page).fill("stands better");
  await messageBox(page).fill("a secret of alice's");
  await logOut(page);
  await logIn(page, "bob");
  assert.equal(await messageBox(page).inputValue(), "");
  assert.equal(await editor(page).count(), 0);
  const kept = await page.evaluate<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])");
  assert.doesNotMatch(kept, /secret|better/);
  await messageBox(page).fill("bob's draft");
  await logOut(page);
  await logIn(page, "alice");
  assert.equal(await messageBox(page).inputValue(), "a secret of alice's");
  assert.equal(await editor(page).inputValue(), "stands better");
  assert.deepEqual(complaintsOf(page), []);
});

Deno.test("commands unsent when the page is closed are sent from the next one, and the draft is in the box", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const first = await enter(browser, program, "alice");
  await goOffline(first);
  await say(first, "typed in a tunnel");
  await say(first, "and more");
  await messageBox(first).fill("half a thou");
  await first.close({ runBeforeUnload: true });
  const context = browser.contexts()[0]!;
  await eventually(() => context.pages().length === 0);
  await context.setOffline(false);
  const next = await context.newPage();
  await next.goto(program.url);
  await connected(next);
  await eventually(async () => await messageBox(next).inputValue() === "half a thou");
  await shows(next, ["typed in a tunnel", "and more"]);
  assert.deepEqual(await stored(program), ["alice: typed in a tunnel", "alice: and more"]);
});

Deno.test("two pages of alice's keep their own drafts, and send each message once", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const first = await enter(browser, program, "alice");
  const second = await openWindow(first);
  await connected(second);
  await first.context().setOffline(true);
  for (const page of [first, second]) await cutSocket(page);
  for (const [name, page] of [["first", first], ["second", second]] as const) {
    await say(page, `${name} one`);
    await say(page, `${name} two`);
    await messageBox(page).fill(`${name} draft`);
  }
  await first.context().setOffline(false);
  await Promise.all([first.reload(), second.reload()]);
  await Promise.all([connected(first), connected(second)]);
  assert.equal(await messageBox(first).inputValue(), "first draft");
  assert.equal(await messageBox(second).inputValue(), "second draft");
  await eventually(async () => (await texts(first)).length === 4);
  const messages = await stored(program);
  assert.deepEqual(
    messages.toSorted(),
    ["first one", "first two", "second one", "second two"].map((each) => `alice: ${each}`),
  );
  for (const name of ["first", "second"]) {
    assert(messages.indexOf(`alice: ${name} one`) < messages.indexOf(`alice: ${name} two`), "in the order of the page");
  }
});

Deno.test("an admin act prepared by alice is not performed as bob", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const chat = await enter(browser, program, "alice");
  const token = await tokenOf(program, "alice");
  for (const name of ["bob", "mallory"]) await tokenOf(program, name);
  assert.equal((await api(program, "/admin/users/2/promote", { token, method: "POST" })).status, 200);
  const admin = await openWindow(chat, "/admin/users/3");
  await admin.getByRole("link", { name: /^Block/ }).click();
  const question = admin.getByRole("dialog", { name: "Block mallory?" });
  await question.getByLabel("Reason (optional)").fill("alice's own reason");
  await logOut(chat);
  await logIn(chat, "bob");
  await question.getByRole("button", { name: "Block user" }).click();
  await admin.getByText("You are logged in as bob").waitFor();
  assert.equal(await admin.getByLabel("Your text (reason)").inputValue(), "alice's own reason");
  const { body } = await api(program, "/admin/users/3", { token: await tokenOf(program, "bob") });
  assert.equal(body.username, "mallory");
  assert.equal(body.is_blocked, false);
});
