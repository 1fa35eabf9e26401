import { DIGIT, LETTER } from "./letters.ts";
import type { Reading } from "./reading.ts";
import type { Term } from "./terms.ts";

/** Signs that mask a letter. */
const SIGNS = "*#%@$!_";
const MORE_SIGNS = /^[*#%@$!_×•●■█\u{1f300}-\u{1faff}\u2600-\u27bf]+$/u;
/** Masks that also separate words. */
const STROKES = "-–—";
const VOWEL = /[aeiouyаеёиоуыэюяαεηιουω]/u;
const LONGEST = 24;
const NONE: readonly Term[] = [];

/** Matches masked words, in which signs replace letters: "f**k", "b*tch", "m*therf*cker", "fu**". */
export class Masks {
  readonly #words = new Map<string, Term[]>();
  /** Words in which a stroke may mask one vowel. */
  readonly #strokes = new Map<string, Term[]>();
  /** All beginnings up to the first sign, which reject most texts early. */
  readonly #beginnings = new Set<string>();

  add(term: Term): void {
    const size = term.length;
    if (size < 4 || size > LONGEST) return;
    const word = term.letters.map((letter, at) => String.fromCodePoint(letter).repeat(term.runs[at]!)).join("");
    for (let from = 1; from < size; from++) {
      this.#beginnings.add(word.slice(0, from));
      // At least two letters must be visible; a mask at the end hides at least two.
      for (let to = from + 1; to <= size && size - (to - from) >= 2; to++) {
        if (to === size && (from < 2 || to - from < 2 || term.honest)) continue;
        put(this.#words, word.slice(0, from) + "*".repeat(to - from) + word.slice(to), term);
      }
    }
    const vowels = [...word].flatMap((letter, at) => at > 0 && VOWEL.test(letter) ? [at] : []).slice(0, 5);
    this.#addVowels(term, word, vowels);
    if (!term.own) { for (const at of vowels) if (at < size - 1) put(this.#strokes, hide(word, at), term); }
    if (term.text === "fuck") put(this.#words, "f***", term);
  }

  /** Every combination of masked vowels: "m*therf*cker". */
  #addVowels(term: Term, masked: string, vowels: readonly number[]): void {
    for (const [index, at] of vowels.entries()) {
      const more = hide(masked, at);
      this.#beginnings.add(more.slice(0, at));
      put(this.#words, more, term);
      this.#addVowels(term, more, vowels.slice(index + 1));
    }
  }

  /** The words that begin with a piece and continue after a mask. A mask may match several words. */
  at(reading: Reading, piece: number): readonly Term[] {
    const before = reading.text[reading.begins[reading.from[piece]!]! - 1];
    if (before !== undefined && before !== "*" && hides(before)) return NONE;
    if (reading.to[piece]! - reading.from[piece]! > LONGEST) return NONE;
    let key = letters(reading, piece);
    reading.steps += key.length;
    let strokes = false;
    for (let next = piece + 1; this.#beginnings.has(key); next++) {
      const more = next < reading.pieces;
      if (more && reading.gapLength(next) > LONGEST) return this.#tail(reading, piece, next, key);
      const gap = more ? reading.gapBefore(next) : "";
      const stroke = gap.length === 1 && STROKES.includes(gap);
      if (gap === "" || !stroke && !hides(gap)) return this.#tail(reading, piece, next, key);
      strokes ||= stroke;
      key += (gap.length === 1 ? "*" : "*".repeat([...gap].length)) + letters(reading, next);
      reading.steps += key.length;
      const found = (strokes ? this.#strokes : this.#words).get(key);
      if (found !== undefined) return found;
    }
    return NONE;
  }

  /** "fu**": the mask ends the word. */
  #tail(reading: Reading, first: number, next: number, key: string): readonly Term[] {
    const end = reading.ends[reading.to[next - 1]! - 1]!;
    // "**or**" is bold.
    if (reading.text[reading.begins[reading.from[first]!]! - 1] === "*") return NONE;
    const stars = /^\*+/.exec(reading.text.slice(end, end + LONGEST))?.[0] ?? "";
    return stars === "" ? NONE : this.#words.get(key + stars) ?? NONE;
  }
}

function hides(gap: string): boolean {
  return gap.length === 1 && gap < "\x80" ? SIGNS.includes(gap) : MORE_SIGNS.test(gap);
}

/** A character that occurs in no masked word. */
const NUMBER = "\0";

/** "80-8" and "455_5" are numbers: the visible part of a word must not consist of digits. */
function letters(reading: Reading, piece: number): string {
  let text = "";
  let isNumber = true;
  const end = Math.min(reading.to[piece]!, reading.from[piece]! + LONGEST + 1);
  for (let at = reading.from[piece]!; at < end; at++) {
    const letter = reading.letters[at]!;
    isNumber &&= (letter & DIGIT) !== 0;
    text += String.fromCodePoint(letter & LETTER);
  }
  return isNumber ? NUMBER : text;
}

function hide(word: string, at: number): string {
  return `${word.slice(0, at)}*${word.slice(at + 1)}`;
}

function put(words: Map<string, Term[]>, masked: string, term: Term): void {
  const terms = words.get(masked);
  if (terms === undefined) words.set(masked, [term]);
  else if (!terms.includes(term)) terms.push(term);
}
