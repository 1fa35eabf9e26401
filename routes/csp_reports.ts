import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as z from "zod";
import { Budgets } from "../db/limits/budgets.ts";
import { paths } from "../views/paths.ts";
import type { App, Env } from "./env.ts";
import { addressOf } from "./limits.ts";
import { loggedPath } from "./logged_path.ts";
import { Seldom } from "./seldom.ts";

/** Maximum size of a report, in bytes. */
const REPORT_MAX = 16 * 1024;

/** Reports processed per request. */
const REPORTS_MAX = 10;

/** Rate limit per address, since reports need no login. */
const ALLOWED = { atOnce: 20, every: 500 };

const text = z.string().catch("");

/** Only these fields are kept: the script sample may contain a user's text. */
const older = z.object({
  "csp-report": z.object({
    "effective-directive": text,
    "violated-directive": text,
    "blocked-uri": text,
    "document-uri": text,
  }),
}).transform(({ "csp-report": report }) => [{
  directive: report["effective-directive"] || report["violated-directive"],
  blocked: report["blocked-uri"],
  page: report["document-uri"],
}]);

const newer = z.array(z.object({ type: text, body: z.unknown() })).transform((reports) =>
  reports.filter(({ type }) => type === "csp-violation").slice(0, REPORTS_MAX).map(({ body }) => violation.parse(body))
);

const violation = z.object({ effectiveDirective: text, blockedURL: text, documentURL: text }).catch({
  effectiveDirective: "",
  blockedURL: "",
  documentURL: "",
}).transform(({ effectiveDirective, blockedURL, documentURL }) => ({
  directive: effectiveDirective,
  blocked: blockedURL,
  page: documentURL,
}));

const reports = z.union([newer, older]);

/** Receives browsers' reports of policy violations: a bug, or an attack. */
export function cspReportRoutes(app: App): Hono<Env> {
  const seldom = new Seldom(app.clock);
  const budgets = new Budgets(ALLOWED);
  return new Hono<Env>().post(
    paths.cspReports,
    async (c, next) => {
      if (budgets.take(addressOf(c, app), app.clock.now()) > 0) return c.body(null, 429, { "Retry-After": "1" });
      await next();
    },
    bodyLimit({ maxSize: REPORT_MAX, onError: (c) => c.body(null, 413) }),
    async (c) => {
      const parsed = reports.safeParse(await c.req.json().catch(() => undefined));
      if (!parsed.success) return c.body(null, 400);
      for (const { directive, blocked, page } of parsed.data) {
        const facts = { directive: keyword(directive), blocked: originOf(blocked), page: pageOf(page) };
        if (seldom.allows(`${facts.directive} ${facts.blocked}`)) {
          app.log("warn", "Content-Security-Policy blocked a resource", facts);
        }
      }
      return c.body(null, 204);
    },
  );
}

/** `inline`, `eval`, or the name of a directive; anything else was forged. */
function keyword(said: string): string {
  return /^[a-z-]{1,40}$/.exec(said.split(" ")[0]!)?.[0] ?? "unknown";
}

/** The blocked resource's origin. Its path and query may contain anything. */
function originOf(address: string): string {
  if (!URL.canParse(address)) return keyword(address);
  const { protocol, host } = new URL(address);
  return `${protocol}${host === "" ? "" : `//${host}`}`.slice(0, 100);
}

function pageOf(address: string): string {
  return URL.canParse(address) ? loggedPath(new URL(address).pathname, undefined) : "unknown";
}
