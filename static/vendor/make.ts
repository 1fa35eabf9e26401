/**
 * Makes static/vendor/htmx.js from the npm package: htmx and its WebSocket extension in one file, since as two deferred
 * scripts they race and the page sometimes never connects. `deno task vendor` writes it, `deno task vendor --check` only
 * compares.
 */
// deno-lint-ignore-file no-console
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const VERSION = "4.0.1";
const PARTS = {
  "dist/htmx.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
  "dist/ext/hx-ws.min.js": "a7c11e4eca05417d6299bb40aaacca01572e44605389fc4d5ef12be408a4d03b",
};

const folder = await Deno.makeTempDir();
writeFileSync(
  join(folder, "deno.json"),
  JSON.stringify({ nodeModulesDir: "auto", imports: { htmx: `npm:htmx.org@${VERSION}` } }),
);
const install = await new Deno.Command(Deno.execPath(), { args: ["install", "--quiet"], cwd: folder }).output();
if (!install.success) throw new Error(new TextDecoder().decode(install.stderr));

const parts = Object.entries(PARTS).map(([file, expected]) => {
  const text = readFileSync(join(folder, "node_modules", "htmx.org", file), "utf8");
  const hash = createHash("sha256").update(text).digest("hex");
  if (hash !== expected) throw new Error(`${file} of htmx.org ${VERSION} has the SHA-256 ${hash}, not ${expected}`);
  return text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "").trim();
});
await Deno.remove(folder, { recursive: true });

const target = join(import.meta.dirname!, "htmx.js");
const bundle = `/* htmx.org ${VERSION} with hx-ws, 0BSD, https://htmx.org */\n${parts.join("\n")}\n`;
if (!Deno.args.includes("--check")) {
  writeFileSync(target, bundle);
} else if (readFileSync(target, "utf8") !== bundle) {
  console.error("static/vendor/htmx.js is not what deno task vendor makes");
  Deno.exit(1);
}
