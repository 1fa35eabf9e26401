import { DIGIT, PLAIN, SIGN } from "./letters.ts";
import type { Reading } from "./reading.ts";
import type { Term } from "./terms.ts";

/** Shorter words occur by accident: in part numbers ("TIT2"), in abbreviations. */
const LONG = 4;

/**
 * Whether a range of letters is a word on its own. Digits read as letters turn hashes and part numbers into words, so
 * there must be few of them, and no other interpretation.
 */
export function isWord(reading: Reading, term: Term, piece: number, from: number, to: number, name: boolean): boolean {
  let digits = 0;
  // Invisible characters between the letters are a disguise.
  let plain = reading.ends[to - 1]! - reading.begins[from]! === to - from;
  for (let at = from; at < to; at++) {
    if (reading.letters[at]! & DIGIT) digits++;
    if (!(reading.letters[at]! & PLAIN)) plain = false;
  }
  if (term.honest && !name && plain && to - from <= term.length + 1) return false;
  const beside = to < reading.to[piece]! || from > reading.from[piece]!;
  if (beside && term.length < LONG) return false;
  return digits === 0 || isLeet(reading, term, piece, from, to, digits);
}

/** Whether digits are meant as letters. Beside a name ("anna1") they are more often a number. */
function isLeet(reading: Reading, term: Term, piece: number, from: number, to: number, digits: number): boolean {
  const whole = reading.written(reading.from[piece]!, reading.to[piece]!);
  if (term.own && whole.toLowerCase() === term.text) return true;
  if (digits * 2 > to - from || /^[\da-f]+$/i.test(whole)) return false;
  const word = reading.written(from, to);
  if (!/^(?:[^\p{Lu}]+|[^\p{Ll}]+|\p{Lu}[^\p{Lu}]+)$/u.test(word)) return false;
  // "SH17" is a part number.
  if (digits * 2 === to - from && !/\p{Ll}/u.test(word)) return false;
  if (term.length < LONG) return /^\p{Ll}+\d+\p{Ll}+$/u.test(whole);
  return !(digits === 1 && /[125689]$/.test(word));
}

/** Whether letters and signs form a word, and not a mention, an exclamation or an expression. */
export function isWordWithSigns(reading: Reading, term: Term, from: number, to: number): boolean {
  let digits = 0;
  let signs = 0;
  for (let at = from; at < to; at++) {
    if (reading.letters[at]! & DIGIT) digits++;
    if (reading.letters[at]! & SIGN) signs++;
  }
  if (signs === 0 || digits * 2 > to - from || digits + signs === to - from) return false;
  const text = reading.written(from, to);
  // "c||t" is a condition: operators must be few, and inside the word.
  const calculating = text.match(/[!|+]/g)?.length ?? 0;
  if (/^[!|+]|[!|+]$/.test(text) || calculating * 2 > to - from - signs) return false;
  if (term.length < LONG && calculating > 0) return false;
  return !(text.startsWith("@") && signs === 1 && term.length < 6);
}
