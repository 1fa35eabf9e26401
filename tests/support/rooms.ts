import { ask, change } from "./sqlite.ts";

/** Makes a room with these members, in the database file of a server that may be running. */
export function addRoom(file: string, slug: string, usernames: readonly string[], name = slug): void {
  change(file, `insert into rooms (slug, name, created_at) values ('${slug}', '${name}', 1)`);
  const [room] = ask(file, "select id from rooms where slug = ?", slug);
  for (const username of usernames) {
    const [user] = ask(file, "select id from users where username = ?", username);
    change(file, `insert into members (room_id, user_id, joined_at) values (${room!.id}, ${user!.id}, 1)`);
  }
}
