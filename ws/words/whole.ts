import { DIGIT, PLAIN, SIGN } from "./letters.ts";
import type { Reading } from "./reading.ts";
import type { Term } from "./terms.ts";

/** Shorter words happen by accident: in part numbers ("TIT2"), in abbreviations. */
const LONG = 4;

/**
 * Whether some letters of a piece are a word, which they are but for the digits: read as letters these make words of
 * hashes and part numbers, so there must be few of them, and no other sense.
 */
export function isWord(reading: Reading, term: Term, piece: number, from: number, to: number, name: boolean): boolean {
  let digits = 0;
  // Something between the letters that is not seen is a disguise.
  let plain = reading.ends[to - 1]! - reading.begins[from]! === to - from;
  for (let at = from; at < to; at++) {
    if (reading.letters[at]! & DIGIT) digits++;
    if (!(reading.letters[at]! & PLAIN)) plain = false;
  }
  if (term.honest && !name && plain && isRegular(reading.written(from, to)) && to - from <= term.length + 1) {
    return false;
  }
  const beside = to < reading.to[piece]! || from > reading.from[piece]!;
  if (beside && term.length < LONG) return false;
  if (digits === 0) return true;
  const whole = reading.written(reading.from[piece]!, reading.to[piece]!);
  if (digits * 2 > to - from || /^[\da-f]+$/i.test(whole)) return false;
  return term.length >= LONG || /^\p{Ll}+\d+\p{Ll}+$/u.test(whole);
}

/** Whether letters and signs are a word: not a mention, a bracket or an exclamation. */
export function isWordWithSigns(reading: Reading, term: Term, from: number, to: number): boolean {
  let digits = 0;
  let signs = 0;
  for (let at = from; at < to; at++) {
    if (reading.letters[at]! & DIGIT) digits++;
    if (reading.letters[at]! & SIGN) signs++;
  }
  if (signs === 0 || digits * 2 > to - from || digits + signs === to - from) return false;
  const text = reading.written(from, to);
  if (/^[!|+(]|[!|(]$/.test(text)) return false;
  return !(text.startsWith("@") && signs === 1 && term.length < 6);
}

/** Written as one writes: all small, all capital, or with a capital at the start. */
function isRegular(word: string): boolean {
  const rest = word.slice(1);
  return rest === rest.toLowerCase() || word === word.toUpperCase();
}
