import { Hono } from "hono";
import type { Assets } from "./assets.ts";
import type { Env } from "./env.ts";
import { paths } from "../views/paths.ts";

export function staticRoutes(assets: Assets): Hono<Env> {
  return new Hono<Env>().get(paths.static(":version", ":file{.+}"), (c) => {
    const found = assets.read(c.req.param("file")!);
    if (!found) return c.notFound();
    // A page of the previous version gets the current file and must not cache it.
    const current = c.req.param("version") === assets.version;
    c.header("Content-Type", found.type);
    c.header("Cache-Control", current ? "public, max-age=31536000, immutable" : "no-cache");
    c.header("Vary", "Accept-Encoding");
    const zipped = /\bgzip\b/.test(c.req.header("Accept-Encoding") ?? "") && found.gzip.length < found.body.length;
    if (zipped) c.header("Content-Encoding", "gzip");
    return c.body((zipped ? found.gzip : found.body) as Uint8Array<ArrayBuffer>);
  });
}
