import assert from "node:assert/strict";
import { api, join, tokenOf } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";
import { tempDir } from "../support/temp_dir.ts";
import { connected, enter, goOffline, message, messageBox, openBrowser, say, shows } from "./browser.ts";

Deno.test("The server restarts: the page reconnects with missed messages and sends pending ones", async () => {
  await using dir = await tempDir();
  await using browser = await openBrowser();
  await using first = await startProgram({ dataDir: dir.path });
  const alice = await enter(browser, first, "alice");
  const bob = await enter(browser, first, "bob");
  await say(bob, "one");
  await say(bob, "two");
  await message(alice, "two").waitFor();
  assert.equal(await first.stop(), 0);
  await alice.getByRole("status").filter({ hasText: "Reconnecting" })
    .waitFor();
  await say(alice, "typed while away");
  await say(alice, "and again");
  await message(alice, "and again").filter({ hasText: "Sending" }).waitFor();

  await using second = await startProgram({ dataDir: dir.path, port: first.port });
  await Promise.all([connected(alice), connected(bob)]);
  await message(bob, "and again").waitFor();
  await eventually(async () => await alice.locator(".pending").count() === 0);
  const expected = ["one", "two", "typed while away", "and again"];
  await shows(alice, expected);
  await shows(bob, expected);
  await alice.reload();
  await connected(alice);
  await shows(alice, expected);
  assert.equal(await bob.getByRole("log").getByText("alice left").count(), 0);
  await second.stop();
});

Deno.test("The network is lost for a while: messages, edits and deletions of that time are shown once and in order", async () => {
  await using program = await startProgram();
  await using browser = await openBrowser();
  const alice = await enter(browser, program, "alice");
  const token = await tokenOf(program, "robot");
  const post = async (content: string) =>
    (await api(program, "/rooms/general/messages", {
      token,
      body: { content },
    })).body.id as number;
  await post("stays");
  await post("will be deleted by nobody");
  await message(alice, "nobody").waitFor();

  await using bob = await join(program, "robot");
  const edited = await bob.say("before");
  const deleted = await bob.say("gone soon");
  await message(alice, "gone soon").waitFor();

  await goOffline(alice);
  bob.send({ type: "edit", id: edited, content: "after" });
  bob.send({ type: "delete", id: deleted });
  await bob.say("missed");
  await say(alice, "written in a tunnel");
  await alice.context().setOffline(false);

  await connected(alice);
  await message(alice, "written in a tunnel").waitFor();
  await eventually(async () => await alice.locator(".pending").count() === 0);
  await shows(alice, [
    "stays",
    "will be deleted by nobody",
    "after",
    "missed",
    "written in a tunnel",
  ]);
});

Deno.test("An unsent message survives a reload while the server is down", async () => {
  await using dir = await tempDir();
  await using browser = await openBrowser();
  await using first = await startProgram({ dataDir: dir.path });
  const alice = await enter(browser, first, "alice");
  await first.kill();
  await alice.getByRole("status").filter({ hasText: "Reconnecting" })
    .waitFor();
  await say(alice, "do not lose me");
  await messageBox(alice).fill("a draft");
  await using _second = await startProgram({ dataDir: dir.path, port: first.port });
  await alice.reload();
  await connected(alice);
  await message(alice, "do not lose me").waitFor();
  await eventually(async () => await alice.locator(".pending").count() === 0);
  await shows(alice, ["do not lose me"]);
  assert.equal(await messageBox(alice).inputValue(), "a draft");
});
