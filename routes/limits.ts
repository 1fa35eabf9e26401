import type { Context } from "hono";
import type { App, Env } from "./env.ts";

/** Where a request comes from. Behind our own proxy, its last word about it. */
export function addressOf(c: Context<Env>, app: App): string {
  const forwarded = app.trustProxy ? c.req.header("X-Forwarded-For")?.split(",").pop()?.trim() : undefined;
  return forwarded || (c.env?.incoming?.socket.remoteAddress ?? "unknown");
}
