/**
 * Makes the files of this folder from npm packages. `deno task vendor` writes them, `deno task vendor --check` only
 * compares.
 */
// deno-lint-ignore-file no-console
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Package {
  readonly name: string;
  readonly version: string;
  /** The SHA-256 of each file that goes in. */
  readonly parts: Readonly<Record<string, string>>;
}

const HTMX: Package = {
  name: "htmx.org",
  version: "4.0.1",
  parts: {
    "dist/htmx.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "dist/ext/hx-ws.min.js": "a7c11e4eca05417d6299bb40aaacca01572e44605389fc4d5ef12be408a4d03b",
  },
};

const CIPHERS: Package = {
  name: "@noble/ciphers",
  version: "2.4.0",
  parts: {
    "chacha.js": "5f1c00575e227b75163f4bac50b79442dec50ee3047c46c18887808ba8af0a69",
    "_arx.js": "ead142ba410404c0698bb80e0d6f77780799bb77a9e3b098cf0f9fca1c486e37",
    "_poly1305.js": "5d2afd73b40dbafb7b6740c6e6388e7123c79a4e57306861b28c5734925fa84d",
    "utils.js": "a443ec1f60d1aaa25d1b7d8c102d33c0e8e6d683ada1ad17be9c32e69170ff95",
  },
};

/** Installs a package and checks its files; resolves to the folder it was put into. */
async function install({ name, version, parts }: Package): Promise<string> {
  const folder = await Deno.makeTempDir();
  writeFileSync(join(folder, "deno.json"), JSON.stringify({ nodeModulesDir: "auto" }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ dependencies: { [name]: version } }));
  await deno(folder, "install", "--quiet");
  for (const [file, expected] of Object.entries(parts)) {
    const hash = createHash("sha256").update(readFileSync(join(folder, "node_modules", name, file))).digest("hex");
    if (hash !== expected) throw new Error(`${file} of ${name} ${version} has the SHA-256 ${hash}, not ${expected}`);
  }
  return folder;
}

/** htmx and its WebSocket extension in one file: as two deferred scripts they race, and some pages never connect. */
async function htmx(): Promise<string> {
  const folder = await install(HTMX);
  const parts = Object.keys(HTMX.parts).map((file) =>
    readFileSync(join(folder, "node_modules", HTMX.name, file), "utf8")
      .replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "").trim()
  );
  await Deno.remove(folder, { recursive: true });
  return `/* htmx.org ${HTMX.version} with hx-ws, 0BSD, https://htmx.org */\n${parts.join("\n")}\n`;
}

/** One cipher of the package as one module. It is synchronous, and works where a page did not come by https. */
async function cipher(): Promise<string> {
  const folder = await install(CIPHERS);
  writeFileSync(join(folder, "entry.js"), `export { xchacha20poly1305 } from "@noble/ciphers/chacha.js";\n`);
  const text = await deno(folder, "bundle", "--quiet", "--minify", "--platform", "browser", "entry.js");
  await Deno.remove(folder, { recursive: true });
  return `/* @noble/ciphers ${CIPHERS.version}, MIT, (c) Paul Miller, https://github.com/paulmillr/noble-ciphers */\n${text}`;
}

async function deno(cwd: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

for (const [file, make] of [["htmx.js", htmx], ["xchacha20poly1305.js", cipher]] as const) {
  const target = join(import.meta.dirname!, file);
  const text = await make();
  if (!Deno.args.includes("--check")) {
    writeFileSync(target, text);
  } else if (readFileSync(target, "utf8") !== text) {
    console.error(`static/vendor/${file} is not what deno task vendor makes`);
    Deno.exit(1);
  }
}
