import { createHash, timingSafeEqual } from "node:crypto";
import { type Context, Hono } from "hono";
import { requireAdministrator } from "./admin/guard.ts";
import { describe } from "./openapi/describe.ts";
import type { App, Env } from "./env.ts";
import { metricsText, TEXT_FORMAT } from "./prometheus.ts";
import { paths } from "../views/paths.ts";

/**
 * Headers that direct clients send: Prometheus, curl, browsers. Proxies add countless others (Via, X-Client-IP,
 * CF-Connecting-IP, True-Client-IP, …), so any other header means that a proxy forwarded the request.
 */
const DIRECT = new Set([
  ...["host", "connection", "user-agent", "authorization", "cookie", "content-length"],
  ...["accept", "accept-encoding", "accept-language", "cache-control", "pragma", "if-none-match", "if-modified-since"],
  ...["dnt", "priority", "referer", "te", "upgrade-insecure-requests", "x-prometheus-scrape-timeout-seconds"],
  ...["traceparent", "tracestate", "baggage"],
]);

/** Metrics for Prometheus: counts and sizes, no names and no texts. */
export function metricsRoutes(app: App): Hono<Env> {
  return new Hono<Env>().get(
    paths.metrics,
    describe(() => ({
      group: "service",
      id: "metrics",
      summary: "Get metrics",
      description: "In the Prometheus text format. Clients on the same machine need no credentials, unless a proxy " +
        "forwards the request. METRICS_TOKEN, if set, is accepted as a token.",
      access: "administrators",
      answer: {
        text: "The metrics",
        type: "text/plain",
        example: "# TYPE chatterbox_messages_total counter\nchatterbox_messages_total 7\n",
      },
    })),
    async (c) => {
      if (!isFromHere(c) && !hasToken(c, app.metricsToken)) requireAdministrator(c);
      c.header("Cache-Control", "no-store");
      return c.body(await metricsText(app), 200, { "Content-Type": TEXT_FORMAT });
    },
  );
}

/**
 * Whether a request comes directly from a program on this machine. Requests forwarded by a local proxy have a loopback
 * address too, and so do requests of foreign pages by DNS rebinding, but those have another host.
 */
function isFromHere(c: Context<Env>): boolean {
  // Browsers add `Sec-…` headers; proxies do not.
  if (Object.keys(c.req.header()).some((name) => !DIRECT.has(name) && !name.startsWith("sec-"))) return false;
  const address = c.env?.incoming?.socket.remoteAddress ?? "";
  return isLoopback(address.replace(/^::ffff:/, "")) && isLoopback(new URL(c.req.url).hostname);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Compares hashes, which have equal length, in constant time. */
function hasToken(c: Context<Env>, token: string | undefined): boolean {
  const given = /^Bearer +(\S+)$/i.exec(c.req.header("Authorization") ?? "")?.[1];
  if (token === undefined || given === undefined) return false;
  return timingSafeEqual(hash(given), hash(token));
}

function hash(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
