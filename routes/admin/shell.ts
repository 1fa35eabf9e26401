import type { Context } from "hono";
import { GENERAL, type Room } from "../../db/model.ts";
import type { Shell } from "../../views/admin/layout.tsx";
import { address } from "../../views/admin/table.tsx";
import { paths } from "../../views/paths.ts";
import { loadRoom } from "../../ws/rooms/load_room.ts";
import type { App, Env } from "../env.ts";
import { done } from "./done.ts";
import { requireAdministrator } from "./guard.ts";
import { givenQuery } from "./query.ts";

/** The default room. All users are members, so its presence is that of the instance. */
export async function home(app: App, c: Context<Env>): Promise<Room> {
  return await loadRoom(app.store, requireAdministrator(c).user, GENERAL);
}

/** Data for every admin page. `here` is where forms return to, by default the current address. */
export async function shellOf(
  app: App,
  c: Context<Env>,
  more: { error?: string | undefined; here?: string } = {},
): Promise<Shell> {
  const { user } = requireAdministrator(c);
  const [reports, jobs, room] = await Promise.all([
    app.store.reports.count(),
    app.store.jobs.count(),
    home(app, c),
  ]);
  return {
    asset: app.assets.url,
    name: app.instance.current.name,
    viewer: user.id,
    reports,
    failedJobs: jobs.failed,
    here: more.here ?? address(c.req.path, givenQuery(c)),
    socket: `${paths.socket(room.slug, room.head)}&viewer=${user.id}`,
    done: Object.entries(done).find(([act]) => act === c.req.query("done"))?.[1],
    error: more.error,
  };
}
