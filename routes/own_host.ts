import type { Context, MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { App, Env } from "./env.ts";
import { Seldom } from "./seldom.ts";

/**
 * Only requests for a name of ours are answered. A page at `evil.example` whose name has come to lead here (DNS
 * rebinding) is of one origin with us in the browser's eyes, so neither `Origin` nor a cookie tells it from our own pages;
 * the name it has to ask for does.
 */
export function ownHostOnly(app: App): MiddlewareHandler<Env> {
  const seldom = new Seldom(app.clock);
  return async (c, next) => {
    const asked = foreignHost(app, c);
    if (asked !== undefined) {
      if (seldom.allows(asked)) app.log("warn", "Request for a name that is not ours", { host: asked });
      throw new HTTPException(421, { message: refusal(app, asked) });
    }
    await next();
  };
}

/** The host a request was sent to, if it is not ours. An address in the request line counts before `Host`, and both do. */
function foreignHost(app: App, c: Context<Env>): string | undefined {
  const hosts = [new URL(c.req.url).host, c.req.header("Host") ?? ""];
  // Without any `Host`, as HTTP/1.0 has it, it is no browser.
  return hosts.find((host) => host !== "" && !isOwnHost(app, host))?.slice(0, 100);
}

/** Whether a `Host` can mean only this server. */
export function isOwnHost(app: App, host: string): boolean {
  const name = nameOf(host);
  if (name === undefined) return false;
  if (isAddress(name) || name === "localhost" || name.endsWith(".localhost")) return true;
  if (app.publicUrl === undefined) return app.ownNames().includes(name);
  // A name without a dot is not to be had in the DNS: in a network of containers a proxy may ask for us by one.
  return name === nameOf(app.publicUrl.host) || !name.includes(".") || app.ownNames().includes(name);
}

/** An address cannot be rebound. `URL` has normalised all odd spellings. */
function isAddress(name: string): boolean {
  return name.startsWith("[") || /^\d+(\.\d+){3}$/.test(name);
}

/** The name in a `Host`, without its port, as browsers compare names; undefined when it is none. */
function nameOf(host: string): string | undefined {
  if (!/^[^\s/\\?#@]+$/.test(host) || !URL.canParse(`http://${host}`)) return undefined;
  return new URL(`http://${host}`).hostname.replace(/\.$/, "");
}

function refusal({ publicUrl }: App, asked: string): string {
  return publicUrl === undefined
    ? `This server is not known as "${asked}": set PUBLIC_URL to the address that people use`
    : `This server is not known as "${asked}": use the address in PUBLIC_URL, and let a proxy pass on Host`;
}
