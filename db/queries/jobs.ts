import type { Kysely, Selectable } from "kysely";
import { record } from "./audit.ts";
import type { Connections } from "./connections.ts";
import { ChatError } from "../errors.ts";
import type { Actor, FailedJob, JobId } from "../model.ts";
import type { Schema } from "../schema/tables.ts";
import { type Jobs, JOBS_FAILED, JOBS_WAITING, type NewJob, PAYLOAD_MAX } from "../store.ts";

/** Characters of the error message that are kept. */
const ERROR_MAX = 500;

/** Adds a job in the transaction of its cause: both happen or neither does. */
export async function addJob(db: Kysely<Schema>, { kind, payload = {}, runAt }: NewJob, now: number): Promise<JobId> {
  const text = JSON.stringify(payload);
  if (text.length > PAYLOAD_MAX) throw new Error(`Cannot add job: the payload of "${kind}" is too long`);
  const { waiting } = await db.selectFrom("jobs").select((e) => e.fn.countAll<number>().as("waiting"))
    .where("run_at", "is not", null).executeTakeFirstOrThrow();
  if (waiting >= JOBS_WAITING) throw new ChatError("unavailable", "Too many pending jobs, try again later");
  const { id } = await db.insertInto("jobs").values({ kind, payload: text, created_at: now, run_at: runAt ?? now })
    .returning("id").executeTakeFirstOrThrow();
  return id;
}

function toFailed(row: Selectable<Schema["jobs"]>): FailedJob {
  return {
    id: row.id,
    kind: row.kind,
    payload: JSON.parse(row.payload),
    attempts: row.attempts,
    createdAt: row.created_at,
    failedAt: row.failed_at!,
    error: row.error,
    nextAt: row.run_at,
  };
}

export function jobs({ read, write }: Connections): Jobs {
  /** Retries or discards a failed job. */
  async function resolveFailed(
    id: JobId,
    action: "retry_job" | "discard_job",
    by: Actor,
    now: number,
  ): Promise<boolean> {
    return await write(async (db) => {
      const row = await db.selectFrom("jobs").select(["kind", "scheduled"]).where("id", "=", id)
        .where("failed_at", "is not", null).executeTakeFirst();
      if (!row) return false;
      const job = db.updateTable("jobs").where("id", "=", id);
      if (action === "retry_job") {
        // One more attempt.
        await job.set((e) => ({ run_at: now, lease: null, failed_at: null, attempts: e("attempts", "-", 1) }))
          .execute();
      } else if (row.scheduled === 1) await job.set({ attempts: 0, failed_at: null, error: "" }).execute();
      else await db.deleteFrom("jobs").where("id", "=", id).execute();
      await record(db, { at: now, by, action, about: row.kind });
      return true;
    });
  }

  return {
    add(job, now) {
      return write((db) => addJob(db, job, now));
    },

    async schedule(kind, { runAt, lease }, now) {
      await write(async (db) => {
        const row = await db.selectFrom("jobs").select(["id", "run_at", "lease"]).where("kind", "=", kind)
          .where("scheduled", "=", 1).executeTakeFirst();
        if (!row) {
          await db.insertInto("jobs").values({ kind, scheduled: 1, payload: "{}", created_at: now, run_at: runAt })
            .execute();
          return;
        }
        const latest = row.lease === null ? runAt : now + lease;
        if (row.run_at !== null && row.run_at <= latest) return;
        await db.updateTable("jobs").set({ run_at: latest }).where("id", "=", row.id).execute();
      });
    },

    async nextAt(kinds) {
      const row = await read.selectFrom("jobs").select("run_at").where("run_at", "is not", null)
        .where("kind", "in", kinds).orderBy("run_at").limit(1).executeTakeFirst();
      return row?.run_at ?? undefined;
    },

    claim({ kinds, lease, until }, now) {
      return write(async (db) => {
        const found = await db.selectFrom("jobs").select(["id", "attempts"]).where("run_at", "<=", now)
          .where("kind", "in", kinds).orderBy("run_at").limit(1).executeTakeFirst();
        if (!found) return undefined;
        const attempts = found.attempts + 1;
        const row = await db.updateTable("jobs").set({ lease, run_at: until, attempts }).where("id", "=", found.id)
          .returning(["id", "kind", "payload"]).executeTakeFirstOrThrow();
        return { id: row.id, kind: row.kind, payload: JSON.parse(row.payload), attempts, lease };
      });
    },

    renew({ id, lease }, until) {
      return write(async (db) => {
        const [result] = await db.updateTable("jobs").set({ run_at: until }).where("id", "=", id)
          .where("lease", "=", lease).execute();
        return (result?.numUpdatedRows ?? 0n) > 0n;
      });
    },

    async done({ id, lease }, nextAt) {
      await write(async (db) => {
        if (nextAt === undefined) {
          await db.deleteFrom("jobs").where("id", "=", id).where("lease", "=", lease).execute();
          return;
        }
        await db.updateTable("jobs").set({ run_at: nextAt, lease: null, attempts: 0, failed_at: null, error: "" })
          .where("id", "=", id).where("lease", "=", lease).execute();
      });
    },

    async failed({ id, lease }, { error, retryAt, failedAt }) {
      await write(async (db) => {
        const said = error.slice(0, ERROR_MAX);
        const [result] = await db.updateTable("jobs")
          .set({ run_at: retryAt ?? null, lease: null, error: said, failed_at: failedAt ?? null })
          .where("id", "=", id).where("lease", "=", lease).execute();
        if (failedAt === undefined || (result?.numUpdatedRows ?? 0n) === 0n) return;
        const beyond = db.selectFrom("jobs").select("id").where("failed_at", "is not", null).where("scheduled", "=", 0)
          .orderBy("id", "desc").offset(JOBS_FAILED).limit(100);
        await db.deleteFrom("jobs").where("id", "in", beyond).execute();
      });
    },

    async release({ id, lease }, now) {
      await write((db) =>
        db.updateTable("jobs").set((e) => ({ run_at: now, lease: null, attempts: e("attempts", "-", 1) }))
          .where("id", "=", id).where("lease", "=", lease).execute()
      );
    },

    async listFailed({ before, limit }) {
      let query = read.selectFrom("jobs").selectAll().where("failed_at", "is not", null);
      if (before !== undefined) query = query.where("id", "<", before as JobId);
      const rows = await query.orderBy("id", "desc").limit(limit + 1).execute();
      const next = rows.length > limit ? rows[limit - 1]!.id : undefined;
      return { items: rows.slice(0, limit).map(toFailed), next };
    },

    async count() {
      const all = read.selectFrom("jobs").select((e) => e.fn.countAll<number>().as("count"));
      const { count: waiting } = await all.where("run_at", "is not", null).executeTakeFirstOrThrow();
      const { count: failed } = await all.where("failed_at", "is not", null).executeTakeFirstOrThrow();
      return { waiting, failed };
    },

    retry(id, by, now) {
      return resolveFailed(id, "retry_job", by, now);
    },

    discard(id, by, now) {
      return resolveFailed(id, "discard_job", by, now);
    },

    removeFailed(before) {
      return write(async (db) => {
        const [result] = await db.deleteFrom("jobs").where("failed_at", "<", before).where("scheduled", "=", 0)
          .execute();
        return Number(result?.numDeletedRows ?? 0n);
      });
    },
  };
}
