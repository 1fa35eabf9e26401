import { type Kysely, sql } from "kysely";
import { type Actor, type AuditEntry, NAMES_OF_ACTORS, type Person } from "./model.ts";
import type { Connections } from "./connections.ts";
import type { Schema } from "./schema.ts";
import type { Audit } from "./store.ts";

/** Writes down an act, in the transaction of the act. */
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
      let query = read.selectFrom("audit").select(["id", "at", "actor", "action", "target", "reason"]);
      if (actor !== undefined) query = query.where(sql`lower(actor)`, "=", actor.toLowerCase());
      if (target !== undefined) query = query.where(sql`lower(target)`, "=", target.toLowerCase());
      if (action !== undefined) query = query.where("action", "=", action);
      if (from !== undefined) query = query.where("at", ">=", from);
      if (to !== undefined) query = query.where("at", "<", to);
      if (before !== undefined) query = query.where("id", "<", before);
      const rows: AuditEntry[] = await query.orderBy("id", "desc").limit(limit + 1).execute();
      return { items: rows.slice(0, limit), next: rows.length > limit ? rows[limit - 1]!.id : undefined };
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
