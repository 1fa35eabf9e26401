import { join } from "node:path";
import { Metrics } from "../../db/metrics.ts";
import { openStore, openStoreBeside } from "../../db/open_store.ts";
import type { Store } from "../../db/store.ts";
import { tempDir } from "./temp_dir.ts";
import { watchWrites } from "./pending_writes.ts";

export interface TempStore extends AsyncDisposable {
  readonly store: Store;
  /** The database file. */
  readonly file: string;
  /** Opens it again, as another process does. */
  again(): Promise<Store & AsyncDisposable>;
}

/** A real store in a folder of its own, opened as a server does, removed when the test ends. */
export async function tempStore(metrics = new Metrics()): Promise<TempStore> {
  const dir = await tempDir();
  const file = join(dir.path, "chatterbox.db");
  const store = await openStore(`sqlite:${file}`, () => {}, metrics);
  const unwatch = watchWrites(metrics);
  let closed: Promise<void> | undefined;
  const close = store.close;
  // A test may close it; closing twice is not part of the contract.
  store.close = () => closed ??= close();
  return {
    store,
    file,
    async again() {
      const other = await openStoreBeside(`sqlite:${file}`);
      return { ...other!, [Symbol.asyncDispose]: () => other!.close() };
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      unwatch();
      await dir[Symbol.asyncDispose]();
    },
  };
}
