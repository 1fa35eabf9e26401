import { Kysely, sql } from "kysely";
import { type Database, openSqlite, sqliteDialect } from "./driver.ts";
import { lookAtSqlite } from "./inspection.ts";
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

/** Written to see whether writing works: as large as messages are, since a small write may find room where none is for them. */
const PROBE = "x".repeat(32 * 1024);

/** Opens the file: checks it, and brings it to this program's schema. What writes does so in a thread of its own. */
export async function openSqliteStore(path: string, log: Log, metrics: Metrics): Promise<Store> {
  const { writer, reader } = await openMigrated(path, log);
  writer.close();
  return new Writer(path, log, metrics).of(readingOver(reader));
}

/** A copy is kept before anything with content is migrated. */
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

/** The writing thread's own: the server has checked and migrated it. `tell` hears of every transaction. */
export async function openSqliteForWriting(
  path: string,
  log: Log,
  tell: (committed: Committed) => void,
): Promise<Store> {
  return await storeOver(openSqlite(path, { check: false }), { migrates: false, optimizes: true, log, tell });
}

/**
 * Opens the file for a moment, beside a server that may have it open: checking and migrating are the server's. Undefined
 * where there is no store yet; with `create` one is made. Throws when it is not of exactly this program's schema.
 */
export async function openSqliteStoreBeside(path: string, create: boolean): Promise<Store | undefined> {
  const look = lookAtSqlite(path);
  try {
    const age = ageOf(look?.migrations ?? []);
    if (age === "newer") throw new Error(MADE_BY_NEWER);
    if (age === "older") throw new Error("the database was made by an older version of Chatterbox");
    if (age === "none" && !create) {
      look?.close();
      return undefined;
    }
    const database = openSqlite(path, { check: false });
    const store = await storeOver(database, { migrates: age === "none", optimizes: false, log: () => {} });
    return {
      ...store,
      async close() {
        await store.close();
        look?.close();
      },
    };
  } catch (error) {
    look?.close();
    throw error;
  }
}

async function storeOver(
  { writer, reader }: { writer: Database; reader: Database },
  /** Both write, even where there is nothing to be done: whoever only reads must not wait for another writer. */
  { migrates, optimizes, log, tell }: {
    migrates: boolean;
    optimizes: boolean;
    log: Log;
    tell?: (committed: Committed) => void;
  },
): Promise<Store> {
  const writing = kyselyOver(writer, "writer");
  const commits = new GroupCommit(writing, log, tell);
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

/** A store that reads; what it writes goes where `write` says. */
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
  throw new Error("Cannot write here: the method is missing among those of the writing thread");
}

function kyselyOver(database: Database, role: "reader" | "writer"): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: sqliteDialect(database, role) });
}
