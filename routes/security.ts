import type { Context, MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { ChatError } from "../db/errors.ts";
import { paths } from "../views/paths.ts";
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
    `report-uri ${paths.cspReports}`,
    ...(isSecure(app) ? [`report-to ${REPORTS}`] : []),
  ].join("; ");
}

/** Browsers that know of this group report to it alone, and take it from secure origins only. */
const REPORTS = "csp";

function isSecure(app: App): boolean {
  return app.publicUrl?.protocol === "https:";
}

const POLICY = "Content-Security-Policy";

/** Of all that a page might ask of a device, ours copies to the clipboard. */
const PERMISSIONS = {
  accelerometer: [],
  autoplay: [],
  bluetooth: [],
  browsingTopics: [],
  camera: [],
  displayCapture: [],
  encryptedMedia: [],
  geolocation: [],
  gyroscope: [],
  hid: [],
  idleDetection: [],
  localFonts: [],
  magnetometer: [],
  microphone: [],
  midi: [],
  payment: [],
  pictureInPicture: [],
  publickeyCredentialsGet: [],
  screenWakeLock: [],
  serial: [],
  storageAccess: [],
  usb: [],
  webShare: [],
  windowManagement: [],
  xrSpatialTracking: [],
  clipboardWrite: ["self"],
};

/** Lets the page of this response have one style of its own, by the base64 of its SHA-256. */
export function allowStyle(c: Context<Env>, hash: string): void {
  c.header(POLICY, c.res.headers.get(POLICY)?.replace("style-src 'self'", `style-src 'self' 'sha256-${hash}'`));
}

export function securityHeaders(app: App): MiddlewareHandler<Env>[] {
  const standard = secureHeaders({
    strictTransportSecurity: isSecure(app) ? "max-age=31536000" : false,
    xFrameOptions: "DENY",
    xXssProtection: false,
    referrerPolicy: "same-origin",
    permissionsPolicy: PERMISSIONS,
    crossOriginResourcePolicy: "same-origin",
  });
  const content: MiddlewareHandler<Env> = async (c, next) => {
    c.header(POLICY, policy(app));
    if (isSecure(app)) c.header("Reporting-Endpoints", `${REPORTS}="${paths.cspReports}"`);
    await next();
  };
  return [content, standard];
}

/**
 * Answers to a user are not stored: a browser that kept one would show it again, by its Back button, when the session has
 * ended. Routes whose answers are the same for all clients override this.
 */
export const keptByNobody: MiddlewareHandler<Env> = async (c, next) => {
  c.header("Cache-Control", "private, no-store");
  await next();
};

/**
 * A change that a page of another site asks a browser for is refused. Browsers say where a request comes from, by
 * `Sec-Fetch-Site` and `Origin`; what says neither is no browser and has no cookie that it does not know of. The rules
 * are those of Go's `http.CrossOriginProtection`.
 */
export function ownFormsOnly(app: App): MiddlewareHandler<Env> {
  return async (c, next) => {
    const site = c.req.header("Sec-Fetch-Site");
    const origin = c.req.header("Origin");
    const isOurs = c.req.method === "GET" || c.req.method === "HEAD" || c.req.method === "OPTIONS" ||
      site === "same-origin" || site === "none" || (site === undefined && origin === undefined) ||
      isOwnOrigin(app, origin, c.req.header("Host"));
    if (!isOurs) throw new ChatError("forbidden", "Origin is not allowed");
    await next();
  };
}
