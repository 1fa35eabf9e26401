import { type Context, Hono } from "hono";
import { compress } from "hono/compress";
import { etag } from "hono/etag";
import type { User } from "../db/model.ts";
import { DocsPage } from "../views/docs.tsx";
import { paths } from "../views/paths.ts";
import type { App, Env } from "./env.ts";
import type { Document } from "./openapi/document.ts";

/** Pages kept: they differ by who is logged in and by the address they are read at. */
const PAGES_KEPT = 16;

/** The JSON API described: for programs, and for people who write them. Nobody needs a login to read it. */
export function openapiRoutes(app: App): Hono<Env> {
  let made: { document: Document; text: string } | undefined;

  /** Made when it is first asked for: it is the same until the program ends. */
  async function whole() {
    if (made) return made;
    const { createApiDocument } = await import("./openapi/document.ts");
    const document = createApiDocument(app);
    return made = { document, text: JSON.stringify(document) };
  }

  /** Where the reader reaches us. */
  function baseOf(c: Context<Env>): string {
    return app.publicUrl?.origin ?? new URL(c.req.url).origin;
  }

  const pages = new Map<string, string>();

  /** Drawn once for each who reads it: it is a large page, and nobody needs an account to ask for it. */
  async function page(base: string, user: User | undefined): Promise<string> {
    const key = `${user?.id ?? ""} ${base}`;
    let drawn = pages.get(key);
    if (drawn === undefined) {
      const { document } = await whole();
      const { docsGroups, namedTypes, socketCommands } = await import("./openapi/pages.ts");
      drawn = String(DocsPage({
        asset: app.assets.url,
        version: app.version,
        base,
        viewer: user?.username,
        viewerId: user?.id,
        groups: docsGroups(document, base),
        commands: socketCommands(),
        types: namedTypes(document),
      }));
      if (pages.size >= PAGES_KEPT) pages.clear();
      pages.set(key, drawn);
    }
    return drawn;
  }

  return new Hono<Env>()
    .get(paths.openapi, compress(), etag({ weak: true }), async (c) => {
      c.header("Cache-Control", "public, no-cache");
      return c.body((await whole()).text, 200, { "Content-Type": "application/json" });
    })
    .get(paths.docs, compress(), etag({ weak: true }), async (c) => {
      const base = baseOf(c);
      const user = c.get("viewer")?.user;
      c.header("Cache-Control", "private, no-cache");
      c.header("Vary", "Cookie");
      return c.html(await page(base, user));
    });
}
