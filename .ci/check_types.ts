/** Type-checks every file in the repository with its nearest configuration. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname!, "..");

/** Generated or downloaded folders. */
const SKIPPED = new Set([".git", "data", "dist", "node_modules"]);

/** Not checked here, because it would download 300 MB of word lists. Run `deno check` there before measuring. */
const BY_HAND = "tests/words/deno.json";

const groups = Map.groupBy(sources(""), configurationOf);
for (const [config, files] of groups) {
  if (config === BY_HAND) continue;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--config", config, ...files],
    cwd: root,
  }).spawn().status;
  if (!success) Deno.exit(1);
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function configurationOf(file: string): string {
  let folder = dirname(file);
  while (!existsSync(join(root, folder, "deno.json"))) folder = dirname(folder);
  return join(folder, "deno.json");
}
