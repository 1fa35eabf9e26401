import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { STYLESHEETS } from "../views/components/styles.ts";
import { paths } from "../views/paths.ts";

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

export interface Assets {
  /** A file's URL. It changes with the content of any file, so that browsers can cache it indefinitely. */
  url(file: string): string;
  read(file: string): { body: Uint8Array; gzip: Uint8Array; type: string } | undefined;
  readonly version: string;
}

/** `static/` is next to this folder, and next to `dist/` for the bundle. */
const STATIC = join(import.meta.dirname!, "..", "static");

/** Reads the folder once, about 150 KB. `sheets` are bundles of files in `css/`, which are not served individually. */
export function loadAssets(folder = STATIC, sheets: Readonly<Record<string, readonly string[]>> = STYLESHEETS): Assets {
  const files = new Map<string, { body: Uint8Array; type: string; gzip?: Uint8Array }>();
  const hash = createHash("sha256");
  function add(name: string, body: Uint8Array, type: string): void {
    files.set(name, { body, type });
    hash.update(name).update("\0").update(body);
  }
  for (const name of list(folder).sort()) {
    const type = TYPES[extname(name)];
    if (type === undefined || name.startsWith("css/")) continue;
    const file = readFileSync(join(folder, name));
    // Comments in third-party files contain their licences.
    const body = name.startsWith("js/") ? new TextEncoder().encode(withoutComments(file.toString())) : file;
    add(name, body, type);
  }
  for (const [name, parts] of Object.entries(sheets)) {
    const text = parts.map((part) => readFileSync(join(folder, "css", `${part}.css`), "utf8")).join("\n");
    add(`css/${name}.css`, new TextEncoder().encode(withoutComments(text)), TYPES[".css"]!);
  }
  const version = hash.digest("hex").slice(0, 16);
  return {
    version,
    url: (file) => {
      if (!files.has(file)) throw new Error(`Cannot link to "${file}": no such static file`);
      return paths.static(version, file);
    },
    read(file) {
      const found = files.get(file);
      return found && { ...found, gzip: found.gzip ??= gzipSync(found.body, { level: 9 }) };
    },
  };
}

/**
 * Strips comments that fill whole lines from scripts and stylesheets, a third of their size. Line numbers are
 * preserved.
 */
export function withoutComments(text: string): string {
  return text.replace(
    /^[ \t]*(?:\/\*[^]*?\*\/|\/\/.*)[ \t]*$/gm,
    (comment) => "\n".repeat(comment.split("\n").length - 1),
  );
}

function list(folder: string, prefix = ""): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const name = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    return entry.isDirectory() ? list(folder, name) : [name];
  });
}
