import type { Matcher } from "./matcher.ts";
import { written } from "./reading.ts";

/** What is joined by us must be long to be no accident: "pen_is". */
const JOINED = 6;

/** Whether a name must not be taken: as it stands, by its words, and with what parts these left out. */
export function isRefusedName(matcher: Matcher, name: string): boolean {
  const text = written(name);
  // One word is nobody's sentence about medicine.
  const how = { shortest: 1, name: !/\s/.test(text.trim()) };
  const words = text.replace(/([\p{Ll}\p{N}])(?=\p{Lu})/gu, "$1 ").replace(/[^\p{L}\p{M}@$!]+/gu, " ");
  const joined = text.replace(/[^\p{L}\p{M}\p{N}]+/gu, "");
  return matcher.finds(text, how) || matcher.finds(words, how) || matcher.finds(joined, { ...how, shortest: JOINED });
}
