/** Users that one text can mention. */
export const MENTIONS_MAX = 50;

/** What follows an @ that no letter, digit or sign of an address precedes, as far as it can be a username. */
const MENTION = /(?<![\p{L}\p{N}_.@/-])@([A-Za-z0-9_.-]{3,40})/gu;

/**
 * The names that a text may mention, in lower case and each once. A full stop or dash at the end may belong to the name or
 * to the sentence: both readings are returned, since names are looked up. At most {@link MENTIONS_MAX} mentions are read.
 */
export function mentionedNames(text: string): string[] {
  if (!text.includes("@")) return [];
  const names = new Set<string>();
  let count = 0;
  for (const [, found] of text.matchAll(MENTION)) {
    if (++count > MENTIONS_MAX) break;
    const name = found!.toLowerCase();
    if (name.length <= 32) names.add(name);
    const bare = name.replace(/[.-]+$/, "");
    if (bare.length >= 3 && bare.length <= 32) names.add(bare);
  }
  return [...names];
}
