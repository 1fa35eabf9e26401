import type { Log } from "./log.ts";
import { openSqliteStore } from "./sqlite_store.ts";
import type { Store } from "./store.ts";

/**
 * Opens, checks and migrates the store at `url`: `sqlite:PATH`. Before one with content is migrated, a copy is kept and
 * `log` is told. Throws, and has changed nothing, when a newer program has made it.
 */
export function openStore(url: string, log?: Log): Promise<Store> {
  const path = /^sqlite:(.+)$/.exec(url)?.[1];
  if (path === undefined) throw new Error(`Cannot open store: "${url}" is not sqlite:PATH`);
  return openSqliteStore(path, log);
}
