import { Kysely, sql } from "kysely";
import { openSqlite, sqliteDialect } from "./dialect/sqlite.ts";
import { lookAtSqlite } from "./dialect/sqlite_look.ts";
import { audit } from "./audit.ts";
import type { Connections } from "./connections.ts";
import { GroupCommit } from "./group_commit.ts";
import { insight } from "./insight.ts";
import type { Log } from "./log.ts";
import { messages } from "./messages.ts";
import { moderation } from "./moderation.ts";
import { ageOf, migrate } from "./migrations/mod.ts";
import { reports } from "./reports.ts";
import { rooms } from "./rooms.ts";
import type { Schema } from "./schema.ts";
import { sessions } from "./sessions.ts";
import { settings } from "./settings.ts";
import type { Store } from "./store.ts";
import { users } from "./users.ts";
import { words } from "./words.ts";

/** Opens the file for a server: checks it, and brings it to this program's schema. */
export async function openSqliteStore(path: string, log: Log): Promise<Store> {
  return await storeOver(openSqlite(path), { migrates: true, optimizes: true, log });
}

/**
 * Opens the file for a moment, beside a server that may have it open: checking and migrating are the server's. Undefined
 * where there is no store yet; with `create` one is made. Throws when it is not of exactly this program's schema.
 */
export async function openSqliteStoreBeside(path: string, create: boolean): Promise<Store | undefined> {
  const look = lookAtSqlite(path);
  try {
    const age = ageOf(look?.migrations ?? []);
    if (age === "newer") throw new Error("the database was made by a newer version of Chatterbox");
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
  { writer, reader }: ReturnType<typeof openSqlite>,
  /** Both write, even where there is nothing to be done: whoever only reads must not wait for another writer. */
  { migrates, optimizes, log }: { migrates: boolean; optimizes: boolean; log: Log },
): Promise<Store> {
  const read = new Kysely<Schema>({ dialect: sqliteDialect(reader, "reader") });
  const writing = new Kysely<Schema>({ dialect: sqliteDialect(writer, "writer") });
  const commits = new GroupCommit(writing, log);
  const connections: Connections = { read, write: (run) => commits.write(run) };
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
    users: users(connections),
    sessions: sessions(connections),
    rooms: rooms(connections),
    messages: messages(connections),
    settings: settings(connections),
    moderation: moderation(connections),
    reports: reports(connections),
    words: words(connections),
    audit: audit(connections),
    insight: insight(connections),
    async check() {
      await sql`select 1 from settings limit 1`.execute(read);
      await commits.check((db) => db.replaceInto("settings").values({ key: "probe", value: "" }).execute());
    },
    async changedElsewhere() {
      const before = known;
      known = await version();
      return known !== before;
    },
    async close() {
      await commits.settled();
      reader.close();
      if (optimizes) writer.exec("pragma optimize");
      writer.close();
    },
  };
}
