import { Kysely, sql } from "kysely";
import { openSqlite, sqliteDialect } from "./dialect/sqlite.ts";
import { audit } from "./audit.ts";
import type { Connections } from "./connections.ts";
import { GroupCommit } from "./group_commit.ts";
import { insight } from "./insight.ts";
import { messages } from "./messages.ts";
import type { Meters } from "./meters.ts";
import { moderation } from "./moderation.ts";
import { migrate } from "./migrations/mod.ts";
import { reports } from "./reports.ts";
import { rooms } from "./rooms.ts";
import type { Schema } from "./schema.ts";
import { sessions } from "./sessions.ts";
import { settings } from "./settings.ts";
import type { Store } from "./store.ts";
import { users } from "./users.ts";
import { words } from "./words.ts";

export async function openSqliteStore(path: string, meters?: Meters): Promise<Store> {
  const { writer, reader } = openSqlite(path);
  const read = new Kysely<Schema>({ dialect: sqliteDialect(reader, "reader") });
  const writing = new Kysely<Schema>({ dialect: sqliteDialect(writer, "writer") });
  const commits = new GroupCommit(writing, meters);
  const connections: Connections = { read, write: (run) => commits.write(run) };
  try {
    await migrate(writing);
  } catch (error) {
    reader.close();
    writer.close();
    throw error;
  }
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
    },
    async close() {
      await commits.settled();
      reader.close();
      writer.exec("pragma optimize");
      writer.close();
    },
  };
}
