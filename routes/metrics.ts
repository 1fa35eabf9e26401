import { createHash, timingSafeEqual } from "node:crypto";
import { type Context, Hono } from "hono";
import { requireAdministrator } from "./admin/guard.ts";
import { describe } from "./openapi/describe.ts";
import type { App, Env } from "./env.ts";
import { metricsText, TEXT_FORMAT } from "./prometheus.ts";
import { paths } from "../views/paths.ts";

/**
 * What a program sends that asks us itself: Prometheus and its kin, curl, browsers. Proxies have no end of names for what
 * they add (Via, X-Client-IP, CF-Connecting-IP, True-Client-IP, …), so whatever else is there was added by one.
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
      summary: "How is it doing, in numbers?",
      description: "In Prometheus' text format. A program on the same machine needs no credentials, unless a proxy " +
        "passes it on; METRICS_TOKEN, where it is set, serves as a token too.",
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
 * Whether it comes straight from a program on this machine. What a proxy passes on comes from this machine too, and so
 * does a page of a stranger whose name leads here (DNS rebinding): then the name asked for is not ours.
 */
function isFromHere(c: Context<Env>): boolean {
  // Browsers say by `Sec-…` how a request came about; no proxy may.
  if (Object.keys(c.req.header()).some((name) => !DIRECT.has(name) && !name.startsWith("sec-"))) return false;
  const address = c.env?.incoming?.socket.remoteAddress ?? "";
  return isLoopback(address.replace(/^::ffff:/, "")) && isLoopback(new URL(c.req.url).hostname);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Compared by their hashes: these are of one length, and how long that takes tells nothing. */
function hasToken(c: Context<Env>, token: string | undefined): boolean {
  const given = /^Bearer +(\S+)$/i.exec(c.req.header("Authorization") ?? "")?.[1];
  if (token === undefined || given === undefined) return false;
  return timingSafeEqual(hash(given), hash(token));
}

function hash(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
