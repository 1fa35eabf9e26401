import { type Context, Hono } from "hono";
import * as z from "zod";
import { ChatError } from "../db/errors.ts";
import { complaint } from "../db/rules.ts";
import { closeCode } from "../ws/close_code.ts";
import { htmlDialect } from "../ws/dialect/html.tsx";
import { jsonDialect } from "../ws/dialect/json.ts";
import { wireOf } from "../ws/wire.ts";
import { requirePageOf } from "./own_page.ts";
import { isOwnOrigin, requireViewer } from "./authenticate.ts";
import type { App, Env } from "./env.ts";
import { type Accept, canRefuse } from "./upgrade.ts";

/** What a socket's address may say. */
export const joining = z.object({
  room: z.string().default("general"),
  after: z.string().regex(/^\d{1,15}$/, "after is not a whole number").optional()
    .meta({ description: "Resumes: the highest rev or head that the client has shown" }),
  viewer: z.string().optional().meta({
    description: "With a cookie: the id of the user whose page this is; the socket is refused to anybody else",
  }),
  token: z.string().optional().meta({ description: "For clients that cannot set headers" }),
});

/** Everything that can refuse a socket does so here, before the upgrade, as plain HTTP. */
async function admit(app: App, c: Context<Env>) {
  const viewer = requireViewer(c);
  requirePageOf(c, c.req.query("viewer"));
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

function codeOf(error: ChatError): number {
  if (error.code === "other_user") return closeCode.loggedOut;
  if (error.code === "unauthenticated") return closeCode.loggedOut;
  if (error.code === "forbidden") return closeCode.blocked;
  return error.code === "invalid" ? closeCode.abuse : closeCode.tooSlow;
}

export function socketRoutes(app: App): Hono<Env> {
  return new Hono<Env>().get("/ws", async (c) => {
    // There is none when the app is called without a server.
    const env = c.env ?? {};
    const isUpgrade = c.req.header("Upgrade")?.toLowerCase() === "websocket";
    try {
      const admitted = await admit(app, c);
      if (!isUpgrade) {
        c.header("Upgrade", "websocket");
        return c.json({ detail: "This address is for WebSockets" }, 426);
      }
      env.accept = opener(app, admitted);
    } catch (error) {
      if (canRefuse || !isUpgrade || !(error instanceof ChatError)) throw error;
      env.accept = closer(codeOf(error), error.message);
    }
    return c.body(null);
  });
}

// The closures of these live as long as the handshake; they hold nothing of the request.

function opener(app: App, { viewer, row, after }: Awaited<ReturnType<typeof admit>>): Accept {
  return (socket) => {
    app.hub.open((events) => wireOf(socket, events), {
      actor: viewer.user,
      session: viewer.session,
      row,
      after,
      dialect: viewer.by === "cookie" ? htmlDialect : jsonDialect,
    });
  };
}

function closer(code: number, reason: string): Accept {
  return (socket) => {
    socket.on("error", () => {});
    socket.close(code, reason);
  };
}
