import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { ChatError } from "../db/errors.ts";
import { ErrorPage } from "../views/error.tsx";
import { RefusedPage } from "../views/refused.tsx";
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
import { isForm, typedIn, wantsPage } from "./negotiate.ts";
import { openapiRoutes } from "./openapi.ts";
import { ownHostOnly } from "./own_host.ts";
import { ownPagesOnly } from "./own_page.ts";
import { requestLog } from "./request_log.ts";
import { resetRoutes } from "./reset.tsx";
import { noStore, ownFormsOnly, securityHeaders } from "./security.ts";
import { socketRoutes } from "./socket.ts";
import { staticRoutes } from "./static.ts";
import { userRoutes } from "./users.ts";

/** Maximum size of a body in bytes, equal to that of a socket frame. */
const BODY_MAX = 64 * 1024;

/**
 * For forms, which encode a three-byte character in nine bytes: the longest message takes 90,000. The margin is for
 * messages that are too long, so that the text can be returned to the user.
 */
const FORM_MAX = 256 * 1024;

const limitJson = upTo(BODY_MAX);
const limitForm = upTo(FORM_MAX);
const limitBody: MiddlewareHandler<Env> = (c, next) =>
  (isForm(c) ? limitForm : limitJson)(c, () => {
    c.set("isBodyBounded", true);
    return next();
  });

function upTo(maxSize: number): MiddlewareHandler<Env> {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new HTTPException(413, { message: `Body must have at most ${maxSize} bytes` });
    },
  });
}

/** The HTTP app: middleware, then routes. */
export function createApp(app: App): Hono<Env> {
  const hono = new Hono<Env>();
  hono.use(requestLog(app), ...securityHeaders(app), ownHostOnly(app));
  hono.route("/", healthRoutes(app));
  hono.route("/", staticRoutes(app.assets));
  hono.route("/", cspReportRoutes(app));
  hono.use(
    noStore,
    ownFormsOnly(app),
    limitBody,
    authenticate(app),
    ownPagesOnly,
    boundAnswers(app),
  );
  hono.route("/", metricsRoutes(app));
  hono.route("/", accountRoutes(app));
  hono.route("/", chatRoutes(app));
  hono.route("/", userRoutes(app));
  hono.route("/", resetRoutes(app));
  hono.route("/", adminRoutes(app));
  hono.route("/", socketRoutes(app));
  hono.route("/", openapiRoutes(app, () => hono.routes));

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
  /** Returns the input of a refused form, so that it is not lost. */
  async function giveBack(c: Context<Env>, status: ContentfulStatusCode, reason: string, code?: string) {
    const isOther = code === "other_user";
    if (isOther && !wantsPage(c)) return c.json({ detail: reason, code }, status);
    const typed = c.get("isBodyBounded") ? await typedIn(c) : [];
    if (typed.length === 0 && !isOther) return undefined;
    c.header("Cache-Control", "no-store");
    const { name } = app.instance.current;
    const viewer = c.get("viewer")?.user;
    return c.html(<RefusedPage asset={app.assets.url} {...{ name, viewer, reason, typed }} />, status);
  }

  hono.onError(async (error, c) => {
    if (error instanceof ChatError) {
      if (error.cause !== undefined) {
        app.log("error", "Cannot handle request", { request: c.get("requestId"), reason: String(error.cause) });
      }
      if (error.retryAfter !== undefined) c.header("Retry-After", String(error.retryAfter));
      const given = await giveBack(c, statusOf[error.code], error.message, error.code);
      if (given) return given;
      if (error.code === "unauthenticated") c.header("WWW-Authenticate", "Bearer");
      return say(c, statusOf[error.code] as 400, error.message, c.req.path === paths.ws ? error.code : undefined);
    }
    if (error instanceof HTTPException) return say(c, error.status as 400, error.message || "Not allowed");
    // The client disconnected while sending; no one reads the response.
    if (c.req.raw.signal.aborted || error.message === "aborted") return say(c, 400, "Request aborted");
    app.log("error", "Cannot handle request", { request: c.get("requestId"), error });
    const detail = "Internal server error";
    return await giveBack(c, 500, detail) ?? say(c, 500, detail);
  });
  return hono;
}
