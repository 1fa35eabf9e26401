import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import type { SessionId } from "../../db/model.ts";
import { openStore } from "../../db/open_store.ts";
import { signingKey, tokens } from "../../db/auth/tokens.ts";

const DAY = 24 * 60 * 60 * 1000;

export interface Seed {
  /**
   * Users, all of them members of `general`; the first is an administrator. They have tokens and no valid passwords.
   */
  users: number;
  /** For each number N rooms `of-N-0`, `of-N-1` …; user i is a member of `of-N-(i % N)`. */
  rooms?: readonly number[];
  /** Messages in `general`, evenly spread over the last year. */
  messages?: number;
}

/**
 * Fills a fresh data folder directly: ten thousand users through `POST /register` and `/login` would take a quarter of
 * an hour, and the API cannot create rooms. Resolves to one token per user.
 */
export async function seed(dataDir: string, { users, rooms = [], messages = 0 }: Seed): Promise<string[]> {
  const file = join(dataDir, "chatterbox.db");
  await (await openStore(`sqlite:${file}`)).close();
  using database = new DatabaseSync(file);
  const now = Date.now();
  database.exec("begin");
  const user = database.prepare(
    "insert into users (id, username, password_hash, is_admin, created_at) values (?, ?, 'none', ?, ?)",
  );
  const session = database.prepare(
    "insert into sessions (id, user_id, created_at, last_seen_at, expires_at, address, user_agent) values (?, ?, ?, ?, ?, '127.0.0.1', 'bench')",
  );
  const room = database.prepare("insert into rooms (id, slug, name, created_at) values (?, ?, ?, ?)");
  const member = database.prepare("insert into members (room_id, user_id, joined_at) values (?, ?, ?)");
  const { id: general } = database.prepare("select id from rooms where slug = 'general'").get() as { id: number };
  let roomId = general;
  const members = rooms.map((count) => {
    const first = roomId + 1;
    for (let r = 0; r < count; r++) room.run(++roomId, `of-${count}-${r}`, `Room ${r} of ${count}`, now);
    return (index: number) => first + index % count;
  });
  const sessions: SessionId[] = [];
  for (let i = 0; i < users; i++) {
    const id = crypto.randomUUID() as string as SessionId;
    user.run(i + 1, `user${i}`, i === 0 ? 1 : 0, now);
    session.run(id, i + 1, now, now, now + 30 * DAY);
    member.run(general, i + 1, now);
    for (const roomOf of members) member.run(roomOf(i), i + 1, now);
    sessions.push(id);
  }
  const message = database.prepare(
    "insert into messages (room_id, author_id, content, created_at, seq, rev) values (?, ?, ?, ?, ?, ?)",
  );
  for (let seq = 1; seq <= messages; seq++) {
    const at = Math.round(now - 365 * DAY * (1 - seq / messages));
    message.run(general, 1 + seq % users, `Message ${seq}: one of very many in this room`, at, seq, seq);
  }
  database.prepare("update rooms set head = ? where id = ?").run(messages, general);
  database.exec("commit");
  database.exec("pragma wal_checkpoint(truncate)");
  const { issue } = tokens(signingKey(dataDir));
  return await Promise.all(sessions.map((id) => issue(id, now + 30 * DAY)));
}
