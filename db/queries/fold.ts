/** Accents of Latin, Greek and Cyrillic, and the vowel signs that Hebrew and Arabic mostly leave out. */
const ACCENTS = /[\u0300-\u036F\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u064B-\u065F\u0670]/g;

/** Zero-width characters, soft hyphens, directions. */
const UNSEEN = /\p{Cf}/gu;

/** Marks beyond eight on one letter: to put thousands in order takes tens of milliseconds. */
const PILES = /(?<=\p{M}{8})\p{M}+/gu;
const PILED = /\p{M}{9}/u;

/** Letters with a stroke or a ligature, which Unicode does not take apart. */
const LETTERS: Readonly<Record<string, string>> = { ø: "o", ł: "l", đ: "d", ħ: "h", ŧ: "t", æ: "ae", œ: "oe", ς: "σ" };
const STROKES = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "g");

const ASCII = /^[\0-\x7F]*$/;

/** What the decomposition takes apart, and a syllable is not found by a part of it. */
const SYLLABLES = /[\u1100-\u11FF\u3099\u309A]/;

/** A text as it is searched: without case, accents, width and what is not seen, in every script. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let bare = (PILED.test(text) ? text.replace(PILES, "") : text).normalize("NFKD").replace(ACCENTS, "");
  bare = bare.replace(UNSEEN, "");
  if (SYLLABLES.test(bare)) bare = bare.normalize("NFC");
  // By way of capitals, since only they make ß and ss, ſ and s, ı and i the same.
  return bare.toUpperCase().toLowerCase().replace(STROKES, (letter) => LETTERS[letter]!);
}
