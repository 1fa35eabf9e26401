import { createHash } from "node:crypto";
import { join } from "node:path";

/** Everything below a folder, by name, with a hash of the contents. */
export async function contentOf(folder: string): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (isDirectory) {
      for (const [below, hash] of Object.entries(await contentOf(path))) content[join(name, below)] = hash;
    } else {
      content[name] = createHash("sha256").update(await Deno.readFile(path)).digest("hex");
    }
  }
  return content;
}

/** The names in a folder, sorted. */
export function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
