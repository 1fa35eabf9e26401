import assert from "node:assert/strict";
import { join } from "node:path";
import { syncFile, syncFolder } from "../../db/durable_file.ts";
import { freeDescriptors } from "../../db/worker/descriptors.ts";
import { tempDir } from "../support/temp_dir.ts";

Deno.test("`syncFolder()` leaks no descriptor, whether the system syncs the folder or not", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "file");
  await Deno.writeTextFile(file, "text");
  const before = freeDescriptors(100_000);
  // It opens /dev/null, whose sync fails.
  for (const path of [dir.path, "/dev/null", join(dir.path, "nothing")]) {
    for (let n = 0; n < 50; n++) syncFolder(path);
  }
  syncFile(file);
  assert.throws(() => syncFile(join(dir.path, "nothing")), { code: "ENOENT" });
  assert(before < 100_000, "all free ones were counted");
  const lost = before - freeDescriptors(100_000);
  // The runtime opens one now and then; a leak would be fifty.
  assert(lost < 10, `${lost} descriptors leaked`);
});
