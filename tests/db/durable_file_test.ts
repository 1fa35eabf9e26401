import assert from "node:assert/strict";
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { syncFile, syncFolder } from "../../db/durable_file.ts";
import { tempDir } from "../support/temp_dir.ts";

/** A folder whose sync fails. */
const UNSYNCABLE = "/proc/self/task";

/** The paths of the open descriptors. */
function openPaths(): string[] {
  return readdirSync("/proc/self/fd").flatMap((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return []; // closed meanwhile
    }
  });
}

Deno.test("`syncFolder()` leaks no descriptor, whether the system syncs the folder or not", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "file");
  await Deno.writeTextFile(file, "text");
  for (const path of [dir.path, UNSYNCABLE, join(dir.path, "nothing")]) syncFolder(path);
  syncFile(file);
  assert.throws(() => syncFile(join(dir.path, "nothing")), { code: "ENOENT" });
  const leaked = openPaths().filter((path) => path.startsWith(dir.path) || /^\/proc\/\d+\/task$/.test(path));
  assert.deepEqual(leaked, []);
});
