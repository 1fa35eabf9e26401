import type { Context, MiddlewareHandler } from "hono";
import { ChatError } from "../../db/errors.ts";
import { can } from "../../db/policy.ts";
import { requireViewer } from "../authenticate.ts";
import type { Env, Viewer } from "../env.ts";

/** Who asks, an administrator. Throws `unauthenticated` for nobody, and `forbidden` for everybody else. */
export function requireAdministrator(c: Context<Env>): Viewer {
  const viewer = requireViewer(c);
  if (!can.administer(viewer.user)) throw new ChatError("forbidden", "Only administrators may do this");
  return viewer;
}

/** Stands before everything below /admin, what is not there included. */
export const administratorsOnly: MiddlewareHandler<Env> = async (c, next) => {
  requireAdministrator(c);
  await next();
};
