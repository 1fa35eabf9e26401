import type { Meters } from "./meters.ts";
import { openSqliteStore } from "./sqlite_store.ts";
import type { Store } from "./store.ts";

/** Opens, checks and migrates the store at `url`: `sqlite:PATH`. Its commits are counted in `meters`. */
export function openStore(url: string, meters?: Meters): Promise<Store> {
  const path = /^sqlite:(.+)$/.exec(url)?.[1];
  if (path === undefined) throw new Error(`Cannot open store: "${url}" is not sqlite:PATH`);
  return openSqliteStore(path, meters);
}
