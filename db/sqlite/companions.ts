/** SQLite's companion files. A stale one would be applied to a new database of the same name. */
export const COMPANIONS = ["-wal", "-shm", "-journal"] as const;

/** Companion files with content that is not yet in the database. */
export const COMPANIONS_WITH_CONTENT = ["-wal", "-journal"] as const;
