import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { backupName, backupsIn } from "../../db/backup/copy.ts";
import { Metrics } from "../../db/metrics.ts";
import { backup } from "../../jobs/backup.ts";
import { JobRunner } from "../../jobs/runner.ts";
import { memoryBus } from "../../ws/bus/memory.ts";
import { castOf, T0 } from "../support/cast.ts";
import { eventually } from "../support/eventually.ts";
import { namesIn } from "../support/files.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { ask } from "../support/sqlite.ts";
import { tempDir } from "../support/temp_dir.ts";
import { tempStore } from "../support/temp_store.ts";

interface Line {
  level: string;
  event: string;
  facts: Record<string, unknown>;
}

/** Backups of a store with one message, on a manual clock. */
async function scheduled({ every = 1000, keep = 3, names = [] as string[] } = {}) {
  const temp = await tempStore();
  const dir = await tempDir();
  const { alice, say } = await castOf(temp.store);
  await say(alice, "Hello");
  const folder = join(dir.path, "backups");
  if (names.length > 0) await Deno.mkdir(folder);
  for (const name of names) await Deno.writeTextFile(join(folder, name), "");
  const clock = new ManualClock(T0);
  const lines: Line[] = [];
  const log = (level: string, event: string, facts = {}) => void lines.push({ level, event, facts });
  const kind = backup({ file: temp.file, folder, every, keep }, log);
  const { store } = temp;
  const runner = new JobRunner({
    store,
    bus: memoryBus(log),
    clock,
    log,
    metrics: new Metrics(),
    kinds: [kind],
    random: () => 0,
  });
  return {
    folder,
    clock,
    lines,
    store,
    kind,
    runner,
    /** When the next one is planned; during a backup, the end of its lease. */
    nextAt: () => store.jobs.nextAt(["backup"]),
    /** Lets `ms` pass; resolves when the log has this many lines and the next backup is planned. */
    async pass(ms: number, count: number) {
      await clock.advance(ms);
      await eventually(() => lines.length >= count, 20_000);
      await eventually(async () => (await store.jobs.nextAt(["backup"]))! <= clock.now() + every, 20_000);
      // Its completion wakes the runner.
      await clock.advance(0);
    },
    async [Symbol.asyncDispose]() {
      const stopped = runner.stop(0);
      await clock.advance(0);
      await clock.advance(1000);
      await stopped;
      await temp[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("`backup` makes one when there is none, checks it and logs it", async () => {
  await using test = await scheduled();
  await test.pass(1000, 1);
  const { level, event, facts } = test.lines[0]!;
  const file = join(test.folder, backupName(T0 + 1000));
  assert.deepEqual([level, event, facts.file], ["info", "backup", file]);
  assert.equal((await Deno.stat(file)).size, facts.bytes);
  assert.deepEqual(ask(file, "select content from messages"), [{ content: "Hello" }]);
  if (Deno.build.os !== "windows") assert.equal((await Deno.stat(test.folder)).mode! & 0o777, 0o700);
});

Deno.test("`backup` makes the next one when due, and keeps the configured number", async () => {
  const names = [backupName(T0 - 2000), backupName(T0 - 1000)];
  await using test = await scheduled({ every: 1000, keep: 2, names });
  await test.pass(1000, 1);
  assert.deepEqual(namesIn(test.folder), [backupName(T0 - 1000), backupName(T0 + 1000)]);
  assert.equal(await test.nextAt(), T0 + 2000);
  await test.clock.advance(999);
  assert.equal(test.lines.length, 1);
  await test.pass(1, 2);
  assert.deepEqual(namesIn(test.folder), [backupName(T0 + 1000), backupName(T0 + 2000)]);
});

Deno.test("`backup` counts a manual backup, and makes a missed one soon after the start", async () => {
  await using test = await scheduled({ every: 60_000, names: [backupName(T0 - 50_000)] });
  await test.clock.advance(5000);
  assert.deepEqual([test.lines, await test.nextAt()], [[], T0 + 10_000]);
  await Deno.writeTextFile(join(test.folder, backupName(T0 + 8000)), "by hand");
  await test.clock.advance(5000);
  assert.deepEqual([test.lines, await test.nextAt()], [[], T0 + 68_000]);
  await using missed = await scheduled({ every: 60_000, names: [backupName(T0 - 5_000_000)] });
  await missed.pass(5000, 1);
  assert.deepEqual(backupsIn(missed.folder).map(({ time }) => time), [T0 - 5_000_000, T0 + 5000]);
});

Deno.test("`backup` does not wait for a backup dated in the future", async () => {
  const tomorrow = backupName(T0 + 86_400_000);
  await using test = await scheduled({ every: 1000, names: [tomorrow] });
  await test.pass(1000, 1);
  assert.deepEqual(namesIn(test.folder), [backupName(T0 + 1000), tomorrow]);
});

Deno.test("`backup` logs a failure, retries, and succeeds once the cause is fixed", async () => {
  await using test = await scheduled();
  await Deno.writeTextFile(test.folder, "a file instead of the folder");
  await test.clock.advance(3000);
  assert.equal(test.lines.length, 3);
  for (const { level, event } of test.lines) assert.deepEqual([level, event], ["error", "Cannot make a backup"]);
  const { items: [failed] } = await test.store.jobs.listFailed({ limit: 1 });
  assert.deepEqual([failed?.kind, failed?.attempts, failed?.nextAt], ["backup", 3, T0 + 4000]);
  assert.equal(await Deno.readTextFile(test.folder), "a file instead of the folder");
  await Deno.remove(test.folder);
  await test.pass(1000, 4);
  assert.equal(test.lines.at(-1)!.event, "backup");
  assert.equal(backupsIn(test.folder).length, 1);
  assert.equal((await test.store.jobs.count()).failed, 0);
});

Deno.test("`backup` run twice makes one backup", async () => {
  await using test = await scheduled({ every: 60_000 });
  const running = { now: () => test.clock.now(), signal: new AbortController().signal };
  assert.equal(await test.kind.run({}, running), T0 + 60_000);
  assert.equal(await test.kind.run({}, running), T0 + 60_000);
  assert.deepEqual(namesIn(test.folder), [backupName(T0)]);
});

Deno.test("`backup` under way finishes when the program stops, within the timeout", async () => {
  await using test = await scheduled();
  await test.clock.advance(1000);
  // The folder is created just before the thread starts.
  await eventually(() => existsSync(test.folder), 20_000);
  await test.runner.stop(20_000);
  assert.deepEqual(test.lines.map(({ event }) => event), ["backup"]);
  assert.deepEqual(namesIn(test.folder), [backupName(T0 + 1000)]);
});

Deno.test("`backup` is aborted after the timeout and leaves no partial file", async () => {
  await using test = await scheduled({ every: 60_000 });
  const controller = new AbortController();
  const made = test.kind.run({}, { now: () => T0, signal: controller.signal });
  controller.abort(new Error("The program stops"));
  await assert.rejects(made, /The program stops/);
  assert.deepEqual([namesIn(test.folder), test.lines], [[], []]);
});
