import type { Context, MiddlewareHandler } from "hono";
import { ChatError } from "../db/errors.ts";
import { paths } from "../views/paths.ts";
import type { Env } from "./env.ts";
import { isForm } from "./negotiate.ts";

/** Forms of pages that have no viewer. */
const DRAWN_FOR_NOBODY = new Set<string>([paths.login, paths.register]);

/**
 * A page is rendered for one user, but sends the cookie of the user who logged in last in the same browser. So every
 * request of a page names its user: forms by the field `viewer`, scripts by the header `X-Viewer`. A request from
 * another user's page is refused before it has any effect. Browser forms must name the user; programs that use a cookie
 * need not.
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

/** Throws `other_user` if `said` is given and is not the cookie's user. */
export function requirePageOf(c: Context<Env>, said: string | undefined): void {
  const viewer = c.get("viewer");
  if (viewer?.by !== "cookie" || said === undefined || said === String(viewer.user.id)) return;
  throw new ChatError("other_user", "This page belongs to a different user than the one logged in now");
}

async function fieldOf(c: Context<Env>): Promise<string | undefined> {
  const { viewer } = await c.req.parseBody().catch(() => ({ viewer: undefined }));
  return typeof viewer === "string" ? viewer : undefined;
}

/** Browsers send the origin of a request. */
function isBrowser(c: Context<Env>): boolean {
  return c.req.header("Origin") !== undefined || c.req.header("Sec-Fetch-Site") !== undefined;
}
