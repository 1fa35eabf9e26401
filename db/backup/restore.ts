import { dirname } from "node:path";
import { copyDatabase } from "./copy.ts";
import { checkIsOurs } from "./database_age.ts";
import { freeName, giveToOwner, isPartOf, isTaken, partialOf, putInPlace, real, settle } from "./database_file.ts";

/**
 * By so much every room's counter runs on. Pages and bots may remember changes that the restored database never saw: had
 * the same numbers been given again, those would never be shown what came under them.
 */
const LEAP = 1_000_000;

/**
 * Puts a checked copy of `from` in the place of `to`. Of what was there nothing is lost: resolves to what it is called
 * now, undefined when there was nothing. Throws "is there already" unless `force`, "is in use" while anybody has `to`
 * open, and whatever is wrong with `from`; `to` is then as it was.
 */
export async function restoreDatabase(
  { from, to, label, force, now }: { from: string; to: string; label: string; force: boolean; now: number },
): Promise<string | undefined> {
  if (isPartOf(to, from)) throw new Error("that is the database itself");
  checkIsOurs(from);
  const place = real(to);
  const taken = isTaken(place);
  if (taken && !force) throw new Error(`"${to}" is there already`);
  settle(place);
  const partial = partialOf(place);
  const kept = taken ? freeName(`${place}.before-${label}-`, now) : undefined;
  const statements = `update rooms set head = head + ${LEAP}`;
  await copyDatabase({ from, partial, check: "integrity_check", statements }, () => {
    giveToOwner(partial, dirname(place));
    putInPlace(partial, place, kept);
  });
  return kept;
}
