import type { Context, MiddlewareHandler } from "hono";
import { ChatError } from "../db/errors.ts";
import { paths } from "../views/paths.ts";
import type { Env } from "./env.ts";
import { isForm } from "./negotiate.ts";

/** Forms of pages that belong to no user. */
const DRAWN_FOR_NOBODY = new Set<string>([paths.login, paths.register]);

/**
 * A page is drawn for one user, but it sends the cookie of the user who logged in last in the same browser. So every
 * request of a page names its user: a form by its field `viewer`, a script by the header `X-Viewer`. A request from
 * another user's page is refused before it has any effect. A browser's form must name the user; a program that uses a
 * cookie need not.
 */
export const ownPagesOnly: MiddlewareHandler<Env> = async (c, next) => {
  const viewer = c.get("viewer");
  const { path } = c.req;
  if (viewer?.by === "cookie" && !DRAWN_FOR_NOBODY.has(path) && !path.startsWith(paths.reset(""))) {
    const said = c.req.header("X-Viewer") ?? (isForm(c) ? await fieldOf(c) : undefined);
    requirePageOf(c, said ?? (isForm(c) && isBrowser(c) ? "" : undefined));
  }
  await next();
};

/** Throws `other_user` when `said` is given and is not the user of the cookie. */
export function requirePageOf(c: Context<Env>, said: string | undefined): void {
  const viewer = c.get("viewer");
  if (viewer?.by !== "cookie" || said === undefined || said === String(viewer.user.id)) return;
  throw new ChatError("other_user", "This page belongs to another user than the one who is logged in now");
}

async function fieldOf(c: Context<Env>): Promise<string | undefined> {
  const { viewer } = await c.req.parseBody().catch(() => ({ viewer: undefined }));
  return typeof viewer === "string" ? viewer : undefined;
}

/** Browsers say where a request comes from. */
function isBrowser(c: Context<Env>): boolean {
  return c.req.header("Origin") !== undefined || c.req.header("Sec-Fetch-Site") !== undefined;
}
