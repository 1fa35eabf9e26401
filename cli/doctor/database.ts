import { statSync } from "node:fs";
import { inspectDatabase, type Inspection } from "../../db/sqlite/inspect_database.ts";
import { brief } from "../chat/clean.ts";
import { reason } from "../terminal/reason.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";
import { formatBytes, formatDuration } from "../../views/quantity.ts";

/** How far records may be ahead of the clock, in ms, after it was set back a little. */
const CLOCK_TOLERANCE = 60_000;

/** WAL size, in bytes, above which checkpoints must be failing. The server lets it grow to about 64 MB. */
const WAL_MAX = 256e6;

/** Checks the database: integrity, version and contents; and the clock against its newest record. */
export function checkDatabase(file: string, now: number): { inspection: Inspection | undefined; findings: Finding[] } {
  try {
    if (!statSync(file, { throwIfNoEntry: false })) {
      const finding = ok("database", `${file} does not exist yet: the first start creates it`);
      return { inspection: undefined, findings: [finding] };
    }
    const inspection = inspectDatabase(file);
    const { damage } = inspection;
    if (damage !== undefined) return { inspection, findings: [damaged(file, damage)] };
    return {
      inspection,
      findings: [
        whole(file, inspection),
        checkMigrations(inspection),
        checkContents(file, inspection),
        checkClock(inspection, now),
      ],
    };
  } catch (error) {
    return { inspection: undefined, findings: [unreadable(file, reason(error))] };
  }
}

function whole(file: string, { checkedIn }: Inspection): Finding {
  const ms = Math.round(checkedIn);
  return ok("database", `${file} is whole (quick_check, ${ms} ms)`, { file, checkedIn: ms });
}

function damaged(file: string, damage: string): Finding {
  return failure(
    "database",
    `${file} is damaged (${brief(damage)})`,
    "stop the server, keep a copy of the folder, and restore a backup with chatterbox restore FILE",
  );
}

function unreadable(file: string, said: string): Finding {
  if (/malformed/.test(said)) return damaged(file, said);
  const advice = /not a database/.test(said)
    ? "move that file away, or choose another folder with --data"
    : /disk is full/.test(said)
    ? "free disk space"
    : /locked|busy/.test(said)
    ? "another program has locked it; try again when that has ended"
    : "check its permissions and the disk, and run doctor as the user who runs the server";
  return failure("database", `Cannot open ${file} (${said})`, advice);
}

function checkMigrations({ hasTables, migration, missing, unknown }: Inspection): Finding {
  const facts = { last: migration ?? null, missing, unknown };
  if (unknown.length > 0) {
    return failure(
      "migrations",
      `the database was made by a newer version of Chatterbox (${brief(unknown.join(", "))})`,
      "run that version, or go back to the database before the upgrade with chatterbox rollback",
      facts,
    );
  }
  if (migration === undefined && hasTables) {
    const advice = "choose another file with DATABASE_URL, or another folder with --data";
    return failure("migrations", "this is the database of another program", advice, facts);
  }
  if (migration === undefined) return ok("migrations", "it is empty: the next start creates its tables", facts);
  if (missing.length > 0) {
    return ok("migrations", `at ${migration}: the next start upgrades it to ${missing.at(-1)}`, facts);
  }
  return ok("migrations", `up to date (${migration})`, facts);
}

function checkContents(file: string, { rows, size }: Inspection): Finding {
  const wal = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const counts = Object.entries(rows).map(([table, count]) => `${table} ${count}`);
  const text = `${counts.join(", ") || "no tables"}; ${formatBytes(size)}, WAL ${formatBytes(wal)}`;
  const facts = { rows, size, wal };
  if (wal <= WAL_MAX) return ok("contents", text, facts);
  return warning(
    "contents",
    `${text}: the WAL is not being checkpointed`,
    "close other programs that have the database open, or restart the server",
    facts,
  );
}

function checkClock({ newest }: Inspection, now: number): Finding {
  const clock = new Date(now).toISOString();
  if (newest === undefined) return ok("clock", `${clock}; no record to compare it with yet`);
  const facts = { now, newest };
  if (newest > now + CLOCK_TOLERANCE) {
    return warning(
      "clock",
      `${clock} is ${formatDuration(newest - now)} before the newest record (${new Date(newest).toISOString()})`,
      "set this machine's clock, and keep it synchronized (NTP)",
      facts,
    );
  }
  return ok("clock", `${clock}; the newest record is ${formatDuration(Math.max(0, now - newest))} old`, facts);
}
