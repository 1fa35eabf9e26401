import type { Kysely } from "kysely";
import { type Actor, type AuditEntry, NAMES_OF_ACTORS, type Person } from "../model.ts";
import type { Connections } from "./connections.ts";
import { fold } from "./fold.ts";
import type { Schema } from "../schema/tables.ts";
import type { Audit } from "../store.ts";

/** Entries scanned before yielding: a few ms. */
const WINDOW = 500;

/** Adds an audit entry, in the transaction of the act. */
export async function record(
  db: Kysely<Schema>,
  act: {
    at: number;
    by: Actor;
    action: string;
    target?: Person | undefined;
    about?: string;
    reason?: string | undefined;
  },
): Promise<void> {
  const [id, name] = typeof act.by === "string" ? [null, NAMES_OF_ACTORS[act.by]] : [act.by.id, act.by.username];
  await db.insertInto("audit").values({
    at: act.at,
    actor_id: id,
    actor: name,
    action: act.action,
    target_id: act.target?.id ?? null,
    target: act.target?.username ?? act.about ?? "",
    reason: act.reason ?? "",
  }).execute();
}

export function audit({ read, write }: Connections): Audit {
  return {
    note(event, now) {
      return write((db) => record(db, { ...event, at: now, by: "automatic" }));
    },

    async list({ actor, target, action, from, to }, { before, limit }) {
      let query = read.selectFrom("audit").select(["id", "at", "actor", "action", "target", "reason"])
        .orderBy("id", "desc");
      if (action !== undefined) query = query.where("action", "=", action);
      if (from !== undefined) query = query.where("at", ">=", from);
      if (to !== undefined) query = query.where("at", "<", to);

      // A filter may match few of many entries, so the log is read in windows, yielding in between. SQLite folds the
      // case of ASCII only, so names are folded here.
      const [by, about] = [actor, target].map((name) => name === undefined ? undefined : fold(name));
      const isMeant = (entry: AuditEntry) =>
        (by === undefined || fold(entry.actor) === by) && (about === undefined || fold(entry.target) === about);
      const items: AuditEntry[] = [];
      // Two queries: min and max in one would not use the index.
      const { oldest } = await read.selectFrom("audit").select((e) => e.fn.min("id").as("oldest"))
        .executeTakeFirstOrThrow();
      const { newest } = await read.selectFrom("audit").select((e) => e.fn.max("id").as("newest"))
        .executeTakeFirstOrThrow();
      let end = before ?? (newest ?? 0) + 1;
      while (oldest !== null && end > oldest && items.length <= limit) {
        const start = Math.max(oldest, end - WINDOW);
        const window = query.where("id", "<", end).where("id", ">=", start);
        const isPlain = by === undefined && about === undefined;
        const rows: AuditEntry[] = await (isPlain ? window.limit(limit + 1 - items.length) : window).execute();
        items.push(...rows.filter(isMeant).slice(0, limit + 1 - items.length));
        end = start;
        await new Promise((resolve) => setImmediate(resolve));
      }
      return { items: items.slice(0, limit), next: items.length > limit ? items[limit - 1]!.id : undefined };
    },

    async newest() {
      const { id } = await read.selectFrom("audit").select((e) => e.fn.max("id").as("id")).executeTakeFirstOrThrow();
      return id ?? 0;
    },

    async since(id, limit) {
      return await read.selectFrom("audit").select(["id", "action", "target_id as target"])
        .where("id", ">", id).orderBy("id").limit(limit).execute();
    },
  };
}
