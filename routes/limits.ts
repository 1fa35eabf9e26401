import type { Context } from "hono";
import type { App, Env } from "./env.ts";

/** The client's address; behind our own proxy, the last one in `X-Forwarded-For`. */
export function addressOf(c: Context<Env>, app: App): string {
  const forwarded = app.trustProxy ? c.req.header("X-Forwarded-For")?.split(",").pop()?.trim() : undefined;
  return forwarded || (c.env?.incoming?.socket.remoteAddress ?? "unknown");
}
