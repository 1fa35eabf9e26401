import { closeSync, fdatasyncSync, openSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { damageOf, openToLook } from "./inspection.ts";

/** Pages written before they are pushed to disk: 1 MB. Nobody's commit waits behind more than that. */
const STEP = 256;

/** How long the disk is others' between two steps, in ms. */
const PAUSE = 5;

/**
 * Copies all that is committed at this moment into `to`, an empty file: one plain database, without a WAL of its own.
 * The source goes on being read and written. Holds the calling thread: README says for how long.
 */
export async function copySqlite(from: string, to: string): Promise<void> {
  const source = openToLook(from);
  const file = openSync(to, "r+");
  try {
    // One snapshot for all steps. Without it every write by somebody else would start the copy anew, for ever.
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

/** Runs statements in a file that nobody else has open. */
export function runSqlite(path: string, statements: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(statements);
  } finally {
    database.close();
  }
}

/** The first number of the first row, in a file that is looked at only. */
export function askSqlite(path: string, query: string): number {
  const database = openToLook(path);
  try {
    return Number(Object.values(database.prepare(query).get() ?? {})[0]);
  } finally {
    database.close();
  }
}

/** Reads every page. Throws "database disk image is malformed" and what is wrong with it. */
export function checkSqlite(path: string, how: "quick_check" | "integrity_check"): void {
  const database = openToLook(path);
  try {
    const damage = damageOf(database, how);
    if (damage !== undefined) throw new Error(`database disk image is malformed: ${damage}`);
  } finally {
    database.close();
  }
}

/**
 * Folds what a stopped server has left in the WAL into the file, so that it stands alone. Throws "database is locked",
 * and has changed nothing, while anybody has it open; whoever was killed has it open no more.
 */
export function settleSqlite(path: string): void {
  // The lock comes first: it needs no schema, and so is asked for in a damaged file too.
  runSqlite(path, "pragma locking_mode = exclusive; begin exclusive; commit; pragma journal_mode = delete");
}
