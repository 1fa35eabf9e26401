import { dirname } from "node:path";
import { copyDatabase } from "./copy.ts";
import { checkIsOurs } from "./database_age.ts";
import { checkpoint, freeName, giveToOwner, isPartOf, isTaken, partialOf, putInPlace, real } from "./database_file.ts";

/**
 * Advances every room's counter by this much. Pages and bots may hold revisions that the restored database never had.
 * If those numbers were reused, clients would miss the changes behind them.
 */
const LEAP = 1_000_000;

/**
 * Replaces `to` with a checked copy of `from`. The previous file is kept: resolves to its new name, or undefined if
 * there was none. Throws "already exists" unless `force`, "is in use" if `to` is open, and any error of `from`; `to` is
 * unchanged then.
 */
export async function restoreDatabase(
  { from, to, label, force, now }: { from: string; to: string; label: string; force: boolean; now: number },
): Promise<string | undefined> {
  if (isPartOf(to, from)) throw new Error("that is the database itself");
  checkIsOurs(from);
  const place = real(to);
  const taken = isTaken(place);
  if (taken && !force) throw new Error(`"${to}" already exists`);
  checkpoint(place);
  const partial = partialOf(place);
  const kept = taken ? freeName(`${place}.before-${label}-`, now) : undefined;
  const statements = `update rooms set head = head + ${LEAP}`;
  await copyDatabase({ from, partial, check: "integrity_check", statements }, () => {
    giveToOwner(partial, dirname(place));
    putInPlace(partial, place, kept);
  });
  return kept;
}
