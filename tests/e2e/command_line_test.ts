import assert from "node:assert/strict";
import { startProgram } from "../support/program.ts";
import { userProgram } from "../support/user_program.ts";
import { complaintsOf, enter, message, messageBox, openBrowser, say } from "./browser.ts";

Deno.test("mallory's open page stops when he is blocked from the command line, and says why; alice's continues", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  const mallory = await enter(browser, program, "mallory");
  await say(mallory, "hello");
  await message(alice, "hello").waitFor();

  const { code, stdout } = await userProgram(program.dataDir, ["block", "mallory", "--reason", "spam"]);
  assert.deepEqual([code, stdout], [0, "mallory is blocked\n"]);
  await mallory.getByText("You are blocked").waitFor();
  await mallory.getByRole("status").filter({ hasText: "Blocked" }).waitFor();
  assert.equal(await messageBox(mallory).isDisabled(), true);
  await say(alice, "That was that");
  await message(alice, "That was that").waitFor();
  assert.equal(await message(mallory, "That was that").count(), 0);

  await alice.getByRole("link", { name: "Administration" }).click();
  await alice.getByRole("navigation", { name: "Administration" }).getByRole("link", { name: "Audit log" }).click();
  const row = alice.getByRole("row").filter({ hasText: "mallory" });
  await row.getByText("command line").waitFor();
  await row.getByText("spam").waitFor();
  assert.deepEqual(complaintsOf(alice), []);
});
