import { randomUUID } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { paths } from "../views/paths.ts";
import type { App, Env } from "./env.ts";
import { loggedPath } from "./logged_path.ts";

/** Requested every few seconds by monitoring, or automatically by browsers. */
const WATCHED = new Set([paths.health, paths.ready, paths.metrics, paths.cspReports]);

/** Logs one line per request. The path is logged without the query, which may contain a token. */
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
      // The 101 of a socket is written below this layer.
      status: isUpgraded(c) ? 101 : c.res.status,
      ms: Math.round((performance.now() - start) * 10) / 10,
      request: id,
      user: c.get("viewer")?.user.id,
    });
  };
}

/** The matched route's pattern; middleware is registered for ALL methods. */
function routeOf(c: Context<Env>): string | undefined {
  return matchedRoutes(c).findLast(({ method }) => method !== "ALL")?.path;
}

function isUpgraded(c: Context<Env>): boolean {
  return c.req.path === paths.ws && c.res.status === 200;
}
