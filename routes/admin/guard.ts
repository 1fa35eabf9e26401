import type { Context, MiddlewareHandler } from "hono";
import { ChatError } from "../../db/errors.ts";
import { can } from "../../db/policy.ts";
import { requireViewer } from "../authenticate.ts";
import type { Env, Viewer } from "../env.ts";

/** The requesting administrator. Throws `unauthenticated` without a login, and `forbidden` for other users. */
export function requireAdministrator(c: Context<Env>): Viewer {
  const viewer = requireViewer(c);
  if (!can.administer(viewer.user)) throw new ChatError("forbidden", "Only administrators may do this");
  return viewer;
}

/** Protects all paths below /admin, including unknown ones. */
export const administratorsOnly: MiddlewareHandler<Env> = async (c, next) => {
  requireAdministrator(c);
  await next();
};
