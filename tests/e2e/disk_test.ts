import assert from "node:assert/strict";
import { canMount, memoryDisk } from "../support/disk.ts";
import { eventually } from "../support/eventually.ts";
import { startProgram } from "../support/program.ts";
import { enter, message, openBrowser, say, texts } from "./browser.ts";

const isPossible = await canMount();
const name = "The disk is full: the page keeps what was typed, says so, and sends it once there is room";

Deno.test({
  name: isPossible ? name : `${name} (ignored: needs root, to mount a small disk)`,
  ignore: !isPossible,
  async fn() {
    await using disk = await memoryDisk(24 * 1024 * 1024);
    await using program = await startProgram({ dataDir: disk.path });
    await using browser = await openBrowser();
    const alice = await enter(browser, program, "alice");
    const bob = await enter(browser, program, "bob");
    await say(alice, "stored");
    await message(bob, "stored").waitFor();
    disk.fill();
    // SQLite's WAL has space left for some.
    const sent: string[] = [];
    await eventually(async () => {
      sent.push(`long ${sent.length} ${"x".repeat(3000)}`);
      await say(alice, sent.at(-1)!);
      return await alice.locator(".pending").filter({ hasText: "database is unavailable" }).count() > 0;
    }, 60_000);
    await bob.reload();
    await message(bob, "stored").first().waitFor();

    await disk.free();
    await eventually(async () => await alice.locator(".pending").count() === 0, 60_000);
    // In the order in which they were typed, each once.
    const expected = ["stored", ...sent].map((text) => text.slice(0, 12));
    for (const page of [alice, bob]) {
      await eventually(async () => (await texts(page)).length === expected.length);
      assert.deepEqual((await texts(page)).map((text) => text.slice(0, 12)), expected);
    }
    await program.stop();
  },
});
