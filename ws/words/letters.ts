import { LOOKS_LIKE } from "./look_alikes.ts";

/**
 * Encodes in one integer the letter that a character is compared as, and how it was derived. Case, width, accents and
 * look-alikes are folded. Letters of other scripts than Latin keep the distinctions of their script.
 */
export const LETTER = (1 << 21) - 1;
/** A digit that can be read as a letter ("5hit"). */
export const DIGIT = 1 << 21;
/** A sign that can be read as a letter ("$hit"). */
export const SIGN = 1 << 22;
/** From a script that is written without spaces. */
export const UNSPACED = 1 << 23;
/** Written as a to z; only the case was folded. */
export const PLAIN = 1 << 24;

/** `i` or `l`: "1", "!", "|". Encoded as `i`. */
export const EITHER = 1 << 25;

/** Not a letter: separates words. */
export const GAP = 0;
/** Invisible or decorative: ignored. */
export const UNSEEN = -1;
/** Represents several letters, listed in `LIGATURES`. */
const LIGATURE = -2;

const A = 97;
export const I = 105;
export const L = 108;

const SIGNS: Readonly<Record<string, string>> = {
  "@": "a",
  "$": "s",
  "!": "i",
  "|": "i",
  "+": "t",
  "€": "e",
  "£": "l",
  "¢": "c",
  "§": "s",
};
const DIGITS = "oizeasgtbg";
const LIKE_I_AND_L = /[1!|ıɪӏⅼꓲǀӀ]/u;

const UNSPACED_SCRIPT =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const IN_WORDS = /[\p{L}\p{N}\p{M}]/u;
/** Format characters, general combining marks, vowel points, the Arabic tatweel, fillers. */
const NOT_SEEN =
  /[\p{Cf}\u0640\u115f\u1160\u3164\uffa0\u{e0100}-\u{e01ef}\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]|(?=\p{M})\p{Script=Inherited}|\p{Me}/u;

/** Blocks in which NFKD, accents and look-alikes matter. Elsewhere only the case is folded. */
const FOLDED_BLOCKS: readonly (readonly [number, number])[] = [
  [0x80, 0x5ff],
  [0x13a0, 0x13ff],
  [0x1d00, 0x1fff],
  [0x2070, 0x218f],
  [0x2460, 0x24ff],
  [0x2c60, 0x2cff],
  [0xa4d0, 0xa4ff],
  [0xa720, 0xa7ff],
  [0xab30, 0xabbf],
  [0xfb00, 0xfb4f],
  [0xfe80, 0xfefc],
  [0xff00, 0xffef],
];

const LIGATURES = new Map<number, readonly number[]>();

/** The basic plane, built once: 256 KB, a few milliseconds. */
const TABLE = makeTable();

/** Letters of the astral planes that NFKC decomposes: mathematical ones, and those in squares. */
const ASTRAL = new Map(
  [[0x1d400, 0x1d7ff], [0x1f110, 0x1f149]].flatMap(([from, to]) =>
    Array.from({ length: to! - from! + 1 }, (_, at) => [from! + at, foldCompatible(from! + at)] as const)
  ),
);

/** Encodes a UTF-16 unit or code point; see the constants above. */
export function letterOf(point: number): number {
  return point < 0x10000 ? TABLE[point]! : foldAstral(point);
}

/** The letters of a character for which `letterOf()` returns neither a letter nor `GAP` nor `UNSEEN`. */
export function lettersOf(point: number): readonly number[] {
  return LIGATURES.get(point) ?? [];
}

export function isLigature(letter: number): boolean {
  return letter === LIGATURE;
}

function makeTable(): Int32Array {
  const table = new Int32Array(0x10000);
  // Lone surrogates are not characters.
  const units = Uint16Array.from({ length: 0x10000 }, (_, at) => at >= 0xd800 && at < 0xe000 ? 0 : at);
  const all = new TextDecoder("utf-16le").decode(units);
  for (const { 0: run, index } of all.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    for (let at = index; at < index + run.length; at++) table[at] = at;
  }
  for (const { 0: letter, index } of all.matchAll(/\p{Lu}/gu)) table[index] = letter.toLowerCase().charCodeAt(0);
  for (const { 0: run, index } of all.matchAll(new RegExp(`(?:${UNSPACED_SCRIPT.source})+`, "gu"))) {
    for (let at = index; at < index + run.length; at++) if (table[at]! > 0) table[at]! |= UNSPACED;
  }
  for (const { 0: run, index } of all.matchAll(new RegExp(`(?:${NOT_SEEN.source})+`, "gu"))) {
    table.fill(UNSEEN, index, index + run.length);
  }
  // Letters by name, apostrophes by use.
  table.fill(GAP, 0x2b9, 0x2c0);
  for (let point = 0x21; point < 0x7f; point++) table[point] = foldAscii(String.fromCharCode(point));
  for (const [from, to] of FOLDED_BLOCKS) {
    for (let point = from; point <= to; point++) if (table[point] !== UNSEEN) table[point] = fold(point, table[point]!);
  }
  return table;
}

function foldAscii(character: string): number {
  const letter = character.toLowerCase();
  if (/[a-z]/.test(letter)) return letterFor(character, letter) | PLAIN;
  if (/[0-9]/.test(character)) return letterFor(character, DIGITS[Number(character)]!) | DIGIT;
  const sign = SIGNS[character];
  return sign === undefined ? GAP : letterFor(character, sign) | SIGN;
}

/** `known` is the encoding of the point before folding. */
function fold(point: number, known: number): number {
  const character = String.fromCodePoint(point);
  const sign = SIGNS[character];
  if (sign !== undefined) return letterFor(character, sign) | SIGN;
  const look = LOOKS_LIKE.get(character);
  if (look !== undefined) return letterFor(character, look);
  const parts = [...character.normalize("NFKD").toLowerCase()].filter((part) => !/\p{M}/u.test(part));
  const keepsMarks = /\p{Script=Cyrillic}/u.test(character) && !/[ёЁѐЀ]/u.test(character);
  if (keepsMarks) return known;
  const letters = parts.filter((part) => IN_WORDS.test(part)).map(foldPart);
  // "⑴" is "(1)": a character that decomposes into signs counts as a sign.
  if (letters.length === 0 || letters.length < parts.length && !known) return circled(parts);
  if (letters.length === 1) return letters[0]!;
  LIGATURES.set(point, letters);
  return LIGATURE;
}

/** "⒡" and its like are letters in brackets. */
function circled(parts: readonly string[]): number {
  return parts.length === 3 && /[a-z]/.test(parts[1]!) ? letterFor("", parts[1]!) : GAP;
}

function foldPart(part: string): number {
  const look = LOOKS_LIKE.get(part);
  if (look !== undefined) return letterFor(part, look);
  if (/[a-z]/.test(part)) return letterFor(part, part);
  if (/[0-9]/.test(part)) return letterFor(part, DIGITS[Number(part)]!) | DIGIT;
  const point = part.codePointAt(0)!;
  return UNSPACED_SCRIPT.test(part) ? point | UNSPACED : point;
}

function foldAstral(point: number): number {
  // Regional indicators, and letters in squares and circles that have no decomposition.
  if (point >= 0x1f1e6 && point <= 0x1f1ff) return letterFor("", String.fromCharCode(A + point - 0x1f1e6));
  if (point >= 0x1f150 && point <= 0x1f169) return letterFor("", String.fromCharCode(A + point - 0x1f150));
  if (point >= 0x1f170 && point <= 0x1f189) return letterFor("", String.fromCharCode(A + point - 0x1f170));
  const known = ASTRAL.get(point);
  if (known !== undefined) return known;
  const character = String.fromCodePoint(point);
  if (NOT_SEEN.test(character)) return UNSEEN;
  if (!IN_WORDS.test(character)) return GAP;
  if (point >= 0x20000 && point <= 0x3ffff) return point | UNSPACED;
  return character.toLowerCase().codePointAt(0)!;
}

function foldCompatible(point: number): number {
  const [part = ""] = String.fromCodePoint(point).normalize("NFKC").replace(/[()]/g, "").toLowerCase();
  return IN_WORDS.test(part) ? foldPart(part) : GAP;
}

/** `letter` is one of a to z. */
function letterFor(character: string, letter: string): number {
  return letter.charCodeAt(0) | (LIKE_I_AND_L.test(character) ? EITHER : 0);
}
