import type { Context, MiddlewareHandler } from "hono";
import { ChatError } from "../db/errors.ts";
import { paths } from "../views/paths.ts";
import type { Env } from "./env.ts";
import { isForm } from "./negotiate.ts";

/** Forms of pages that are drawn for nobody. */
const DRAWN_FOR_NOBODY = new Set<string>([paths.login, paths.register]);

/**
 * A page is drawn for one user, but the cookie it sends is that of whoever logged in last in the same browser. So every
 * page says whose it is, with all that it sends: a form by its field `viewer`, a script by the header `X-Viewer`. What
 * comes from another user's page is refused before anything of it is done. A browser's form has to say it; a program
 * that uses a cookie need not.
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

/** Throws `other_user` unless `said`, if anything, is who is logged in by cookie. */
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
