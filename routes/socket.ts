import { upgradeWebSocket } from "@hono/node-server";
import { type Context, Hono } from "hono";
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import { ChatError } from "../db/errors.ts";
import { htmlDialect } from "../ws/dialect/html.tsx";
import { jsonDialect } from "../ws/dialect/json.ts";
import { wireOf } from "../ws/wire.ts";
import { isOwnOrigin, requireViewer } from "./authenticate.ts";
import type { App, Env } from "./env.ts";

/** Everything that can refuse a socket does so here, before the upgrade, as plain HTTP. */
async function admit(app: App, c: Context<Env>) {
  const viewer = requireViewer(c);
  // A browser sends its cookie along from any site, so only a page of ours may use it.
  if (viewer.by === "cookie" && !isOwnOrigin(app, c.req.header("Origin"), c.req.header("Host"))) {
    throw new ChatError("forbidden", "Origin is not allowed");
  }
  const row = await app.store.rooms.findFor(viewer.user.id, c.req.query("room") ?? "general");
  if (!row) throw new ChatError("forbidden", "You cannot enter this room");
  const after = c.req.query("after");
  if (after !== undefined && !/^\d{1,15}$/.test(after)) throw new ChatError("invalid", "after is not a whole number");
  app.hub.admit(viewer.user);
  return { viewer, row, after: after === undefined ? undefined : Number(after) };
}

export function socketRoutes(app: App): Hono<Env> {
  const upgrade = upgradeWebSocket(async (c) => {
    const { viewer, row, after } = await admit(app, c);
    return {
      onOpen(_event, { raw }) {
        app.hub.open((events) => wireOf(raw as unknown as WebSocket, events), {
          actor: viewer.user,
          session: viewer.session,
          row,
          after,
          dialect: viewer.by === "cookie" ? htmlDialect : jsonDialect,
        });
      },
    };
  });
  return new Hono<Env>().get("/ws", upgrade, (c) => {
    c.header("Upgrade", "websocket");
    return c.json({ detail: "This address is for WebSockets" }, 426);
  });
}
