import { closeSync, fdatasyncSync, openSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { damageOf, openForInspection } from "./inspection.ts";

/** Pages written per flush: 1 MB. A commit waits for no more than that. */
const STEP = 256;

/** Pause between two steps, in ms, that leaves the disk to others. */
const PAUSE = 5;

/**
 * Copies all committed data into `to`, an empty file, as a database without a WAL. The source can be read and written
 * meanwhile. Blocks the calling thread; README states for how long.
 */
export async function copySqlite(from: string, to: string): Promise<void> {
  const source = openForInspection(from);
  const file = openSync(to, "r+");
  try {
    // One snapshot for all steps. Otherwise every concurrent write would restart the copy.
    source.exec("begin; select 1 from sqlite_master limit 1");
    await backup(source, to, {
      rate: STEP,
      progress() {
        fdatasyncSync(file);
        sleep(PAUSE);
      },
    });
  } finally {
    closeSync(file);
    source.close();
  }
  runSqlite(to, "pragma journal_mode = delete");
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Runs statements in a file that no one else has open. */
export function runSqlite(path: string, statements: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(statements);
  } finally {
    database.close();
  }
}

/** Returns the first value of the first row as a number, without changing the file. */
export function queryNumber(path: string, query: string): number {
  const database = openForInspection(path);
  try {
    return Number(Object.values(database.prepare(query).get() ?? {})[0]);
  } finally {
    database.close();
  }
}

/** Reads every page. Throws "database disk image is malformed" with the damage found. */
export function checkSqlite(path: string, how: "quick_check" | "integrity_check"): void {
  const database = openForInspection(path);
  try {
    const damage = damageOf(database, how);
    if (damage !== undefined) throw new Error(`database disk image is malformed: ${damage}`);
  } finally {
    database.close();
  }
}

/**
 * Checkpoints the WAL left by a stopped server and removes it. Throws "database is locked", without changes, while the
 * database is open elsewhere. A killed process no longer holds it open.
 */
export function checkpointSqlite(path: string): void {
  // Take the lock first: it does not read the schema, so it also works in a damaged file.
  runSqlite(path, "pragma locking_mode = exclusive; begin exclusive; commit; pragma journal_mode = delete");
}
