/**
 * Builds the executable. The program and its packages are bundled into a few files first, because loading about seven
 * hundred modules takes longer than running them; see decision 12.
 *
 *     deno task compile              ./chatterbox, for this machine
 *     deno task compile:all          dist/chatterbox-…, one for each system
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import settings from "../deno.json" with { type: "json" };

const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
];

const root = join(import.meta.dirname!, "..");
const dist = join(root, "dist");

/** The executable has exactly the permissions of `deno task start`. */
const permissions = settings.tasks.start.command.split(" ").filter((flag) => /^--(no-prompt|allow-)/.test(flag));

/** By name in the bundle, which is flat. */
const workers = new Map(
  readdirSync(join(root, "db"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("_worker.ts"))
    .map((path) => [basename(path), join("db", path)]),
);

/** Paths of the package cache, which differ between machines and must not be published. */
const PACKAGE_CACHE = /^(\/\/ | {2}"|)(?:\.\.\/)+\S*\/npm\/[^/\s]+\//gm;

await bundle();
for (const args of Deno.args.includes("--all") ? TARGETS.map(forTarget) : [["--output", "chatterbox"]]) {
  await deno("compile", ...options(), ...args, "dist/main.js");
}

/**
 * Bundles into one flat folder beside `static/`, so that relative paths such as `../static` and `./NAME_worker.ts`
 * still resolve.
 */
async function bundle(): Promise<void> {
  for (const name of parts()) rmSync(join(dist, name));
  await deno("bundle", "--quiet", "--sourcemap=linked", "--code-splitting", "--outdir", "dist", "main.ts");
  for (const [name, path] of workers) await deno("bundle", "--quiet", "--output", `dist/${name}`, path);
  for (const name of parts()) {
    const file = join(dist, name);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, name.endsWith(".map") ? lightMap(text) : text.replaceAll(PACKAGE_CACHE, "$1npm:"));
    for (const [, found] of text.matchAll(/new URL\("\.\/([^"]+)", import\.meta/g)) {
      if (!workers.has(found!)) throw new Error(`Cannot embed "${found}": only db/**/*_worker.ts are`);
    }
  }
}

function parts(): string[] {
  return existsSync(dist) ? readdirSync(dist).filter((name) => /\.(js|ts|map)$/.test(name)) : [];
}

/**
 * Removes the sources from a source map. Deno reads the maps when it loads the program, and errors need only positions.
 */
function lightMap(text: string): string {
  const { sourcesContent: _, sources, ...map } = JSON.parse(text);
  return JSON.stringify({ ...map, sources: sources.map((source: string) => source.replace(PACKAGE_CACHE, "$1npm:")) });
}

function options(): string[] {
  return [
    ...["--no-check", "--no-config", "--no-lock", ...permissions],
    // Deno would cache compiled code in the temporary folder, and run what others have put there.
    "--no-code-cache",
    ...["--include", "static", "--exclude", "static/vendor/make.ts"],
    ...parts().filter((name) => !name.endsWith(".js")).flatMap((name) => ["--include", `dist/${name}`]),
  ];
}

function forTarget(target: string): string[] {
  return ["--target", target, "--output", `dist/chatterbox-${target}`];
}

async function deno(...args: string[]): Promise<void> {
  // The bundler is downloaded from npm on first use, possibly through a proxy with a certificate that the system
  // trusts.
  const env = { DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "mozilla,system" };
  const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: root, env }).spawn().status;
  if (!success) Deno.exit(1);
}
