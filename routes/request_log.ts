import { randomUUID } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { paths } from "../views/paths.ts";
import type { App, Env } from "./env.ts";
import { loggedPath } from "./logged_path.ts";

/** Requested every few seconds by monitoring, or sent by browsers by themselves. */
const WATCHED = new Set([paths.health, paths.ready, paths.metrics, paths.cspReports]);

/** One line a request. The path goes without its query: that may hold a token. */
export function requestLog(app: App): MiddlewareHandler<Env> {
  return async (c, next) => {
    const id = randomUUID();
    c.set("requestId", id);
    c.header("X-Request-Id", id);
    const start = performance.now();
    await next();
    const quiet = WATCHED.has(c.req.path) || c.req.path.startsWith(paths.staticFiles);
    app.log(quiet ? "debug" : "info", "request", {
      method: c.req.method,
      path: loggedPath(c.req.path, routeOf(c)),
      // A socket's own answer, 101, is written below us.
      status: isUpgraded(c) ? 101 : c.res.status,
      ms: Math.round((performance.now() - start) * 10) / 10,
      request: id,
      user: c.get("viewer")?.user.id,
    });
  };
}

/** The pattern of the route that was asked for; what stands before routes is registered for all methods. */
function routeOf(c: Context<Env>): string | undefined {
  return matchedRoutes(c).findLast(({ method }) => method !== "ALL")?.path;
}

function isUpgraded(c: Context<Env>): boolean {
  return c.req.path === paths.ws && c.res.status === 200;
}
