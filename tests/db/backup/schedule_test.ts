import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { backupName, backupsIn } from "../../../db/backup/copy.ts";
import { ScheduledBackups } from "../../../db/backup/schedule.ts";
import { castOf, T0 } from "../../support/cast.ts";
import { eventually } from "../../support/eventually.ts";
import { namesIn } from "../../support/files.ts";
import { ask } from "../../support/sqlite.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { tempStore } from "../../support/temp_store.ts";

interface Line {
  level: string;
  event: string;
  facts: Record<string, unknown>;
}

/** Runs on the real time, and on a clock of the test's own for what is due. */
async function scheduled({ every = 20, keep = 3, names = [] as string[], grace = 20_000 } = {}) {
  const temp = await tempStore();
  const dir = await tempDir();
  const { alice, say } = await castOf(temp.store);
  await say(alice, "Hello");
  const folder = join(dir.path, "backups");
  if (names.length > 0) await Deno.mkdir(folder);
  for (const name of names) await Deno.writeTextFile(join(folder, name), "");
  /** How often it was `asked` for the time. */
  const clock = { now: T0, asked: 0 };
  const lines: Line[] = [];
  const log = (level: string, event: string, facts = {}) => void lines.push({ level, event, facts });
  const now = () => {
    clock.asked++;
    return clock.now;
  };
  const start = () => new ScheduledBackups({ file: temp.file, folder, every, keep }, { log, now, grace });
  return {
    folder,
    clock,
    lines,
    start,
    async [Symbol.asyncDispose]() {
      await temp[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("`ScheduledBackups` makes one when there is none, whole and checked, and says so", async () => {
  await using test = await scheduled();
  const backups = test.start();
  try {
    const { level, event, facts } = await eventually(() => test.lines[0], 20_000);
    const file = join(test.folder, backupName(T0));
    assert.deepEqual([level, event, facts.file], ["info", "backup", file]);
    assert.equal((await Deno.stat(file)).size, facts.bytes);
    assert.deepEqual(ask(file, "select content from messages"), [{ content: "Hello" }]);
    if (Deno.build.os !== "windows") assert.equal((await Deno.stat(test.folder)).mode! & 0o777, 0o700);
  } finally {
    await backups.stop();
  }
});

Deno.test("`ScheduledBackups` makes the next when its time has come, and keeps as many as it is told", async () => {
  const names = [backupName(T0 - 2000), backupName(T0 - 1000)];
  await using test = await scheduled({ every: 1000, keep: 2, names });
  const backups = test.start();
  try {
    await eventually(() => test.lines.length === 1, 20_000);
    assert.deepEqual(namesIn(test.folder), [backupName(T0 - 1000), backupName(T0)]);
    test.clock.now = T0 + 999;
    const asked = test.clock.asked;
    await eventually(() => test.clock.asked >= asked + 2, 20_000);
    assert.equal(test.lines.length, 1, "it has looked, and it is not time yet");
    test.clock.now = T0 + 1000;
    await eventually(() => test.lines.length === 2, 20_000);
    assert.deepEqual(namesIn(test.folder), [backupName(T0), backupName(T0 + 1000)]);
  } finally {
    await backups.stop();
  }
});

Deno.test("`ScheduledBackups` does not wait for a backup from the future to grow old", async () => {
  const tomorrow = backupName(T0 + 86_400_000);
  await using test = await scheduled({ every: 1000, names: [tomorrow] });
  const backups = test.start();
  try {
    await eventually(() => test.lines.length === 1, 20_000);
    assert.deepEqual(namesIn(test.folder), [backupName(T0), tomorrow]);
  } finally {
    await backups.stop();
  }
});

Deno.test("`ScheduledBackups` says what went wrong, tries again, and succeeds when it is mended", async () => {
  await using test = await scheduled();
  await Deno.writeTextFile(test.folder, "a file where the folder should be");
  const backups = test.start();
  try {
    await eventually(() => test.lines.length >= 2, 20_000);
    for (const { level, event } of test.lines) assert.deepEqual([level, event], ["error", "Cannot make a backup"]);
    assert.equal(await Deno.readTextFile(test.folder), "a file where the folder should be");
    await Deno.remove(test.folder);
    await eventually(() => test.lines.at(-1)!.event === "backup", 20_000);
    assert.equal(backupsIn(test.folder).length, 1);
  } finally {
    await backups.stop();
  }
});

Deno.test("`ScheduledBackups.stop()` lets the one that is being made be finished, and begins no other", async () => {
  await using test = await scheduled();
  const backups = test.start();
  // The folder is made just before the Worker starts.
  await eventually(() => existsSync(test.folder), 20_000);
  await backups.stop();
  const asked = test.clock.asked;
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(test.clock.asked, asked, "it looks no more");
  assert.deepEqual(test.lines.map(({ event }) => event), ["backup"]);
  assert.deepEqual(namesIn(test.folder), [backupName(T0)]);
});

Deno.test("`ScheduledBackups.stop()` breaks off what takes too long", async () => {
  await using test = await scheduled({ grace: 0 });
  const backups = test.start();
  await eventually(() => existsSync(test.folder), 20_000);
  await backups.stop();
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.deepEqual(test.lines, []);
});
