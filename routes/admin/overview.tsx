import { Hono } from "hono";
import type { Bar } from "../../views/admin/chart.tsx";
import { OverviewPage } from "../../views/admin/overview.tsx";
import { paths } from "../../views/paths.ts";
import { describe } from "../openapi/describe.ts";
import type { App, Env } from "../env.ts";
import { wantsPage } from "../negotiate.ts";
import { iso } from "./json.ts";
import { home, shellOf } from "./shell.ts";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

export function overviewRoutes(app: App): Hono<Env> {
  /** The last `count` steps, including the current one. */
  async function bars(step: number, count: number, name: (at: string) => Pick<Bar, "name" | "short">): Promise<Bar[]> {
    const to = (Math.floor(app.clock.now() / step) + 1) * step;
    const from = to - count * step;
    const counts = await app.store.admin.histogram(from, to, step);
    return counts.map((count, index) => ({ ...name(iso(from + index * step)), count }));
  }

  return new Hono<Env>().get(
    paths.admin.overview,
    describe((s) => ({
      group: "instance",
      id: "overview",
      summary: "Show server statistics",
      access: "administrators",
      answer: {
        text: "Current statistics",
        schema: s.Overview,
        example: {
          users: 2,
          online: 1,
          messages_today: 1,
          messages: 1,
          blocked_users: 0,
          reports: 0,
          database_bytes: 188416,
          version: "0.1.0",
          uptime_seconds: 3600,
          messages_per_hour: [0, 0, 1],
          messages_per_day: [0, 0, 1],
        },
      },
    })),
    async (c) => {
      const now = app.clock.now();
      const overview = await app.store.admin.overview(now - now % DAY);
      const hours = await bars(
        HOUR,
        24,
        (at) => ({ name: at.slice(0, 16).replace("T", " "), short: at.slice(11, 16) }),
      );
      const days = await bars(DAY, 30, (at) => ({ name: at.slice(0, 10), short: at.slice(5, 10) }));
      // The same number that sockets receive.
      const online = app.hub.online((await home(app, c)).id).count;
      const uptime = performance.now();
      if (wantsPage(c)) {
        const shell = await shellOf(app, c);
        return c.html(<OverviewPage {...{ shell, overview, online, version: app.version, uptime, hours, days }} />);
      }
      return c.json({
        users: overview.users,
        online,
        messages_today: overview.messagesToday,
        messages: overview.messages,
        blocked_users: overview.blocked,
        reports: overview.reports,
        database_bytes: overview.databaseSize,
        version: app.version,
        uptime_seconds: Math.floor(uptime / 1000),
        messages_per_hour: hours.map(({ count }) => count),
        messages_per_day: days.map(({ count }) => count),
      });
    },
  );
}
