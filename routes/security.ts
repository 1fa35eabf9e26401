import type { Context, MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { ChatError } from "../db/errors.ts";
import { paths } from "../views/paths.ts";
import { isOwnOrigin } from "./authenticate.ts";
import type { App, Env } from "./env.ts";

/**
 * Allows only our own resources, and no framing. Older Safari does not match 'self' for a WebSocket of the same host,
 * so it is listed if the host is known.
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

/** Browsers that support this group report only to it, and accept it only from secure origins. */
const REPORTS = "csp";

function isSecure(app: App): boolean {
  return app.publicUrl?.protocol === "https:";
}

const POLICY = "Content-Security-Policy";

/** Pages use only the clipboard. */
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

/** Allows one inline style in this response, by its base64 SHA-256. */
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
 * Forbids caching: a cached page would be shown by the Back button after the session has ended. Routes whose responses
 * are the same for all clients override this.
 */
export const noStore: MiddlewareHandler<Env> = async (c, next) => {
  c.header("Cache-Control", "private, no-store");
  await next();
};

/**
 * Rejects cross-site changes. Browsers send `Sec-Fetch-Site` or `Origin`; a client that sends neither is not a browser
 * and has no ambient cookie. Same rules as Go's `http.CrossOriginProtection`.
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
