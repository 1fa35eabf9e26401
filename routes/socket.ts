import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import { type Context, Hono } from "hono";
import * as z from "zod";
import { ChatError } from "../db/errors.ts";
import { complaint } from "../db/rules.ts";
import { closeCode } from "../ws/transport/close_code.ts";
import { htmlEncoding } from "../ws/encoding/html.tsx";
import { jsonEncoding } from "../ws/encoding/json.ts";
import { hangUp } from "../ws/transport/hang_up.ts";
import { transportOf } from "../ws/transport/transport.ts";
import { requireViewer } from "./authenticate.ts";
import { requirePageOf } from "./own_page.ts";
import { describe } from "./openapi/describe.ts";
import type { App, Env } from "./env.ts";
import { statusOf } from "./errors.ts";
import { type Asked, RefusalLog, requireOwnOrigin, UPGRADE_MISSING } from "./socket_refusal.ts";
import { type Accept, canRefuse } from "./upgrade.ts";
import { paths } from "../views/paths.ts";

/** Query parameters of the socket. */
export const joining = z.object({
  room: z.string().default("general").meta({ description: "Slug of the first subscription; empty for none" }),
  after: z.string().regex(/^\d{1,15}$/, "after is not a whole number").optional()
    .meta({ description: "Resumes after this rev: the highest rev or head the client has shown" }),
  viewer: z.string().optional().meta({
    description: "With a cookie: the id of the user the page was rendered for; the socket is refused for other users",
  }),
  token: z.string().optional().meta({ description: "Token, for clients that cannot set headers" }),
  origin: z.string().optional().meta({
    description: "Without an upgrade: the origin of the page that asks why its socket was refused",
  }),
});

/** Runs all checks that can refuse a socket before the upgrade, as plain HTTP. */
async function admit(app: App, c: Context<Env>) {
  const viewer = requireViewer(c);
  requirePageOf(c, c.req.query("viewer"));
  if (viewer.by === "cookie") requireOwnOrigin(app, asked(c));
  const query = joining.safeParse(c.req.query());
  if (!query.success) throw new ChatError("invalid", complaint(query.error).message);
  const { room, after } = query.data;
  const asOf = app.hub.cuts;
  const row = room === "" ? undefined : await app.store.rooms.findFor(viewer.user.id, room);
  if (room !== "" && !row) throw new ChatError("forbidden", "You cannot enter this room");
  app.hub.admit(viewer.user);
  return { viewer, row, asOf, after: after === undefined ? undefined : Number(after) };
}

/** `Origin` is required for an upgrade. A page that asks why it was refused may give it in other ways. */
function asked(c: Context<Env>): Asked {
  const said = c.env?.isUpgrade ? undefined : c.req.query("origin") ?? c.req.header("Referer");
  return { origin: c.req.header("Origin") ?? said, host: c.req.header("Host") };
}

function codeOf(error: ChatError): number {
  if (error.code === "other_user") return closeCode.loggedOut;
  if (error.code === "unauthenticated") return closeCode.loggedOut;
  if (statusOf[error.code] === 403) return closeCode.blocked;
  return error.code === "invalid" ? closeCode.abuse : closeCode.tooSlow;
}

/**
 * A page cannot read why its socket was refused. The same URL without an upgrade runs the same checks and answers
 * `{detail, code}`; 426 means that only the upgrade is missing.
 */
export function socketRoutes(app: App): Hono<Env> {
  const refusals = new RefusalLog(app);
  return new Hono<Env>().get(
    paths.ws,
    describe(() => ({
      group: "chat",
      id: "openSocket",
      summary: "Open a WebSocket",
      description:
        "Upgrades to a WebSocket. A client with a token speaks JSON, a browser with the cookie gets HTML fragments; " +
        "both send the same commands, one JSON object per frame.",
      access: "members",
      query: joining,
      answer: { status: 101, text: "The connection is a WebSocket and starts with the room's history" },
      errors: {
        forbidden: "You cannot enter this room, or the cookie was sent by another site's page",
        rate_limited: "Too many sockets",
      },
      otherwise: { 426: "The request does not ask for an upgrade" },
    })),
    async (c) => {
      // Undefined when the app is called without a server.
      const env = c.env ?? {};
      try {
        const admitted = await admit(app, c);
        if (env.isUpgrade) {
          env.accept = opener(app, admitted);
          return c.body(null);
        }
      } catch (error) {
        if (!(error instanceof ChatError)) throw error;
        if (error.code === "origin_mismatch") refusals.add(error.code, error.message, asked(c));
        if (!env.isUpgrade || canRefuse) throw error;
        env.accept = closer(codeOf(error), error.message);
        return c.body(null);
      }
      refusals.add("upgrade_missing", UPGRADE_MISSING, asked(c));
      c.header("Upgrade", "websocket");
      return c.json({ detail: UPGRADE_MISSING, code: "upgrade_missing" }, 426);
    },
  );
}

// These closures live as long as the handshake and hold nothing of the request.

function opener(app: App, { viewer, row, asOf, after }: Awaited<ReturnType<typeof admit>>): Accept {
  return (socket) => {
    app.hub.open((events) => transportOf(socket, events), {
      actor: viewer.user,
      session: viewer.session,
      row,
      asOf,
      after,
      encoding: viewer.by === "cookie" ? htmlEncoding : jsonEncoding,
    });
  };
}

function closer(code: number, reason: string): Accept {
  return (socket) => {
    socket.on("error", () => {});
    const stream = (socket as unknown as { _socket: Duplex })._socket;
    // Where this is needed, data written before the handshake's response may be lost.
    stream.write(Buffer.alloc(0), () => {
      socket.close(code, shortened(reason));
      hangUp(stream);
    });
  };
}

/** Shortens a reason to the 123 bytes a close frame can hold (RFC 6455, 5.5). */
function shortened(reason: string): string {
  return Buffer.from(reason).subarray(0, 123).toString().replace(/\ufffd+$/, "");
}
