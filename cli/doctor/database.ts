import { statSync } from "node:fs";
import { inspectDatabase, type Inspection } from "../../db/sqlite/inspect_database.ts";
import { brief } from "../chat/clean.ts";
import { reason } from "../terminal/reason.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";
import { formatBytes, formatDuration } from "../../views/quantity.ts";

/** Records may be a little ahead of a clock that was set back, in ms. */
const CLOCK_PATIENCE = 60_000;

/** A WAL larger than this many bytes is not being taken in; the server lets it grow to some 64 MB. */
const WAL_MAX = 256e6;

/** The database: whether it is whole, of which version, what is in it; and by its newest record, the clock. */
export function lookAtDatabase(file: string, now: number): { inspection: Inspection | undefined; findings: Finding[] } {
  try {
    if (!statSync(file, { throwIfNoEntry: false })) {
      const finding = ok("database", `${file} is not there yet: the first start makes it`);
      return { inspection: undefined, findings: [finding] };
    }
    const inspection = inspectDatabase(file);
    const { damage } = inspection;
    if (damage !== undefined) return { inspection, findings: [damaged(file, damage)] };
    return {
      inspection,
      findings: [
        whole(file, inspection),
        lookAtMigrations(inspection),
        lookAtContents(file, inspection),
        lookAtClock(inspection, now),
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
    "stop the server, keep a copy of the folder as it is, and go back to a backup with chatterbox restore FILE",
  );
}

function unreadable(file: string, said: string): Finding {
  if (/malformed/.test(said)) return damaged(file, said);
  const advice = /not a database/.test(said)
    ? "move that file away, or choose another folder with --data"
    : /disk is full/.test(said)
    ? "make room on the disk"
    : /locked|busy/.test(said)
    ? "another program keeps it locked; try again when that has ended"
    : "check its permissions and the disk, and run doctor as the user who runs the server";
  return failure("database", `Cannot open ${file} (${said})`, advice);
}

function lookAtMigrations({ hasTables, migration, missing, unknown }: Inspection): Finding {
  const facts = { last: migration ?? null, missing, unknown };
  if (unknown.length > 0) {
    return failure(
      "migrations",
      `the database was made by a newer version of Chatterbox (${brief(unknown.join(", "))})`,
      "run that version, or go back to where it was before with chatterbox rollback",
      facts,
    );
  }
  if (migration === undefined && hasTables) {
    const advice = "choose another file with DATABASE_URL, or another folder with --data";
    return failure("migrations", "this is the database of another program", advice, facts);
  }
  if (migration === undefined) return ok("migrations", "it is empty: the next start makes its tables", facts);
  if (missing.length > 0) {
    return ok("migrations", `at ${migration}: the next start brings it to ${missing.at(-1)}`, facts);
  }
  return ok("migrations", `up to date (${migration})`, facts);
}

function lookAtContents(file: string, { rows, size }: Inspection): Finding {
  const wal = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const counts = Object.entries(rows).map(([table, count]) => `${table} ${count}`);
  const text = `${counts.join(", ") || "no tables"}; ${formatBytes(size)}, WAL ${formatBytes(wal)}`;
  const facts = { rows, size, wal };
  if (wal <= WAL_MAX) return ok("contents", text, facts);
  return warning(
    "contents",
    `${text}: the WAL is not taken into the database`,
    "end what has the database open beside the server, or restart the server",
    facts,
  );
}

function lookAtClock({ newest }: Inspection, now: number): Finding {
  const clock = new Date(now).toISOString();
  if (newest === undefined) return ok("clock", `${clock}; there is no record yet to compare it with`);
  const facts = { now, newest };
  if (newest > now + CLOCK_PATIENCE) {
    return warning(
      "clock",
      `${clock} is ${formatDuration(newest - now)} before the newest record (${new Date(newest).toISOString()})`,
      "set this machine's clock, and let it be kept right (NTP)",
      facts,
    );
  }
  return ok("clock", `${clock}; the newest record is ${formatDuration(Math.max(0, now - newest))} old`, facts);
}
