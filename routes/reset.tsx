import * as z from "zod";
import { type Context, Hono } from "hono";
import { ChatError } from "../db/errors.ts";
import { paths } from "../views/paths.ts";
import { ResetPage } from "../views/reset.tsx";
import { endSession } from "./authenticate.ts";
import { keepDevice, originOf } from "./device_cookie.ts";
import { describe } from "./openapi/describe.ts";
import { passwordOnly } from "../db/auth/logins.ts";
import type { App, Env } from "./env.ts";
import { statusOf } from "./errors.ts";
import { readBody, wantsPage } from "./negotiate.ts";
import { setSessionCookie } from "./session_cookie.ts";

/** Routes of password reset links. */
export function resetRoutes(app: App): Hono<Env> {
  async function page(c: Context<Env>, token: string, error?: ChatError) {
    const { username } = await app.logins.resetOf(token);
    if (!wantsPage(c)) return c.json({ username });
    if (error?.retryAfter !== undefined) c.header("Retry-After", String(error.retryAfter));
    const { name } = app.instance.current;
    return c.html(
      <ResetPage asset={app.assets.url} name={name} token={token} username={username} error={error} />,
      error ? statusOf[error.code] : 200,
    );
  }

  return new Hono<Env>()
    .use(paths.reset("*"), async (c, next) => {
      c.header("Cache-Control", "no-store");
      await next();
    })
    .get(
      paths.reset(":token"),
      describe((s) => ({
        group: "accounts",
        id: "whoseReset",
        summary: "Check a password reset link",
        description: "Administrators create these links. Each works once.",
        access: "anybody",
        params: s.resetToken,
        example: { params: { token: "$RESET" } },
        answer: { text: "The link is valid", schema: z.object({ username: z.string() }), example: { username: "bob" } },
      })),
      (c) => page(c, c.req.param("token") ?? ""),
    )
    .post(
      paths.reset(":token"),
      describe((s) => ({
        group: "accounts",
        id: "resetPassword",
        summary: "Set a new password with a reset link",
        description: "Ends all sessions of the user.",
        access: "anybody",
        params: s.resetToken,
        body: passwordOnly,
        example: { params: { token: "$RESET" }, body: { password: "better horse" } },
        errors: { rate_limited: "Too many pending password checks" },
        answer: { text: "The password was set", schema: s.done("Password set"), example: { message: "Password set" } },
      })),
      async (c) => {
        const token = c.req.param("token") ?? "";
        const fields = await readBody(c);
        let user;
        try {
          user = await app.logins.resetPassword(token, fields, originOf(c, app));
          app.bus.publish("people", { type: "sessions_ended", user: user.id });
        } catch (error) {
          const isShown = error instanceof ChatError && (error.code === "invalid" || error.code === "rate_limited");
          if (isShown && wantsPage(c)) return await page(c, token, error);
          throw error;
        }
        if (!wantsPage(c)) return c.json({ message: "Password set" });
        const viewer = c.get("viewer");
        if (viewer?.by === "cookie") await endSession(app, viewer);
        setSessionCookie(c, app, null);
        keepDevice(c, app, await app.logins.newDevice(user));
        return c.redirect(paths.login, 303);
      },
    );
}
