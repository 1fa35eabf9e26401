import assert from "node:assert/strict";
import { api, PASSWORD, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";
import { clickTool, complaintsOf, enter, message, messageBox, openBrowser, say, showTool, texts } from "./browser.ts";

Deno.test("mallory sends three forbidden messages: two warnings, then a block, and nobody has seen any of them", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  const mallory = await enter(browser, program, "mallory");
  await say(mallory, "hello");
  await message(alice, "hello").waitFor();

  await say(mallory, "you f.u.c.k");
  await mallory.getByText("Warning 1 of 2").waitFor();
  await say(mallory, "what a b1tch");
  await mallory.getByText("Warning 2 of 2").waitFor();
  assert.equal(
    await mallory.locator(".pending:not(.failed)").count(),
    0,
    "a refused message is not sent again",
  );
  assert.deepEqual(
    await mallory.locator(".failed > p").allTextContents(),
    ["you f.u.c.k", "what a b1tch"],
    "and can be edited",
  );
  await say(mallory, "shiiit");
  await mallory.getByText("You are blocked").waitFor();
  await mallory.getByRole("status").filter({ hasText: "Blocked" }).waitFor();
  assert.equal(await messageBox(mallory).isDisabled(), true);
  await mallory.locator("#composer").getByText("Your account is blocked").waitFor();
  await mallory.locator(".pending").filter({ hasText: "shiiit" }).getByText("Not sent: Your account is blocked")
    .waitFor();
  assert.equal(await mallory.getByText("Sending").count(), 0);
  assert.deepEqual(await texts(alice), ["hello"]);

  await mallory.goto(`${program.url}/login`);
  await mallory.context().clearCookies();
  await mallory.goto(`${program.url}/login`);
  await mallory.getByLabel("Username").fill("mallory");
  await mallory.getByLabel("Password").fill(PASSWORD);
  await mallory.getByRole("button", { name: "Log in" }).click();
  await mallory.getByText("User is blocked").waitFor();
  assert.deepEqual(complaintsOf(alice), []);
});

Deno.test("bob reports a message of mallory's; alice, the administrator, deletes it for everybody", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  const bob = await enter(browser, program, "bob");
  const mallory = await enter(browser, program, "mallory");
  await say(mallory, "buy my pills");
  await showTool(bob, "buy my pills", "Report");
  assert.equal(await message(bob, "buy my pills").getByRole("button", { name: "Delete" }).count(), 0);
  await clickTool(bob, "buy my pills", "Report");
  await bob.getByLabel("Reason (optional)").fill("an advertisement");
  await bob.getByRole("button", { name: "Report message" }).click();
  await bob.getByText("The administrators will review it").waitFor();
  const token = await tokenOf(program, "alice");
  await eventually(async () => (await api(program, "/admin/reports", { token })).body.reports?.length === 1);

  await clickTool(alice, "buy my pills", "Delete");
  await alice.getByRole("button", { name: "Delete message" }).click();
  await message(bob, "buy my pills").waitFor({ state: "detached" });
  await message(mallory, "buy my pills").waitFor({ state: "detached" });
});
