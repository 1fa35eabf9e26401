import { upgradeWebSocket } from "@hono/node-server";
import { type Context, Hono } from "hono";
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import { z } from "zod";
import { ChatError } from "../db/errors.ts";
import { complaint } from "../db/rules.ts";
import { closeCode } from "../ws/close_code.ts";
import { htmlDialect } from "../ws/dialect/html.tsx";
import { jsonDialect } from "../ws/dialect/json.ts";
import { wireOf } from "../ws/wire.ts";
import { isOwnOrigin, requireViewer } from "./authenticate.ts";
import type { App, Env } from "./env.ts";

/** What a socket's address may say. */
export const joining = z.object({
  room: z.string().default("general"),
  after: z.string().regex(/^\d{1,15}$/, "after is not a whole number").optional()
    .meta({ description: "Resumes: the highest rev or head that the client has shown" }),
  token: z.string().optional().meta({ description: "For clients that cannot set headers" }),
});

/** Everything that can refuse a socket does so here, before the upgrade, as plain HTTP. */
async function admit(app: App, c: Context<Env>) {
  const viewer = requireViewer(c);
  // A browser sends its cookie along from any site, so only a page of ours may use it.
  if (viewer.by === "cookie" && !isOwnOrigin(app, c.req.header("Origin"), c.req.header("Host"))) {
    throw new ChatError("forbidden", "Origin is not allowed");
  }
  const query = joining.safeParse(c.req.query());
  if (!query.success) throw new ChatError("invalid", complaint(query.error).message);
  const { room, after } = query.data;
  const row = await app.store.rooms.findFor(viewer.user.id, room);
  if (!row) throw new ChatError("forbidden", "You cannot enter this room");
  app.hub.admit(viewer.user);
  return { viewer, row, after: after === undefined ? undefined : Number(after) };
}

/**
 * Deno before 2.7.14 cannot write anything but a 101 to a request for an upgrade: a refused client would wait for ever.
 * There, the socket is opened and closed at once, with the code that says the same.
 */
const canRefuse = isAtLeast(Deno.version.deno, [2, 7, 14]);

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split(/[.+-]/).map(Number);
  const at = least.findIndex((part, index) => parts[index] !== part);
  return at === -1 || (parts[at] ?? 0) > least[at]!;
}

function codeOf(error: ChatError): number {
  if (error.code === "unauthenticated") return closeCode.loggedOut;
  if (error.code === "forbidden") return closeCode.blocked;
  return error.code === "invalid" ? closeCode.abuse : closeCode.tooSlow;
}

export function socketRoutes(app: App): Hono<Env> {
  const upgrade = upgradeWebSocket(async (c) => {
    const admitted = await admit(app, c).catch((error) => {
      // By this, whoever looks for what a proxy does sees that the request came as one for a socket (RFC 6455, 4.2.2).
      if (c.req.header("Upgrade") !== undefined) c.header("Sec-WebSocket-Version", "13");
      if (canRefuse || !(error instanceof ChatError) || c.req.header("Upgrade") === undefined) throw error;
      return error;
    });
    if (admitted instanceof ChatError) {
      return { onOpen: (_event, socket) => socket.close(codeOf(admitted), admitted.message) };
    }
    const { viewer, row, after } = admitted;
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
