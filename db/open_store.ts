import type { Log } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { openSqliteStore, openSqliteStoreBeside } from "./sqlite/store.ts";
import type { Store } from "./store.ts";

/**
 * Opens, checks and migrates the store at `url`: `sqlite:PATH`. Writing has a thread of its own, so that nothing waits for
 * the disk, and is counted in `metrics`. Before one with content is migrated, a copy is kept and `log` is told. Throws,
 * and has changed nothing, when a newer program has made it.
 */
export function openStore(url: string, log: Log = () => {}, metrics: Metrics = new Metrics()): Promise<Store> {
  return openSqliteStore(pathOf(url), log, metrics);
}

/**
 * Opens the store at `url` for a moment, whether or not a server runs on it; it is neither checked nor migrated under the
 * server's feet. Undefined where there is none yet; with `create` it is made. Throws when another version has made it.
 */
export function openStoreBeside(url: string, { create = false } = {}): Promise<Store | undefined> {
  return openSqliteStoreBeside(pathOf(url), create);
}

function pathOf(url: string): string {
  const path = /^sqlite:(.+)$/.exec(url)?.[1];
  if (path === undefined) throw new Error(`Cannot open store: "${url}" is not sqlite:PATH`);
  return path;
}
