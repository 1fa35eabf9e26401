import type { Matcher } from "./matcher.ts";
import { written } from "./reading.ts";

/** Minimum length of a word joined from parts, so that it is no accident: "pen_is". */
const JOINED = 6;

/** Whether a name must be refused: as written, by its words, or with its separators removed. */
export function isRefusedName(matcher: Matcher, name: string): boolean {
  const text = written(name);
  // A single word has no context that would make it innocent.
  const how = { shortest: 1, name: !/\s/.test(text.trim()) };
  const words = text.replace(/([\p{Ll}\p{N}])(?=\p{Lu})/gu, "$1 ").replace(/[^\p{L}\p{M}@$!]+/gu, " ");
  const joined = text.replace(/[^\p{L}\p{M}\p{N}]+/gu, "");
  return matcher.finds(text, how) || matcher.finds(words, how) || matcher.finds(joined, { ...how, shortest: JOINED });
}
