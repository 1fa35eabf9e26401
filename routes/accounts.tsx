import { type Context, Hono } from "hono";
import { ChatError } from "../db/errors.ts";
import { LoginPage } from "../views/login.tsx";
import { paths } from "../views/paths.ts";
import { endSession } from "./authenticate.ts";
import { keepDevice, originOf } from "./device_cookie.ts";
import { describe } from "./openapi/describe.ts";
import { credentials, registration } from "../db/auth/logins.ts";
import type { App, Env } from "./env.ts";
import { statusOf } from "./errors.ts";
import { readBody, wantsPage } from "./negotiate.ts";
import { setSessionCookie } from "./session_cookie.ts";

export function accountRoutes(app: App): Hono<Env> {
  async function login(c: Context<Env>, fields: Record<string, unknown>) {
    const { metrics } = app;
    try {
      const done = await app.logins.login(fields, originOf(c, app));
      metrics.logins += 1;
      return done;
    } catch (error) {
      const code = error instanceof ChatError ? error.code : undefined;
      if (code && code in metrics.loginsRefused) metrics.loginsRefused[code as keyof typeof metrics.loginsRefused] += 1;
      throw error;
    }
  }

  /** A new session replaces the browser's cookie and ends its previous session. */
  async function replaceCookie(c: Context<Env>, token: string | null): Promise<void> {
    const viewer = c.get("viewer");
    if (viewer?.by === "cookie") await endSession(app, viewer);
    if (viewer?.by === "cookie" || token !== null) setSessionCookie(c, app, token);
  }

  async function page(
    c: Context<Env>,
    mode: "login" | "register",
    fields?: Record<string, unknown>,
    error?: ChatError,
  ) {
    c.header("Cache-Control", "no-store");
    if (error?.retryAfter !== undefined) c.header("Retry-After", String(error.retryAfter));
    const first = !await app.store.users.any();
    const { isRegistrationOpen } = app.logins;
    const text = (value: unknown) => typeof value === "string" ? value : undefined;
    return c.html(
      <LoginPage
        asset={app.assets.url}
        name={app.instance.current.name}
        // Without users, login is impossible.
        mode={first && isRegistrationOpen && !error ? "register" : mode}
        registration={isRegistrationOpen ? "open" : "closed"}
        first={first}
        values={{ username: text(fields?.username), email: text(fields?.email) }}
        error={error}
      />,
      error ? statusOf[error.code] : 200,
    );
  }

  /** Renders an error of a form beside the field, with the input. For JSON, errors propagate to the error handler. */
  async function orPage(
    c: Context<Env>,
    mode: "login" | "register",
    act: (fields: Record<string, unknown>) => Promise<Response>,
  ) {
    const fields = await readBody(c);
    if (!wantsPage(c)) return await act(fields);
    try {
      return await act(fields);
    } catch (error) {
      if (error instanceof ChatError) return await page(c, mode, fields, error);
      throw error;
    }
  }

  return new Hono<Env>()
    .get(paths.login, (c) => c.get("viewer") ? c.redirect(paths.home, 303) : page(c, "login"))
    .get(paths.register, (c) => c.get("viewer") ? c.redirect(paths.home, 303) : page(c, "register"))
    .post(
      paths.register,
      describe((s) => ({
        group: "accounts",
        id: "register",
        summary: "Create an account",
        description: "The first user becomes an administrator.",
        access: "anybody",
        body: registration,
        example: { body: { username: "robot", password: "correct horse" } },
        answer: {
          text: "The user was created",
          schema: s.done("User registered successfully"),
          example: { message: "User registered successfully" },
        },
        errors: {
          conflict: "Username or email is taken",
          forbidden: "Registration is closed",
          rate_limited: "Too many registrations from one address, or too many pending password checks",
        },
      })),
      (c) =>
        orPage(c, "register", async (fields) => {
          const user = await app.logins.register(fields, originOf(c, app));
          if (!wantsPage(c)) return c.json({ message: "User registered successfully" });
          const { token, device } = await app.logins.begin(user, originOf(c, app));
          await replaceCookie(c, token);
          keepDevice(c, app, device);
          return c.redirect(paths.home, 303);
        }),
    )
    .post(
      paths.login,
      describe((s) => ({
        group: "accounts",
        id: "login",
        summary: "Log in",
        description: "The token is valid as long as its session, which every use extends.",
        access: "anybody",
        body: credentials,
        example: { body: { username: "alice", password: "correct horse" } },
        answer: {
          text: "The session has started",
          schema: s.Login,
          example: {
            token: "eyJhbGciOiJIUzI1NiJ9…",
            token_type: "bearer",
            username: "alice",
            expires_at: "2026-01-31T12:00:00.000Z",
          },
        },
        errors: {
          unauthenticated: "Invalid credentials",
          forbidden: "User is blocked",
          rate_limited: "Too many wrong passwords, or too many pending password checks",
        },
      })),
      (c) =>
        orPage(c, "login", async (fields) => {
          const { token, user, expiresAt, device } = await login(c, fields);
          await replaceCookie(c, wantsPage(c) ? token : null);
          if (wantsPage(c)) {
            keepDevice(c, app, device);
            return c.redirect(paths.home, 303);
          }
          c.header("Cache-Control", "no-store");
          return c.json({
            token,
            token_type: "bearer",
            username: user.username,
            expires_at: new Date(expiresAt).toISOString(),
          });
        }),
    )
    .post(
      paths.logout,
      describe((s) => ({
        group: "accounts",
        id: "logout",
        summary: "Log out",
        description: "Ends the session, closes its sockets and invalidates the token.",
        access: "members",
        isWayOut: true,
        answer: { text: "The session has ended", schema: s.done("Logged out"), example: { message: "Logged out" } },
      })),
      async (c) => {
        const viewer = c.get("viewer");
        if (viewer) await endSession(app, viewer);
        else if (!wantsPage(c)) throw new ChatError("unauthenticated", "Not authenticated");
        setSessionCookie(c, app, null);
        return wantsPage(c) ? c.redirect(paths.login, 303) : c.json({ message: "Logged out" });
      },
    );
}
