/** Latin, Greek and Cyrillic accents, and the vowel signs that Hebrew and Arabic usually omit. */
const ACCENTS = /[\u0300-\u036F\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u064B-\u065F\u0670]/g;

/** Zero-width characters, soft hyphens, direction marks. */
const UNSEEN = /\p{Cf}/gu;

/** Marks beyond eight on one letter: sorting thousands takes tens of milliseconds. */
const PILES = /(?<=\p{M}{8})\p{M}+/gu;
const PILED = /\p{M}{9}/u;

/** Letters with strokes and ligatures, which Unicode does not decompose. */
const LETTERS: Readonly<Record<string, string>> = { ø: "o", ł: "l", đ: "d", ħ: "h", ŧ: "t", æ: "ae", œ: "oe", ς: "σ" };
const STROKES = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "g");

const ASCII = /^[\0-\x7F]*$/;

/** Decomposed syllables: recomposed, so that a part of one does not match. */
const SYLLABLES = /[\u1100-\u11FF\u3099\u309A]/;

/** Folds text for search: ignores case, accents, width and invisible characters, in every script. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let bare = (PILED.test(text) ? text.replace(PILES, "") : text).normalize("NFKD").replace(ACCENTS, "");
  bare = bare.replace(UNSEEN, "");
  if (SYLLABLES.test(bare)) bare = bare.normalize("NFC");
  // Through upper case, since only that maps ß to ss, ſ to s and ı to i.
  return bare.toUpperCase().toLowerCase().replace(STROKES, (letter) => LETTERS[letter]!);
}
