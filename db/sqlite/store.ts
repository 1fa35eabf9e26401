import { Kysely, sql } from "kysely";
import { type Database, openSqlite, sqliteDialect } from "./driver.ts";
import { inspectSqlite } from "./inspection.ts";
import { audit } from "../queries/audit.ts";
import type { Connections } from "../queries/connections.ts";
import { GroupCommit } from "./group_commit.ts";
import { adminQueries } from "../queries/admin.ts";
import { jobs } from "../queries/jobs.ts";
import type { Log } from "../log.ts";
import { messages } from "../queries/messages.ts";
import type { Committed, Metrics } from "../metrics.ts";
import { moderation } from "../queries/moderation.ts";
import { ageOf, MADE_BY_NEWER, migrate } from "../schema/migrations/mod.ts";
import { reports } from "../queries/reports.ts";
import { rooms } from "../queries/rooms.ts";
import type { Schema } from "../schema/tables.ts";
import { sessions } from "../queries/sessions.ts";
import { settings } from "../queries/settings.ts";
import { prepareMigration } from "../backup/snapshot.ts";
import type { Store } from "../store.ts";
import { users } from "../queries/users.ts";
import { words } from "../queries/words.ts";
import { Writer } from "./writer.ts";

/**
 * Written to test whether writing works. As large as a long message, since a small write may succeed on a nearly full
 * disk.
 */
const PROBE = "x".repeat(32 * 1024);

/** Opens, checks and migrates the file. Writes run in their own thread. */
export async function openSqliteStore(path: string, log: Log, metrics: Metrics): Promise<Store> {
  const { writer, reader } = await openMigrated(path, log);
  writer.close();
  return new Writer(path, log, metrics).of(readingOver(reader));
}

/** Copies a database with content before migrating it. */
async function openMigrated(path: string, log: Log): Promise<{ writer: Database; reader: Database }> {
  const migration = await prepareMigration(path, log);
  const connections: Database[] = [];
  try {
    const { writer, reader } = openSqlite(path);
    connections.push(reader, writer);
    await migrate(kyselyOver(writer, "writer"));
    return { writer, reader };
  } catch (error) {
    for (const connection of connections) connection.close();
    migration.failed();
    throw error;
  }
}

/** The writer thread's store, already checked and migrated. `onCommit` is called for every transaction. */
export async function openSqliteForWriting(
  path: string,
  log: Log,
  onCommit: (committed: Committed) => void,
): Promise<Store> {
  return await storeOver(openSqlite(path, { check: false }), { migrates: false, optimizes: true, log, onCommit });
}

/**
 * Opens the file for a short time beside a server, which checks and migrates it. Undefined if there is no store;
 * `create` creates one. Throws if its schema is not of this version.
 */
export async function openSqliteStoreBeside(path: string, create: boolean): Promise<Store | undefined> {
  const inspection = inspectSqlite(path);
  try {
    const age = ageOf(inspection?.migrations ?? []);
    if (age === "newer") throw new Error(MADE_BY_NEWER);
    if (age === "older") throw new Error("the database was made by an older version of Chatterbox");
    if (age === "none" && !create) {
      inspection?.close();
      return undefined;
    }
    const database = openSqlite(path, { check: false });
    const store = await storeOver(database, { migrates: age === "none", optimizes: false, log: () => {} });
    return {
      ...store,
      async close() {
        await store.close();
        inspection?.close();
      },
    };
  } catch (error) {
    inspection?.close();
    throw error;
  }
}

async function storeOver(
  { writer, reader }: { writer: Database; reader: Database },
  /** Both write even when there is nothing to do, and a reader must not wait for another process's write lock. */
  { migrates, optimizes, log, onCommit }: {
    migrates: boolean;
    optimizes: boolean;
    log: Log;
    onCommit?: (committed: Committed) => void;
  },
): Promise<Store> {
  const writing = kyselyOver(writer, "writer");
  const commits = new GroupCommit(writing, log, onCommit);
  const store = readingOver(reader, (run) => commits.write(run));
  try {
    if (migrates) await migrate(writing);
  } catch (error) {
    reader.close();
    writer.close();
    throw error;
  }
  const version = async () => {
    const { rows } = await sql<{ data_version: number }>`pragma data_version`.execute(writing);
    return rows[0]!.data_version;
  };
  let known = await version();
  return {
    ...store,
    async check() {
      await store.check();
      await commits.check((db) => db.replaceInto("settings").values({ key: "probe", value: PROBE }).execute());
    },
    async changedExternally() {
      const before = known;
      known = await version();
      return known !== before;
    },
    async close() {
      await commits.settled();
      await store.close();
      if (optimizes) writer.exec("pragma optimize");
      writer.close();
    },
  };
}

/** A read-only store; `write` handles the writes. */
function readingOver(reader: Database, write: Connections["write"] = cannotWrite): Store {
  const read = kyselyOver(reader, "reader");
  const connections: Connections = { read, write };
  return {
    users: users(connections),
    sessions: sessions(connections),
    rooms: rooms(connections),
    messages: messages(connections),
    settings: settings(connections),
    moderation: moderation(connections),
    reports: reports(connections),
    words: words(connections),
    audit: audit(connections),
    admin: adminQueries(connections),
    jobs: jobs(connections),
    async check() {
      await sql`select 1 from settings limit 1`.execute(read);
    },
    changedExternally: cannotWrite,
    close() {
      reader.close();
      return Promise.resolve();
    },
  };
}

function cannotWrite(): Promise<never> {
  throw new Error("Cannot write: the method is missing in WRITES");
}

function kyselyOver(database: Database, role: "reader" | "writer"): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: sqliteDialect(database, role) });
}
