import type { Context, MiddlewareHandler } from "hono";
import { csrf } from "hono/csrf";
import { secureHeaders } from "hono/secure-headers";
import { isOwnOrigin } from "./authenticate.ts";
import type { App, Env } from "./env.ts";

/**
 * Nothing runs, loads or frames a page but what we serve ourselves. Older Safari does not take 'self' for a WebSocket of
 * the same host, so that is named when the host is known.
 */
function policy(app: App, styleHash?: string): string {
  const socket = app.publicUrl ? ` ${app.publicUrl.origin.replace(/^http/, "ws")}` : "";
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${styleHash === undefined ? "" : ` 'sha256-${styleHash}'`}`,
    "img-src 'self' data:",
    `connect-src 'self'${socket}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const POLICY = "Content-Security-Policy";

/** Lets the page of this response have one style of its own, by the base64 of its SHA-256. */
export function allowStyle(c: Context<Env>, hash: string): void {
  c.header(POLICY, c.res.headers.get(POLICY)?.replace("style-src 'self'", `style-src 'self' 'sha256-${hash}'`));
}

export function securityHeaders(app: App): MiddlewareHandler<Env>[] {
  const standard = secureHeaders({
    strictTransportSecurity: app.publicUrl?.protocol === "https:" ? "max-age=31536000" : false,
    xFrameOptions: "DENY",
    xXssProtection: false,
    referrerPolicy: "same-origin",
    crossOriginResourcePolicy: "same-origin",
  });
  const content: MiddlewareHandler<Env> = async (c, next) => {
    c.header(POLICY, policy(app));
    await next();
  };
  return [content, standard];
}

/** A form from another site is refused; see OWASP's "Verifying Origin With Standard Headers". */
export function ownFormsOnly(app: App): MiddlewareHandler<Env> {
  return csrf({ origin: (origin, c) => isOwnOrigin(app, origin, c.req.header("Host")) });
}
