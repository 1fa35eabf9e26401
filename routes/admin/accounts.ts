import type { Context } from "hono";
import { ChatError } from "../../db/errors.ts";
import type { Account, UserId } from "../../db/model.ts";
import type { AccountFilter } from "../../db/store.ts";
import type { SeenAccount } from "../../views/admin/users.tsx";
import type { App, Env } from "../env.ts";
import { idIn } from "./query.ts";

/** Warnings before this time have expired. */
export function warningsSince(app: App): number {
  return app.clock.now() - app.instance.warningLife;
}

export function seen(app: App, account: Account): SeenAccount {
  return { ...account, online: app.hub.isOnline(account.id) };
}

/** The user in the request's path. Throws `not_found`. */
export async function accountIn(app: App, c: Context<Env>): Promise<SeenAccount> {
  const account = await app.store.admin.account(idIn(c, "User") as UserId, warningsSince(app));
  if (!account) throw new ChatError("not_found", "User not found");
  return seen(app, account);
}

/** Converts a query to the store's filter. */
export function accountFilter(
  app: App,
  { search, only, sort }: Pick<AccountFilter, "search" | "sort"> & { only?: AccountFilter["only"] | "online" },
): AccountFilter {
  return only === "online" ? { search, sort, ids: app.hub.onlineUsers() } : { search, sort, only };
}
