import type { Context, MiddlewareHandler } from "hono";
import { ChatError } from "../db/errors.ts";
import { can } from "../db/policy.ts";
import type { App, Env, Viewer } from "./env.ts";
import { cookieName, renameSessionCookie, sessionCookies } from "./session_cookie.ts";
import { paths } from "../views/paths.ts";

/** Authenticates by `Authorization: Bearer`, the query parameter `token` of a socket, or the cookie, in this order. */
export function authenticate(app: App): MiddlewareHandler<Env> {
  return async (c, next) => {
    const bearer = /^Bearer +(\S+)$/i.exec(c.req.header("Authorization") ?? "")?.[1];
    const token = bearer ?? (c.req.path === paths.ws ? c.req.query("token") : undefined);
    if (token !== undefined) {
      const found = await app.logins.authenticate(token);
      c.set("viewer", found && { ...found, by: "token" });
      return await next();
    }
    for (const { name, token } of sessionCookies(c, app)) {
      const found = await app.logins.authenticate(token);
      if (!found) continue;
      c.set("viewer", { ...found, by: "cookie", cookie: name });
      await next();
      if (name !== cookieName(app)) renameSessionCookie(c, app, token);
      return;
    }
    c.set("viewer", undefined);
    await next();
  };
}

/** The authenticated user. Throws `unauthenticated` without a login, and `blocked` for a blocked user. */
export function requireViewer(c: Context<Env>): Viewer {
  const viewer = c.get("viewer");
  if (!viewer) throw new ChatError("unauthenticated", "Not authenticated");
  if (!can.connect(viewer.user)) throw new ChatError("blocked", "User is blocked");
  return viewer;
}

/**
 * Ends the request's session and closes its sockets. Call it whenever the browser's cookie is replaced: without the
 * cookie, the user could not end that session.
 */
export async function endSession(app: App, { session }: Viewer): Promise<void> {
  await app.logins.logout(session.id);
  app.bus.publish("people", { type: "session_ended", session: session.id });
}

/**
 * Whether an `Origin` is our own. Without PUBLIC_URL it must match the request's host: cookies are bound to that host,
 * so a page from another site cannot match both.
 */
export function isOwnOrigin(app: App, origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  const { origin: theirs, host: theirHost, protocol } = new URL(origin);
  if (app.publicUrl) return theirs === app.publicUrl.origin;
  // Some proxies include the protocol's default port.
  const asked = `${protocol}//${host}`;
  return host !== undefined && URL.canParse(asked) && theirHost === new URL(asked).host;
}
