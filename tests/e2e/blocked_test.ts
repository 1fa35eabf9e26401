import assert from "node:assert/strict";
import { api, tokenOf } from "../support/client.ts";
import { startProgram } from "../support/program.ts";
import { tempDir } from "../support/temp_dir.ts";
import { enter, messageBox, openBrowser, say } from "./browser.ts";

Deno.test("A user is blocked while messages are unsent: the page says so and keeps them", async () => {
  await using dir = await tempDir();
  await using first = await startProgram({ dataDir: dir.path });
  await using browser = await openBrowser();
  const token = await tokenOf(first, "alice");
  const mallory = await enter(browser, first, "mallory");
  const users = (await api(first, "/admin/users", { token })).body.users as { id: number; username: string }[];
  const { id } = users.find(({ username }) => username === "mallory")!;
  await first.stop();
  await mallory.getByRole("status").filter({ hasText: "Reconnecting" }).waitFor();
  await say(mallory, "typed in vain");
  await messageBox(mallory).fill("a thought begun");

  await using second = await startProgram({ dataDir: dir.path });
  await api(second, `/admin/users/${id}/block`, { token, body: { reason: "spam" } });
  await second.stop();
  await using _third = await startProgram({ dataDir: dir.path, port: first.port });
  await mallory.getByRole("status").filter({ hasText: "Blocked" }).waitFor({ timeout: 30_000 });
  await mallory.locator(".pending").filter({ hasText: "typed in vain" }).getByText("Not sent: Your account is blocked")
    .waitFor();
  assert.equal(await mallory.getByText("Sending").count(), 0);
  assert.equal(await messageBox(mallory).isDisabled(), true);
  assert.equal(await messageBox(mallory).inputValue(), "a thought begun");
  const why = await messageBox(mallory).getAttribute("aria-describedby");
  assert.equal(await mallory.locator(`#${why}`).textContent(), "Your account is blocked");
});
