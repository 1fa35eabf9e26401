/** What SQLite keeps beside a database. A stranger's, left there, would be applied to a new file of the same name. */
export const COMPANIONS = ["-wal", "-shm", "-journal"] as const;

/** Of these, the ones that hold what the database does not have yet. */
export const COMPANIONS_WITH_CONTENT = ["-wal", "-journal"] as const;
