import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { App, Env } from "./env.ts";

/** RFC 6265bis, 5.5: browsers limit a cookie's life to 400 days. In seconds. */
export const COOKIE_LIFE = 400 * 24 * 60 * 60;

const COOKIE = "chatterbox_session";

/** Cookies of other instances kept for this host, two per instance. More would fill the header of every request. */
const OTHERS_MAX = 30;

/**
 * The cookie's full name. It contains the id of the signing key, since cookies are shared by all ports of a host:
 * another instance has another key, and so another cookie.
 */
export function cookieName(app: App): string {
  return `${formerName(app)}_${app.logins.keyId}`;
}

/** The cookie's name in older versions. It is accepted if our key has signed it. */
function formerName(app: App): string {
  return isSecure(app) ? `__Host-${COOKIE}` : COOKIE;
}

export function isSecure(app: App): boolean {
  return app.publicUrl?.protocol === "https:";
}

/** Session cookies of the request, in order of precedence. */
export function sessionCookies(c: Context<Env>, app: App): { name: string; token: string }[] {
  return [cookieName(app), formerName(app)].flatMap((name) => {
    const token = getCookie(c, name);
    return token ? [{ name, token }] : [];
  });
}

/** Sets the cookie, or removes it with `null`. Removes the one under the former name. */
export function setSessionCookie(c: Context<Env>, app: App, token: string | null): void {
  const name = cookieName(app);
  write(c, app, name, token);
  if (c.get("viewer")?.cookie === formerName(app)) write(c, app, formerName(app), null);
  if (token !== null) { for (const other of surplus(c, name)) write(c, app, other, null); }
}

/** Renames a former cookie, unless the response sets one. */
export function renameSessionCookie(c: Context<Env>, app: App, token: string): void {
  // A publicly cacheable response must not set a cookie.
  if (c.res.headers.has("Set-Cookie") || /\bpublic\b/.test(c.res.headers.get("Cache-Control") ?? "")) return;
  setSessionCookie(c, app, token);
}

function write(c: Context<Env>, app: App, name: string, token: string | null): void {
  setCookie(c, name, token ?? "", {
    httpOnly: true,
    sameSite: "Lax",
    path: "/",
    secure: isSecure(app),
    maxAge: token === null ? 0 : COOKIE_LIFE,
  });
}

/** Browsers send the oldest first. */
function surplus(c: Context<Env>, own: string): string[] {
  const others = Object.keys(getCookie(c)).filter((name) =>
    !name.startsWith(own) && /^(__Host-)?chatterbox_session_[0-9a-f]{8}(_device)?$/.test(name)
  );
  return others.slice(0, -OTHERS_MAX);
}
