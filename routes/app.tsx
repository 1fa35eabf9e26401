import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { ChatError } from "../db/errors.ts";
import { ErrorPage } from "../views/error.tsx";
import { paths } from "../views/paths.ts";
import { adminRoutes } from "./admin/mod.ts";
import { accountRoutes } from "./accounts.tsx";
import { boundAnswers } from "./answers_under_way.ts";
import { authenticate } from "./authenticate.ts";
import { chatRoutes } from "./chat.tsx";
import { cspReportRoutes } from "./csp_reports.ts";
import type { App, Env } from "./env.ts";
import { statusOf } from "./errors.ts";
import { healthRoutes } from "./health.ts";
import { metricsRoutes } from "./metrics.ts";
import { wantsPage } from "./negotiate.ts";
import { openapiRoutes } from "./openapi.ts";
import { ownHostOnly } from "./own_host.ts";
import { requestLog } from "./request_log.ts";
import { resetRoutes } from "./reset.tsx";
import { keptByNobody, ownFormsOnly, securityHeaders } from "./security.ts";
import { socketRoutes } from "./socket.ts";
import { staticRoutes } from "./static.ts";
import { userRoutes } from "./users.ts";

/** The most a request may bring, in bytes: as much as a frame of the socket. */
const BODY_MAX = 64 * 1024;

/** The whole of HTTP: what is common to all routes, then the routes. */
export function createApp(app: App): Hono<Env> {
  const hono = new Hono<Env>();
  hono.use(requestLog(app), ...securityHeaders(app), ownHostOnly(app));
  hono.route("/", healthRoutes(app));
  hono.route("/", staticRoutes(app.assets));
  hono.route("/", cspReportRoutes(app));
  hono.use(
    keptByNobody,
    ownFormsOnly(app),
    bodyLimit({
      maxSize: BODY_MAX,
      onError: () => {
        throw new HTTPException(413, { message: `Body must have at most ${BODY_MAX} bytes` });
      },
    }),
    authenticate(app),
    boundAnswers(app),
  );
  hono.route("/", metricsRoutes(app));
  hono.route("/", accountRoutes(app));
  hono.route("/", chatRoutes(app));
  hono.route("/", userRoutes(app));
  hono.route("/", resetRoutes(app));
  hono.route("/", adminRoutes(app));
  hono.route("/", socketRoutes(app));
  hono.route("/", openapiRoutes(app));

  function say(
    c: Context<Env>,
    status: 400 | 401 | 403 | 404 | 413 | 421 | 422 | 429 | 500 | 503,
    detail: string,
    code?: string,
  ) {
    if (!wantsPage(c)) return c.json({ detail, code }, status);
    if (status === 401) return c.redirect(paths.login, 303);
    const { name } = app.instance.current;
    return c.html(<ErrorPage asset={app.assets.url} name={name} status={status} detail={detail} />, status);
  }

  hono.notFound((c) => say(c, 404, "Not found"));
  hono.onError((error, c) => {
    if (error instanceof ChatError) {
      if (error.cause !== undefined) {
        app.log("error", "Cannot answer request", { request: c.get("requestId"), reason: String(error.cause) });
      }
      if (error.retryAfter !== undefined) c.header("Retry-After", String(error.retryAfter));
      if (error.code === "unauthenticated") c.header("WWW-Authenticate", "Bearer");
      return say(c, statusOf[error.code] as 400, error.message, c.req.path === "/ws" ? error.code : undefined);
    }
    if (error instanceof HTTPException) return say(c, error.status as 400, error.message || "Not allowed");
    // The client has gone away while it was still asking: nobody reads an answer.
    if (c.req.raw.signal.aborted || error.message === "aborted") return say(c, 400, "Request was broken off");
    app.log("error", "Cannot answer request", { request: c.get("requestId"), error });
    return say(c, 500, "Something went wrong on our side");
  });
  return hono;
}
