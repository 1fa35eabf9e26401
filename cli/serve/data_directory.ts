import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KEY_MIN_BYTES, signingKey } from "../../db/auth/tokens.ts";
import type { Log } from "../../db/log.ts";
import type { Metrics } from "../../db/metrics.ts";
import { openStore } from "../../db/open_store.ts";
import { isOpenToOthers, makePrivate, privateFiles } from "../../db/private_file.ts";
import type { Store } from "../../db/store.ts";
import { unusable } from "../data/database.ts";
import { type Config, databaseFile, StartError } from "../settings/config.ts";
import { reason } from "../terminal/reason.ts";

/** Creates the data directory. Throws `StartError` when it is not writable. */
export function prepareDataDirectory(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Tested by writing: access() would need the permission to read our user id.
    const probe = join(folder, `.probe-${randomUUID()}`);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    throw new StartError(
      `Cannot write to the data directory "${folder}" (${
        reason(error)
      }): fix its permissions, or choose another with --data`,
    );
  }
}

/** Makes the files private. The directory may hold other files, so its own mode is only logged. */
export function closeToOthers(config: Config, log: Log): void {
  const { dataDir } = config;
  const files = privateFiles(dataDir, databaseFile(config));
  for (const file of files) makePrivate(file);
  const open = [dataDir, ...files].filter((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found !== undefined && isOpenToOthers(found);
  });
  for (const path of open) {
    log("warn", "Other users of this machine can read the data: see chatterbox doctor", { path });
  }
}

/** Reads the key that signs sessions. Throws `StartError` when it is damaged. */
export function readKey({ signingKey: given, dataDir }: Config): Uint8Array {
  if (given !== undefined) return new TextEncoder().encode(given);
  try {
    const key = signingKey(dataDir);
    if (key.length < KEY_MIN_BYTES) throw new Error(`it has ${key.length} bytes, needs ${KEY_MIN_BYTES}`);
    return key;
  } catch (error) {
    throw new StartError(
      `Cannot read the signing key ${join(dataDir, "signing.key")} (${
        reason(error)
      }): restore it, or move it away, which logs everybody out`,
    );
  }
}

/** Opens the database. Throws `StartError` when it cannot be used. */
export async function openDatabase(config: Config, log: Log, metrics: Metrics): Promise<Store> {
  const file = databaseFile(config);
  try {
    return await openStore(`sqlite:${file}`, log, metrics);
  } catch (error) {
    throw unusable(file, error);
  }
}
