import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { ChatError } from "../db/errors.ts";
import { can } from "../db/policy.ts";
import type { App, Env, Viewer } from "./env.ts";

/** RFC 6265bis, 5.5: browsers cut a cookie's life to 400 days. In seconds. */
export const COOKIE_LIFE = 400 * 24 * 60 * 60;

const COOKIE = "chatterbox_session";

/** The whole name of the cookie. */
export function cookieName(app: App): string {
  return isSecure(app) ? `__Host-${COOKIE}` : COOKIE;
}

export function isSecure(app: App): boolean {
  return app.publicUrl?.protocol === "https:";
}

export function setSessionCookie(c: Context<Env>, app: App, token: string | null): void {
  const secure = isSecure(app);
  setCookie(c, COOKIE, token ?? "", {
    httpOnly: true,
    sameSite: "Lax",
    path: "/",
    secure,
    maxAge: token === null ? 0 : COOKIE_LIFE,
    ...(secure ? { prefix: "host" as const } : {}),
  });
}

/** Finds out who asks, by `Authorization: Bearer`, the `token` of a socket's address, or the cookie, in this order. */
export function authenticate(app: App): MiddlewareHandler<Env> {
  return async (c, next) => {
    const bearer = /^Bearer +(\S+)$/i.exec(c.req.header("Authorization") ?? "")?.[1];
    const token = bearer ?? (c.req.path === "/ws" ? c.req.query("token") : undefined);
    const cookie = token === undefined ? getCookie(c, COOKIE, isSecure(app) ? "host" : undefined) : undefined;
    const given = token ?? cookie;
    const found = given === undefined || given === "" ? undefined : await app.logins.authenticate(given);
    c.set("viewer", found && { ...found, by: token === undefined ? "cookie" : "token" });
    await next();
  };
}

/** Who asks. Throws `unauthenticated` for nobody, and `blocked` for the blocked. */
export function requireViewer(c: Context<Env>): Viewer {
  const viewer = c.get("viewer");
  if (!viewer) throw new ChatError("unauthenticated", "Not authenticated");
  if (!can.connect(viewer.user)) throw new ChatError("blocked", "User is blocked");
  return viewer;
}

/**
 * Whether a browser's `Origin` is our own. Where PUBLIC_URL is not set, ours is whatever host the request itself was
 * sent to: a cookie is bound to that host, so a page from elsewhere cannot make both agree.
 */
export function isOwnOrigin(app: App, origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  const { origin: theirs, host: theirHost, protocol } = new URL(origin);
  if (app.publicUrl) return theirs === app.publicUrl.origin;
  // Some proxies name the port even where it is the protocol's own.
  const asked = `${protocol}//${host}`;
  return host !== undefined && URL.canParse(asked) && theirHost === new URL(asked).host;
}
