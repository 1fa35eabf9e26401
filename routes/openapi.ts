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
 * Placeholders in the cached page for what differs by reader: the server's address, and the viewer. IPv6 addresses have
 * brackets and need shell quotes, so they use a placeholder with brackets.
 */
const BASES = { plain: "http://base.invalid", bracketed: "http://[base.invalid]" };
const NAME = "name-of-the-viewer.invalid";
const ID = "id-of-the-viewer.invalid";

/** Addresses that need no shell quotes, and IPv6 addresses, which do. */
const PLAIN = /^https?:\/\/[\w.-]+(:\d+)?$/;
const BRACKETED = /^https?:\/\/\[[\da-f:.]+\](:\d+)?$/;

/** Serves the API description, generated from the routes. No login required. */
export function openapiRoutes(app: App, described: () => readonly RouterRoute[]): Hono<Env> {
  let made:
    | { operations: readonly Operation[]; document: Document; text: string; gzip: Uint8Array; tag: string }
    | undefined;

  /** Generated on first use, and constant for the process's life. */
  async function whole() {
    if (made) return made;
    const { createApiDocument } = await import("./openapi/document.ts");
    const operations = await operationsOf(described());
    const document = createApiDocument(app, operations);
    const text = JSON.stringify(document);
    return made = { operations, document, text, gzip: gzipSync(text), tag: digest(text) };
  }

  /** The server's address for this reader. */
  function baseOf(c: Context<Env>): string {
    return app.publicUrl?.origin ?? new URL(c.req.url).origin;
  }

  const pages = new Map<string, { page: string; tag: string }>();

  /**
   * Renders the page once per login state and kind of address. It is large, and anyone can request it under any host
   * name.
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
        summary: "Get the OpenAPI 3.1 description",
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
      // An invalid host name must not end up in a command that users copy.
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
      // Fast rather than small: the page varies with a host name that clients choose.
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
