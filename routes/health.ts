import { Hono } from "hono";
import { ChatError } from "../db/errors.ts";
import type { App, Env } from "./env.ts";
import { paths } from "../views/paths.ts";

/** Liveness and readiness, for monitoring. */
export function healthRoutes(app: App): Hono<Env> {
  return new Hono<Env>()
    .get(paths.health, (c) => c.json({ status: "ok", version: app.version }))
    .get(paths.ready, async (c) => {
      try {
        await app.store.check();
        return c.json({ status: "ok" });
      } catch (error) {
        app.log("error", "Not ready", { error: error instanceof ChatError ? error.cause ?? error : error });
        return c.json({ status: "unavailable", detail: "Store cannot be read or written" }, 503);
      }
    });
}
