import type { Context, MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { App, Env } from "./env.ts";
import { Seldom } from "./seldom.ts";

/**
 * Rejects requests for foreign host names. A page at `evil.example` that resolves to this server (DNS rebinding) is
 * same-origin to the browser, so `Origin` and cookies do not identify it; its host name does.
 */
export function ownHostOnly(app: App): MiddlewareHandler<Env> {
  const seldom = new Seldom(app.clock);
  return async (c, next) => {
    const asked = foreignHost(app, c);
    if (asked !== undefined) {
      if (seldom.allows(asked)) app.log("warn", "Request for an unknown host", { host: asked });
      throw new HTTPException(421, { message: refusal(app, asked) });
    }
    await next();
  };
}

/**
 * The host of a request, if it is not ours. The host in the request line takes precedence over `Host`; both are
 * checked.
 */
function foreignHost(app: App, c: Context<Env>): string | undefined {
  const hosts = [new URL(c.req.url).host, c.req.header("Host") ?? ""];
  // Browsers always send `Host`; HTTP/1.0 clients may not.
  return hosts.find((host) => host !== "" && !isOwnHost(app, host))?.slice(0, 100);
}

/** Whether a `Host` refers to this server only. */
export function isOwnHost(app: App, host: string): boolean {
  const name = nameOf(host);
  if (name === undefined) return false;
  if (isAddress(name) || name === "localhost" || name.endsWith(".localhost")) return true;
  if (app.publicUrl === undefined) return app.ownNames().includes(name);
  // Names without a dot cannot be registered in the DNS: in a container network a proxy may use one.
  return name === nameOf(app.publicUrl.host) || !name.includes(".") || app.ownNames().includes(name);
}

/** IP addresses cannot be rebound. `URL` has normalized unusual notations. */
function isAddress(name: string): boolean {
  return name.startsWith("[") || /^\d+(\.\d+){3}$/.test(name);
}

/** The host name in a `Host`, without port, normalized as browsers do; undefined if invalid. */
function nameOf(host: string): string | undefined {
  if (!/^[^\s/\\?#@]+$/.test(host) || !URL.canParse(`http://${host}`)) return undefined;
  return new URL(`http://${host}`).hostname.replace(/\.$/, "");
}

function refusal({ publicUrl }: App, asked: string): string {
  return publicUrl === undefined
    ? `This server is not known as "${asked}": set PUBLIC_URL to the address that users open`
    : `This server is not known as "${asked}": use the address in PUBLIC_URL, and let a proxy pass on Host`;
}
