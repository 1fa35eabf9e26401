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

/** What a socket's address may say. */
export const joining = z.object({
  room: z.string().default("general").meta({ description: "The first subscription; empty for none" }),
  after: z.string().regex(/^\d{1,15}$/, "after is not a whole number").optional()
    .meta({ description: "Resumes: the highest rev or head that the client has shown" }),
  viewer: z.string().optional().meta({
    description: "With a cookie: the id of the user whose page this is; the socket is refused to anybody else",
  }),
  token: z.string().optional().meta({ description: "For clients that cannot set headers" }),
  origin: z.string().optional().meta({
    description: "Without an upgrade: the address of the page that asks why its socket is refused",
  }),
});

/** Everything that can refuse a socket does so here, before the upgrade, as plain HTTP. */
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

/** Only what asks for a socket must send Origin; a page that wants to know why it gets none may say it otherwise. */
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
 * A page cannot read how its socket was refused. So the same address, asked without an upgrade, runs the same checks and
 * answers what is wrong as `{detail, code}`; 426 means that nothing is but the upgrade.
 */
export function socketRoutes(app: App): Hono<Env> {
  const refusals = new RefusalLog(app);
  return new Hono<Env>().get(
    paths.ws,
    describe(() => ({
      group: "chat",
      id: "openSocket",
      summary: "The socket: everything live",
      description:
        "Upgrades to a WebSocket. A client with a token speaks JSON, a browser with the cookie gets HTML fragments; " +
        "both send the same commands, one JSON object a frame.",
      access: "members",
      query: joining,
      answer: { status: 101, text: "The connection is a WebSocket from here on; it begins with the room's history" },
      errors: {
        forbidden: "You cannot enter this room, or the cookie comes from another site's page",
        rate_limited: "Too many sockets",
      },
      otherwise: { 426: "The request does not ask for an upgrade" },
    })),
    async (c) => {
      // There is none when the app is called without a server.
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

// The closures of these live as long as the handshake; they hold nothing of the request.

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
    // Where this is needed, what is written before the handshake's answer has left may be lost.
    stream.write(Buffer.alloc(0), () => {
      socket.close(code, shortened(reason));
      hangUp(stream);
    });
  };
}

/** As much of a reason as a close frame holds: 123 bytes (RFC 6455, 5.5). */
function shortened(reason: string): string {
  return Buffer.from(reason).subarray(0, 123).toString().replace(/\ufffd+$/, "");
}
