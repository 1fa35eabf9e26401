import { DatabaseSync } from "node:sqlite";

/** Blocks a user directly in the database. */
export function block(file: string, username: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec("pragma busy_timeout = 5000");
    const { changes } = database.prepare("update users set blocked_at = 1 where username = ?").run(username);
    if (Number(changes) !== 1) throw new Error(`Cannot block "${username}": no such account`);
  } finally {
    database.close();
  }
}
