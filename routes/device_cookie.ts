import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { Origin } from "../db/auth/logins.ts";
import { ownerOf } from "../db/auth/devices.ts";
import type { App, Env } from "./env.ts";
import { addressOf } from "./limits.ts";
import { COOKIE_LIFE, cookieName, isSecure } from "./session_cookie.ts";

/** Device tokens kept per browser: those of the latest users to log in. */
const KEPT = 4;

/** Occurs in no device token, and needs no escaping in a cookie. */
const SEPARATOR = "~";

/** The device cookie outlives the session and grants no access; see `devices.ts`. */
function nameOf(app: App): string {
  return `${cookieName(app)}_device`;
}

function devicesOf(c: Context<Env>, app: App): string[] {
  return (getCookie(c, nameOf(app)) ?? "").split(SEPARATOR, KEPT).filter((device) => device !== "");
}

/** Where a login or password change comes from. */
export function originOf(c: Context<Env>, app: App): Origin {
  return {
    address: addressOf(c, app),
    userAgent: c.req.header("User-Agent") ?? "",
    devices: devicesOf(c, app),
  };
}

/** Adds a user's device token to the browser's cookie. */
export function keepDevice(c: Context<Env>, app: App, device: string): void {
  const others = devicesOf(c, app).filter((each) => ownerOf(each) !== ownerOf(device));
  setCookie(c, nameOf(app), [device, ...others].slice(0, KEPT).join(SEPARATOR), {
    httpOnly: true,
    sameSite: "Lax",
    path: "/",
    secure: isSecure(app),
    maxAge: COOKIE_LIFE,
  });
}
