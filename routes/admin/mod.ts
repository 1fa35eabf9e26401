import { Hono } from "hono";
import { compress } from "hono/compress";
import type { App, Env } from "../env.ts";
import { auditRoutes } from "./audit.tsx";
import { downloadRoutes } from "./downloads.ts";
import { administratorsOnly } from "./guard.ts";
import { jobsRoutes } from "./jobs.tsx";
import { messagesRoutes } from "./messages.tsx";
import { overviewRoutes } from "./overview.tsx";
import { reportsRoutes } from "./reports.tsx";
import { settingsRoutes } from "./settings.tsx";
import { userRoutes } from "./user.tsx";
import { usersRoutes } from "./users.tsx";
import { wordsRoutes } from "./words.tsx";
import { paths } from "../../views/paths.ts";

/** All routes below /admin. */
export function adminRoutes(app: App): Hono<Env> {
  const routes = new Hono<Env>();
  routes.use(paths.admin.all, administratorsOnly);
  routes.route("/", downloadRoutes(app));
  routes.use(paths.admin.all, compress());
  const pages = [
    overviewRoutes,
    usersRoutes,
    userRoutes,
    messagesRoutes,
    wordsRoutes,
    reportsRoutes,
    auditRoutes,
    jobsRoutes,
    settingsRoutes,
  ];
  for (const page of pages) routes.route("/", page(app));
  return routes;
}
