import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type Context, Hono } from "hono";
import type { RouterRoute } from "hono/types";
import { etag } from "hono/etag";
import { html } from "hono/html";
import * as z from "zod";
import { DocsPage } from "../views/docs.tsx";
import { paths } from "../views/paths.ts";
import type { App, Env } from "./env.ts";
import type { Document } from "./openapi/document.ts";
import { describe, type Operation, operationsOf } from "./openapi/describe.ts";

/**
 * Stand in a drawn page for what differs from reader to reader: the address of this server, and who reads it. An
 * address with brackets (IPv6) needs quotes in a shell, so it has a stand-in with brackets.
 */
const BASES = { plain: "http://base.invalid", bracketed: "http://[base.invalid]" };
const NAME = "name-of-the-viewer.invalid";
const ID = "id-of-the-viewer.invalid";

/** What an address looks like that a shell takes as it is; and one that it takes in quotes. */
const PLAIN = /^https?:\/\/[\w.-]+(:\d+)?$/;
const BRACKETED = /^https?:\/\/\[[\da-f:.]+\](:\d+)?$/;

/** The JSON API described, from what the routes of the app say of themselves. Nobody needs a login to read it. */
export function openapiRoutes(app: App, described: () => readonly RouterRoute[]): Hono<Env> {
  let made:
    | { operations: readonly Operation[]; document: Document; text: string; gzip: Uint8Array; tag: string }
    | undefined;

  /** Made when it is first asked for: it is the same until the program ends. */
  async function whole() {
    if (made) return made;
    const { createApiDocument } = await import("./openapi/document.ts");
    const operations = await operationsOf(described());
    const document = createApiDocument(app, operations);
    const text = JSON.stringify(document);
    return made = { operations, document, text, gzip: gzipSync(text), tag: digest(text) };
  }

  /** Where the reader reaches us. */
  function baseOf(c: Context<Env>): string {
    return app.publicUrl?.origin ?? new URL(c.req.url).origin;
  }

  const pages = new Map<string, { page: string; tag: string }>();

  /**
   * Drawn once for those who are logged in and once for strangers, for either kind of address: it is a large page, and
   * nobody needs an account to ask for it under any name whatever.
   */
  async function drawn(base: string, isLoggedIn: boolean): Promise<{ page: string; tag: string }> {
    const key = `${base} ${isLoggedIn}`;
    const known = pages.get(key);
    if (known) return known;
    const { operations, document } = await whole();
    const { docsGroups, namedTypes, socketCommands, socketEvents } = await import("./openapi/pages.ts");
    const page = String(DocsPage({
      asset: app.assets.url,
      version: app.version,
      base,
      viewer: isLoggedIn ? NAME : undefined,
      viewerId: isLoggedIn ? ID : undefined,
      groups: docsGroups(document, operations, base),
      commands: socketCommands(),
      events: socketEvents(),
      types: namedTypes(document),
    }));
    const made = { page, tag: digest(page) };
    pages.set(key, made);
    return made;
  }

  return new Hono<Env>()
    .get(
      paths.openapi,
      describe(() => ({
        group: "service",
        id: "describe",
        summary: "This API as OpenAPI 3.1",
        access: "anybody",
        answer: { text: "The document", schema: z.looseObject({ openapi: z.string() }), example: { openapi: "3.1.1" } },
      })),
      etag({ weak: true }),
      async (c) => {
        const { text, gzip, tag } = await whole();
        c.header("Cache-Control", "public, no-cache");
        c.header("ETag", `W/"${tag}"`);
        c.header("Content-Type", "application/json");
        return send(c, text, () => gzip);
      },
    )
    .get(paths.docs, etag({ weak: true }), async (c) => {
      const asked = baseOf(c);
      // Nobody reaches us under a name that is none; it must not get into a command that somebody copies.
      const base = PLAIN.test(asked) || BRACKETED.test(asked) ? asked : "http://localhost";
      const user = c.get("viewer")?.user;
      const name = user?.username;
      const standIn = PLAIN.test(base) ? BASES.plain : BASES.bracketed;
      const { page, tag } = await drawn(standIn, name !== undefined);
      c.header("Cache-Control", name === undefined ? "private, no-cache" : "private, no-store");
      c.header("Vary", "Cookie");
      c.header("ETag", `W/"${digest(`${tag} ${base} ${user?.id} ${name}`)}"`);
      c.header("Content-Type", "text/html; charset=UTF-8");
      const addressed = page.replaceAll(standIn, () => base);
      const written = user === undefined
        ? addressed
        : addressed.replaceAll(NAME, () => String(html`${user.username}`)).replaceAll(ID, String(user.id));
      // Quickly rather than well: it differs by whatever name a stranger gives us.
      return send(c, written, () => gzipSync(written, { level: 1 }));
    });
}

function send(c: Context<Env>, text: string, gzip: () => Uint8Array): Response {
  c.header("Vary", "Accept-Encoding", { append: true });
  if (!/\bgzip\b/.test(c.req.header("Accept-Encoding") ?? "")) return c.body(text);
  c.header("Content-Encoding", "gzip");
  return c.body(gzip() as Uint8Array<ArrayBuffer>);
}

function digest(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
