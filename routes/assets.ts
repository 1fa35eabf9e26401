import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { paths } from "../views/paths.ts";

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

export interface Assets {
  /** A file's address: it changes with the content of any of them, so that browsers may keep each for ever. */
  url(file: string): string;
  read(file: string): { body: Uint8Array; gzip: Uint8Array; type: string } | undefined;
  readonly version: string;
}

/** Where `static/` is: beside this folder, and beside the bundle in `dist/` too. */
const STATIC = join(import.meta.dirname!, "..", "static");

/** Reads the folder once; it holds some 150 KB. */
export function loadAssets(folder = STATIC): Assets {
  const files = new Map<string, { body: Uint8Array; type: string; gzip?: Uint8Array }>();
  const hash = createHash("sha256");
  for (const name of list(folder).sort()) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const file = readFileSync(join(folder, name));
    const body = OWN_TEXT.test(name) ? new TextEncoder().encode(withoutComments(file.toString())) : file;
    files.set(name, { body, type });
    hash.update(name).update("\0").update(body);
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

/** Our own scripts and styles; the comments of others hold their licences. */
const OWN_TEXT = /^(js|css)\//;

/** A text without the comments that fill whole lines: a third of what browsers would fetch. Line numbers stay. */
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
