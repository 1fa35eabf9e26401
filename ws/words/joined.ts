import { PIECES, PIECES_OF_NAMES } from "./innocent.ts";
import { DIGIT } from "./letters.ts";
import type { Reading } from "./reading.ts";
import type { Term } from "./terms.ts";

/** Separators between the letters of a spelled-out word. */
const BETWEEN_LETTERS = /^(?:\s{1,3}|[^\s\p{L}\p{M}\p{N}]{1,3}|[-._*·•,] )$/u;
/** Separators between the parts of a split word. Nothing that ends a clause. */
const BETWEEN_PARTS = /^(?:[ \u00a0]{1,2}|[-._*~|\/\\·•^]{1,2})$/;
const APOSTROPHE = /^['’ʼ‘]$/;
/** Maximum number of pieces that form one word, unless they are single letters. */
const FEW = 4;
const VOWEL = /[aeiouy]/i;
/** Letters that are words in some language. */
const SMALL_WORDS = "aeiouy";

/**
 * Whether a word that begins with one piece may continue in another: within a few pieces, or in a row of evenly
 * separated single letters. Called for every piece, so it must reject early.
 */
export function joins(reading: Reading, first: number, piece: number): boolean {
  const length = reading.gapLength(piece);
  if (length < 1 || length > 3) return false;
  if (piece === first + 1) {
    if (isInRow(reading, first) && first > 1 && isInRow(reading, first - 1) && sameGap(reading, first - 1, first)) {
      return false;
    }
  } else if (piece - first >= FEW && !(isInRow(reading, piece) && sameGap(reading, piece - 1, piece))) return false;
  return BETWEEN_LETTERS.test(reading.gapBefore(piece));
}

/** Whether a piece and the one before it are single letters. */
function isInRow(reading: Reading, piece: number): boolean {
  return piece > 0 && isSingle(reading, piece) && isSingle(reading, piece - 1);
}

/** Whether the separators before two pieces are alike. */
function sameGap(reading: Reading, one: number, other: number): boolean {
  return reading.gapLength(one) === reading.gapLength(other) && reading.gapBefore(one) === reading.gapBefore(other);
}

/**
 * Whether pieces that form a word are meant as one, and are not ordinary words, initials or abbreviations by accident.
 */
export function joinsSafely(reading: Reading, first: number, last: number, term: Term): boolean {
  let single = true;
  for (let piece = first; piece <= last && single; piece++) single = isSingle(reading, piece);
  return single ? isSpelled(reading, first, last, term) : isTorn(reading, first, last, term);
}

/** "f u c k": single letters, evenly separated, and not part of a longer row. */
function isSpelled(reading: Reading, first: number, last: number, term: Term): boolean {
  const gap = reading.gapBefore(first + 1);
  let digits = 0;
  for (let piece = first; piece <= last; piece++) {
    if (piece > first && reading.gapBefore(piece) !== gap) return false;
    if (reading.letters[reading.from[piece]!]! & DIGIT) digits++;
  }
  const letters = last - first + 1 - digits;
  if (letters < 2 || letters < digits) return false;
  if (last + 1 < reading.pieces && isSingle(reading, last + 1) && reading.gapBefore(last + 1) === gap) return false;
  if (first > 0 && isSingle(reading, first - 1) && reading.gapBefore(first) === gap) {
    // "I f u c k": the row begins with a word.
    const before = reading.written(reading.from[first - 1]!, reading.to[first - 1]!).toLowerCase();
    const alone = first < 2 || !isSingle(reading, first - 2) || reading.gapBefore(first - 1) !== gap;
    if (!alone || !["a", "i", "u"].includes(before) || gap.trim() !== "") return false;
  }
  if (term.own || term.length > 3) return true;
  // Initials and options: "A.S.S.", "a, s, s".
  const text = spelling(reading, first, last);
  return (gap.length === 1 || gap.trim() === "") && digits === 0 && text === text.toLowerCase();
}

/** "fuc k": parts that make no other sense. */
function isTorn(reading: Reading, first: number, last: number, term: Term): boolean {
  // It is unknown which parts of an administrator's word are words themselves ("pine apple").
  if (term.length < 4 || term.own || term.honest || last - first >= FEW) return false;
  // "it's hit": what follows an apostrophe is the end of a word.
  if (first > 0 && APOSTROPHE.test(reading.gapBefore(first))) return false;
  const text = spelling(reading, first, last);
  const small = text.slice(1) === text.slice(1).toLowerCase();
  if (text.toLowerCase() !== term.text || !small && text !== text.toUpperCase()) return false;
  let ordinary = false;
  let odd = false;
  for (let piece = first; piece <= last; piece++) {
    if (piece > first && !BETWEEN_PARTS.test(reading.gapBefore(piece))) return false;
    const part = reading.written(reading.from[piece]!, reading.to[piece]!);
    if (isOrdinary(part)) ordinary = true;
    else if (part.length >= 3 || part.length === 2 && !VOWEL.test(part)) odd = true;
  }
  return odd || !ordinary && small;
}

function isOrdinary(piece: string): boolean {
  const small = piece.toLowerCase();
  if (piece.length === 1) return SMALL_WORDS.includes(small);
  return PIECES.has(small) || piece !== small && PIECES_OF_NAMES.has(small);
}

export function spelling(reading: Reading, first: number, last: number): string {
  let text = "";
  for (let piece = first; piece <= last; piece++) text += reading.written(reading.from[piece]!, reading.to[piece]!);
  return text;
}

function isSingle(reading: Reading, piece: number): boolean {
  return reading.to[piece]! - reading.from[piece]! === 1;
}
