import * as z from "zod";
import { Hono } from "hono";
import { ChatError } from "../db/errors.ts";
import { describe } from "./openapi/describe.ts";
import type { App, Env } from "./env.ts";
import { paths } from "../views/paths.ts";

/** Liveness and readiness checks for monitoring. */
export function healthRoutes(app: App): Hono<Env> {
  return new Hono<Env>()
    .get(
      paths.health,
      describe(() => ({
        group: "service",
        id: "alive",
        summary: "Check liveness",
        access: "anybody",
        answer: {
          text: "Yes",
          schema: z.object({ status: z.literal("ok"), version: z.string() }),
          example: { status: "ok", version: "0.1.0" },
        },
      })),
      (c) => c.json({ status: "ok", version: app.version }),
    )
    .get(
      paths.ready,
      describe(() => ({
        group: "service",
        id: "ready",
        summary: "Check readiness",
        access: "anybody",
        answer: { text: "Yes", schema: z.object({ status: z.literal("ok") }), example: { status: "ok" } },
        errors: { unavailable: "The store is unavailable" },
      })),
      async (c) => {
        try {
          await app.store.check();
          return c.json({ status: "ok" });
        } catch (error) {
          app.log("error", "Not ready", { error: error instanceof ChatError ? error.cause ?? error : error });
          return c.json({ status: "unavailable", detail: "Store cannot be read or written" }, 503);
        }
      },
    );
}
