import assert from "node:assert/strict";
import { dirname, extname, join, relative } from "node:path/posix";

const root = join(import.meta.dirname!.replaceAll("\\", "/"), "..");

/** Imports point down this list only. */
const LAYERS = ["main.ts", "cli", "routes", "jobs", "ws", "views", "db"];

const SOURCE = new Set([".ts", ".tsx", ".js"]);

interface File {
  readonly path: string;
  readonly text: string;
  /** Which of our files it imports. */
  readonly imports: readonly string[];
  /** The modules loaded before it, without types and dynamic imports. */
  readonly loads: readonly string[];
  /** Which packages. */
  readonly packages: readonly string[];
}

function walk(folder: string): string[] {
  return [...Deno.readDirSync(join(root, folder))].flatMap(({ name, isDirectory }) => {
    const path = folder === "" ? name : `${folder}/${name}`;
    return isDirectory ? walk(path) : SOURCE.has(extname(name)) ? [path] : [];
  });
}

function read(path: string): File {
  const text = Deno.readTextFileSync(join(root, path));
  const named = /(?:^|\n)\s*(?:import|export)\b[^"';]*?from\s*"([^"]+)"|(?:^|\n)import\s*"([^"]+)"/g;
  const called = /\b(?:import\(|new URL\()\s*"([^"]+)"/g;
  const names = [...text.matchAll(named), ...text.matchAll(called)].map(([, a, b]) => a ?? b!);
  const needed = /(?:^|\n)(?:import|export)(?! type\b)[^"';]*?from\s*"([^"]+)"/g;
  const isOurs = (name: string) => name.startsWith(".");
  const resolve = (name: string) => isOurs(name) ? relative(root, join(root, dirname(path), name)) : name;
  return {
    path,
    text,
    imports: names.filter(isOurs).map(resolve),
    loads: [...text.matchAll(needed)].map(([, name]) => resolve(name!)),
    packages: names.filter((name) => !isOurs(name)),
  };
}

const files = ["main.ts", ...LAYERS.slice(1).flatMap(walk)].map(read);

function layerOf(path: string): number {
  return LAYERS.indexOf(path.split("/")[0]!);
}

function bare(name: string, module: string): boolean {
  return name === module || name.startsWith(`${module}/`);
}

/** The paths of the files that match. */
function pathsWhere(holds: (file: File) => boolean): string[] {
  return files.filter(holds).map(({ path }) => path).sort();
}

Deno.test("imports point down only: main.ts → cli/ → routes/ → jobs/ → ws/ → views/ → db/", () => {
  assert(files.length > 50, "the files were found");
  assert(files.flatMap(({ imports }) => imports).length > 150, "and their imports");
  const wrong = files.flatMap(({ path, imports }) =>
    imports.filter((name) => layerOf(name) >= 0 && layerOf(name) < layerOf(path)).map((name) => `${path} → ${name}`)
  );
  assert.deepEqual(wrong, []);
});

Deno.test("static/ is served and never imported, and only tests import tests/", () => {
  assert.deepEqual(pathsWhere(({ imports }) => imports.some((name) => /^(static|tests)\//.test(name))), []);
});

Deno.test("the terminal client uses the public protocol only", () => {
  const wrong = files.filter(({ path }) => path.startsWith("cli/chat/")).flatMap(({ path, imports }) =>
    imports.filter((name) => layerOf(name) >= 0 && !name.startsWith("cli/")).map((name) => `${path} → ${name}`)
  );
  assert.deepEqual(wrong, []);
});

Deno.test("in ws/ only the HTML encoding imports views", () => {
  const importers = pathsWhere(({ path, imports }) =>
    path.startsWith("ws/") && imports.some((name) => name.startsWith("views/"))
  );
  assert.deepEqual(importers, ["ws/encoding/html.tsx"]);
});

Deno.test("Hono is imported by routes/, views/ and the HTTP server only", () => {
  const outside = files.flatMap(({ path, packages }) =>
    packages.filter((name) => {
      if (path.startsWith("routes/")) return false;
      if (path.startsWith("views/")) return bare(name, "hono") && !bare(name, "hono/jsx") && !bare(name, "hono/html");
      if (path === "cli/serve/listener.ts") return bare(name, "hono");
      return bare(name, "hono") || bare(name, "@hono/node-server");
    }).map((name) => `${path} → ${name}`)
  );
  assert.deepEqual(outside, []);
});

Deno.test("SQLite is used in db/sqlite/ only", () => {
  const words = /(?<!#)\b(pragma|rowid|strict|wal|shm|autoincrement|sqlite_\w+)\b/i;
  const uses = ({ path, text }: File) =>
    path.startsWith("db/") && words.test(text.replace(/\/\*[^]*?\*\/|\/\/.*/g, ""));
  assert(pathsWhere(uses).length > 3, "they were found");
  assert.deepEqual(pathsWhere((file) => uses(file) && !file.path.startsWith("db/sqlite/")), []);
});

Deno.test("every URL path is in views/paths.ts", () => {
  const address = /(?<![*/].*)["'`]\/[a-z]/;
  const speakHttp = ({ path }: File) =>
    /^(routes|views|ws|cli\/serve|cli\/user)\//.test(path) && path !== "views/paths.ts";
  assert(address.test(files.find(({ path }) => path === "views/paths.ts")!.text));
  assert.deepEqual(
    pathsWhere((file) => speakHttp(file) && file.text.split("\n").some((line) => address.test(line))),
    [],
  );
});

Deno.test("every technology has one owner", () => {
  const owners: [module: string, owner: RegExp][] = [
    ["node:sqlite", /^db\/sqlite\//],
    ["kysely", /^db\//],
    ["csv-stringify", /^routes\/admin\/csv\.ts$/],
    ["bcryptjs", /^db\/auth\/password_worker\.ts$/],
    ["jose", /^db\/auth\/tokens\.ts$/],
    ["linkifyjs", /^views\/components\/text\.tsx$/],
    ["@zxcvbn-ts/language-common", /^db\/auth\/common_passwords\.ts$/],
  ];
  for (const [module, owner] of owners) {
    const importers = pathsWhere(({ packages }) => packages.some((name) => bare(name, module)));
    assert(importers.length > 0, `${module} is used`);
    assert.deepEqual(importers.filter((path) => !owner.test(path)), [], module);
  }
});

Deno.test("only main.ts reads the environment, prints, and handles signals", () => {
  const uses = /\bDeno\.(env|args|exit|addSignalListener|stdin|stdout|stderr)\b|\bconsole\.|\bprocess\.(env|exit|on)\b/;
  assert.match(files.find(({ path }) => path === "main.ts")!.text, uses);
  assert.deepEqual(pathsWhere(({ path, text }) => path !== "main.ts" && uses.test(text)), []);
});

Deno.test("live modules take time and randomness as arguments", () => {
  const wrong = pathsWhere(({ path, text }) =>
    /^(ws|jobs)\//.test(path) && path !== "ws/clock.ts" && /\bDate\.now\(|\bMath\.random\(|\bnew Date\(\)/.test(text)
  );
  assert.deepEqual(wrong, []);
});

Deno.test("the server starts without what its first page does not need", () => {
  const loaded = new Set(["cli/serve/serve.ts"]);
  for (const path of loaded) for (const name of files.find((file) => file.path === path)?.loads ?? []) loaded.add(name);
  assert(loaded.has("hono") && loaded.has("kysely"), "what it needs was found");
  const late = [
    "ws/words/word_list.ts",
    "ws/encoding/event_schema.ts",
    "routes/openapi/schemas.ts",
    "zod-openapi",
    "bcryptjs",
    "@zxcvbn-ts/language-common",
  ];
  assert.deepEqual(late.filter((name) => loaded.has(name)), []);
});

Deno.test("zod is imported as a namespace: `{ z }` would bundle its messages in fifty languages", () => {
  assert.deepEqual(pathsWhere(({ text }) => /import (type )?(?!type |\* as z )[^;]*from "zod"/.test(text)), []);
});

Deno.test("no file is longer than 400 lines", () => {
  const ours = [...files, ...walk("tests").map(read), ...walk("static/js").map(read)];
  assert.deepEqual(ours.filter(({ text }) => text.split("\n").length > 401).map(({ path }) => path), []);
});
