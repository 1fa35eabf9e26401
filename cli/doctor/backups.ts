import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../settings/config.ts";
import { type Finding, ok, warning } from "./finding.ts";
import { formatBytes, formatDuration, plural } from "../../views/quantity.ts";

/** Age above which the newest backup is reported, in ms: a week. */
const OLD = 7 * 86_400_000;

const ADVICE = "set BACKUP_EVERY=1d, or run chatterbox backup FILE";

/**
 * Checks the backups in the data directory: how many, and how old the newest is. Backups kept elsewhere are not known.
 */
export function checkBackups({ dataDir }: Config, hasMessages: boolean, now: number): Finding {
  const folder = join(dataDir, "backups");
  const backups = backupsIn(folder);
  const newest = backups.at(-1);
  const size = backups.reduce((sum, { size }) => sum + size, 0);
  const facts = { count: backups.length, size, newest: newest?.time ?? null };
  if (!newest && !hasMessages) return ok("backups", "nothing to back up yet", facts);
  if (!newest) return warning("backups", `none in ${folder}`, ADVICE, facts);
  const text = `${plural(backups.length, "backup")} in ${folder}, ${formatBytes(size)}; the newest is ${
    formatDuration(Math.max(0, now - newest.time))
  } old`;
  return now - newest.time > OLD ? warning("backups", text, ADVICE, facts) : ok("backups", text, facts);
}

/** Oldest first. Copies made before a migration count too. */
function backupsIn(folder: string): { time: number; size: number }[] {
  return namesIn(folder).filter((name) => name.endsWith(".db") && !name.startsWith(".")).flatMap((name) => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    return found?.isFile() ? [{ time: found.mtimeMs, size: found.size }] : [];
  }).sort((a, b) => a.time - b.time);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
