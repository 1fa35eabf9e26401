import { Hono } from "hono";
import { can } from "../db/policy.ts";
import { paths } from "../views/paths.ts";
import { requireViewer } from "./authenticate.ts";
import type { App, Env } from "./env.ts";

export function userRoutes(app: App): Hono<Env> {
  return new Hono<Env>().get(paths.users, async (c) => {
    const viewer = requireViewer(c);
    const users = await app.store.users.list();
    const withEmail = can.seeEmails(viewer.user);
    c.header("Cache-Control", "private, no-store");
    return c.json(users.map(({ id, username, email }) => ({
      id,
      username,
      online: app.hub.isOnline(id),
      ...(withEmail ? { email } : {}),
    })));
  });
}
