/**
 * Makes the executable. The program and its packages are put together into a few files first, since to load some seven
 * hundred modules takes longer than to run them; see decision 12.
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

/** What `deno task start` may do, the executable may do, and nothing else. */
const permissions = settings.tasks.start.command.split(" ").filter((flag) => /^--(no-prompt|allow-)/.test(flag));

/** By the name that each has in the bundle, which is flat. */
const workers = new Map(
  readdirSync(join(root, "db"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("_worker.ts"))
    .map((path) => [basename(path), join("db", path)]),
);

/** Where this machine keeps packages is nobody's business, and differs from machine to machine. */
const PACKAGE_CACHE = /^(\/\/ | {2}"|)(?:\.\.\/)+\S*\/npm\/[^/\s]+\//gm;

await bundle();
for (const args of Deno.args.includes("--all") ? TARGETS.map(forTarget) : [["--output", "chatterbox"]]) {
  await deno("compile", ...options(), ...args, "dist/main.js");
}

/**
 * Into one flat folder beside `static/`: what a module finds from its own place, as `../static` or as
 * `./NAME_worker.ts`, is found from there too.
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

/** Deno reads the maps when it loads the program; errors are told by place, so the sources themselves can go. */
function lightMap(text: string): string {
  const { sourcesContent: _, sources, ...map } = JSON.parse(text);
  return JSON.stringify({ ...map, sources: sources.map((source: string) => source.replace(PACKAGE_CACHE, "$1npm:")) });
}

function options(): string[] {
  return [
    ...["--no-check", "--no-config", "--no-lock", ...permissions],
    // Deno would keep compiled code in a file in the temporary folder, and run what anybody else has put there.
    "--no-code-cache",
    ...["--include", "static", "--exclude", "static/vendor/make.ts"],
    ...parts().filter((name) => !name.endsWith(".js")).flatMap((name) => ["--include", `dist/${name}`]),
  ];
}

function forTarget(target: string): string[] {
  return ["--target", target, "--output", `dist/chatterbox-${target}`];
}

async function deno(...args: string[]): Promise<void> {
  // The bundler comes from npm when it is first needed: through a proxy too that the system trusts.
  const env = { DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "mozilla,system" };
  const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: root, env }).spawn().status;
  if (!success) Deno.exit(1);
}
