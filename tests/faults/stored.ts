import { DatabaseSync } from "node:sqlite";

export interface StoredMessage {
  readonly id: number;
  readonly author: string;
  readonly content: string;
  readonly nonce: string | null;
  readonly seq: number;
  readonly rev: number;
  readonly isEdited: boolean;
  readonly isDeleted: boolean;
}

/**
 * The contents of the database file beside a running program: every message of the one room, in order, and the room's
 * head.
 */
export function stored(file: string): { messages: StoredMessage[]; head: number } {
  using database = new DatabaseSync(file, { readOnly: true });
  const messages = database.prepare(
    `select messages.id, username as author, content, nonce, seq, rev, edited_at, messages.deleted_at
     from messages join users on users.id = author_id order by seq`,
  ).all() as unknown as (StoredMessage & { edited_at: number | null; deleted_at: number | null })[];
  const { head } = database.prepare("select head from rooms where slug = 'general'").get() as { head: number };
  return {
    head,
    messages: messages.map(({ edited_at, deleted_at, ...message }) => ({
      ...message,
      isEdited: edited_at !== null,
      isDeleted: deleted_at !== null,
    })),
  };
}
