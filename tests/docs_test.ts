/** The documentation names what exists. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path/posix";
import settings from "../deno.json" with { type: "json" };
import browser from "./e2e/deno.json" with { type: "json" };

const root = join(import.meta.dirname!.replaceAll("\\", "/"), "..");

/** What running and building leaves behind, as in .gitignore. */
const LEFT_OUT = new Set([".git", "data", "dist", "node_modules", "tests/e2e/failures"]);

/** Every folder, with a slash at its end, and every file. */
const paths = new Set(walk(""));

function walk(folder: string): string[] {
  return [...Deno.readDirSync(join(root, folder))].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (LEFT_OUT.has(path)) return [];
    return isDirectory ? [`${path}/`, ...walk(path)] : [path];
  });
}

const pages = new Map(
  [...paths].filter((path) => path.endsWith(".md")).map((path) => [path, Deno.readTextFileSync(join(root, path))]),
);

/** The anchors that GitHub gives to a page's headings. */
function anchorsOf(page: string): string[] {
  return [...pages.get(page)!.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
  );
}

Deno.test("every link of a page leads to a file, and to a heading of it", () => {
  assert(pages.size > 20, "the pages were found");
  for (const [page, text] of pages) {
    for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link!)) continue;
      const [file, anchor] = link!.split("#");
      const target = file === "" ? page : join(dirname(page), file!);
      assert(paths.has(target) || paths.has(`${target}/`), `${page}: ${link}`);
      if (anchor !== undefined) assert(anchorsOf(target).includes(anchor), `${page}: ${link}`);
    }
  }
});

Deno.test("every file and folder of ours that a page names exists", () => {
  const folders = [...paths].filter((path) => /^[^/]+\/$/.test(path)).map((path) => path.slice(0, -1));
  for (const [page, text] of pages) {
    for (const [, name] of text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)) {
      if (folders.includes(name!.split("/")[0]!)) assert(paths.has(name!), `${page}: ${name}`);
    }
  }
});

Deno.test("ARCHITECTURE.md's table has every folder", () => {
  const rows = new Set([...pages.get(".github/ARCHITECTURE.md")!.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name!));
  // The tests mirror the tree; only what has no counterpart is listed.
  const mirrored = (path: string) => paths.has(path.replace(/^tests\//, ""));
  const folders = [...paths].filter((path) =>
    path.endsWith("/") && !/^(cli|\.github)\/$/.test(path) && !(path.startsWith("tests/") && mirrored(path))
  );
  assert.deepEqual(folders.filter((folder) => !rows.has(folder)), []);
});

Deno.test("every package is listed with its purpose", () => {
  const listed = pages.get("docs/dependencies.md")!;
  for (const name of Object.keys({ ...settings.imports, ...browser.imports })) {
    assert(listed.includes(`\`${name.replace(/\/$/, "")}\``), name);
  }
});
