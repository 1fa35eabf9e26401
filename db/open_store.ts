import type { Log } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { openSqliteStore, openSqliteStoreBeside } from "./sqlite/store.ts";
import type { Store } from "./store.ts";

/**
 * Opens, checks and migrates the store at `url`: `sqlite:PATH`. Writes run in their own thread and are counted in
 * `metrics`. A database with content is copied before it is migrated, and `log` reports that. Throws without changing
 * anything if a newer version has created the database.
 */
export function openStore(url: string, log: Log = () => {}, metrics: Metrics = new Metrics()): Promise<Store> {
  return openSqliteStore(pathOf(url), log, metrics);
}

/**
 * Opens the store at `url` for a short time, beside a server that may be running on it. Neither checks nor migrates it:
 * that is the server's task. Undefined if there is no store; `create` creates one. Throws if its schema is of another
 * version.
 */
export function openStoreBeside(url: string, { create = false } = {}): Promise<Store | undefined> {
  return openSqliteStoreBeside(pathOf(url), create);
}

function pathOf(url: string): string {
  const path = /^sqlite:(.+)$/.exec(url)?.[1];
  if (path === undefined) throw new Error(`Cannot open store: "${url}" is not sqlite:PATH`);
  return path;
}
