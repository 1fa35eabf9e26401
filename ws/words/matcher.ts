import type { Word } from "../../db/model.ts";
import { Exceptions } from "./exceptions.ts";
import { joins, joinsSafely, spelling } from "./joined.ts";
import { DIGIT, EITHER, I, L, LETTER, letterOf, SIGN, UNSPACED } from "./letters.ts";
import { Reading, written } from "./reading.ts";
import { isMostlyDigits, type Node, SPACE, type Term } from "./terms.ts";
import { ENGLISH, Vocabulary } from "./vocabulary.ts";
import { isWord, isWordWithSigns } from "./whole.ts";

/** Maximum letters of a word after its first piece. The longest of the administrators' words has 60. */
const FURTHER = 64;
/** How often one walk may try the other reading of a "1". */
const FORKS = 8;

/** Where a walk begins, which decides how it may end. */
type Place = "piece" | "signs" | "inside" | "phrase";

export interface Finding {
  /** Minimum number of letters of a word. */
  readonly shortest: number;
  /** Whether the text is a name: then capitals do not distinguish "Dick" from "dick". */
  readonly name: boolean;
}

const IN_TEXT: Finding = { shortest: 1, name: false };

/** Finds forbidden words in one pass, with bounded work per letter, because texts are untrusted. */
export class Matcher {
  readonly #reading = new Reading();
  readonly #vocabularies: readonly Vocabulary[];
  /** Words that leetspeak would confuse with numbers. Found only as they are written. */
  readonly #numbers: ReadonlySet<string>;
  readonly #exceptions: Exceptions;
  /** Whether a word is of a script without spaces, so that it may begin anywhere. */
  readonly #unspaced: boolean;
  #how = IN_TEXT;
  #vocabulary = ENGLISH;

  /** How often each letter of the walk is repeated. */
  readonly #runs = new Int32Array(256);
  #place: Place = "piece";
  #from = 0;
  #piece = 0;
  /** The minimum and maximum end of the word. */
  #reach = 0;
  #end = 0;
  #forks = 0;
  #further = 0;

  /** `exceptions: false` disables the built-in exceptions, to find them. */
  constructor(words: readonly Word[], { exceptions = true } = {}) {
    this.#exceptions = new Exceptions(
      words.filter(({ kind }) => kind === "allowed").map(({ word }) => word),
      exceptions,
    );
    const own = words.filter(({ kind }) => kind === "forbidden").map(({ word }) => written(word).toLowerCase());
    this.#numbers = new Set(own.filter(isMostlyDigits));
    const others = own.filter((word) => !this.#numbers.has(word));
    this.#unspaced = others.some(isUnspaced);
    this.#vocabularies = others.length === 0 ? [ENGLISH] : [ENGLISH, new Vocabulary(others, true)];
  }

  /** The cost of the last call: see `Reading.steps`. */
  get steps(): number {
    return this.#reading.steps;
  }

  finds(text: string, how = IN_TEXT): boolean {
    this.#how = how;
    this.#reading.read(text);
    return this.#vocabularies.some((vocabulary) => {
      this.#vocabulary = vocabulary;
      return this.#findsAny();
    });
  }

  #findsAny(): boolean {
    const { pieces, signs, masks } = this.#reading;
    for (let piece = 0; piece < pieces; piece++) if (this.#findsAt(piece)) return true;
    return signs && this.#findsAmongSigns() || masks && this.#findsMasked();
  }

  /** Finds words that begin with a piece, in it or continuing in those after it. */
  #findsAt(piece: number): boolean {
    const { letters, from: begins, to: ends } = this.#reading;
    const from = begins[piece]!;
    const to = ends[piece]!;
    let reach = to;
    while (reach > from && letters[reach - 1]! & DIGIT) reach--;
    if (this.#startAt("piece", piece, from, reach, to)) return true;
    if (letters[from]! & DIGIT && reach > from) {
      let letter = from;
      while (letters[letter]! & DIGIT) letter++;
      if (this.#startAt("piece", piece, letter, reach, to)) return true;
    }
    if (this.#numbers.size > 0 && this.#isNumber(from, to)) return true;
    if (
      this.#vocabulary.phrases.root.next.has(letters[from]! & LETTER) && this.#startAt("phrase", piece, from, to, to)
    ) {
      return true;
    }
    return this.#unspaced && (letters[from]! & UNSPACED) !== 0 && this.#findsInside(piece, from, to);
  }

  #isNumber(from: number, to: number): boolean {
    return this.#numbers.has(this.#reading.written(from, to).toLowerCase());
  }

  #startAt(place: Place, piece: number, from: number, reach: number, end: number): boolean {
    this.#place = place;
    this.#piece = piece;
    this.#from = from;
    this.#reach = reach;
    this.#end = end;
    this.#forks = FORKS;
    this.#further = FURTHER;
    return this.#walk(
      (place === "phrase" ? this.#vocabulary.phrases : this.#vocabulary.words).root,
      -1,
      0,
      from,
      end,
      piece,
    );
  }

  /** Continues from a node, which was reached with letter `last`, at letter `at`. */
  #walk(node: Node, depth: number, last: number, at: number, end: number, current: number): boolean {
    const reading = this.#reading;
    const { letters, pieces } = reading;
    const runs = this.#runs;
    for (;;) {
      while (at < end) {
        reading.steps++;
        if (current !== this.#piece && this.#further-- <= 0) return false;
        const letter = letters[at]! & LETTER;
        const other = this.#other(at);
        if (other !== 0 && this.#forks > 0 && (last === other || node.next.has(other))) {
          // Ambiguous: try the second letter here, and the first one below.
          this.#forks--;
          if (last === other) {
            runs[depth]!++;
            if (this.#meets(node, at + 1, current)) return true;
            if (this.#walk(node, depth, last, at + 1, end, current)) return true;
            runs[depth]!--;
          } else {
            const kept = runs[depth + 1]!;
            const next = node.next.get(other)!;
            runs[depth + 1] = 1;
            if (this.#meets(next, at + 1, current)) return true;
            if (this.#walk(next, depth + 1, other, at + 1, end, current)) return true;
            runs[depth + 1] = kept;
          }
        }
        at++;
        if (letter === last) runs[depth]!++;
        else {
          const next = node.next.get(letter);
          if (next === undefined) return false;
          node = next;
          runs[++depth] = 1;
          last = letter;
        }
        if (node.terms !== undefined && this.#meets(node, at, current)) return true;
      }
      if (this.#place === "signs" || this.#place === "inside" || ++current >= pieces) return false;
      if (this.#place === "phrase") {
        const next = node.next.get(SPACE);
        if (next === undefined || this.#reading.gapLength(current) > 3) return false;
        node = next;
        runs[++depth] = 1;
        last = SPACE;
      } else if (!joins(this.#reading, this.#piece, current)) return false;
      at = this.#reading.from[current]!;
      end = this.#reading.to[current]!;
    }
  }

  /**
   * The alternative reading of a letter, or 0: "1" is "i" or "l", and so are "I" and "l" where their case is unusual.
   */
  #other(at: number): number {
    const letter = this.#reading.letters[at]!;
    const code = letter & LETTER;
    if (code !== I && code !== L) return 0;
    if (letter & EITHER) return code === I ? L : I;
    return this.#reading.standsOut(at) ? code === I ? L : I : 0;
  }

  /** Whether one of the terms that end at a node matches the text up to a letter. */
  #meets({ terms }: Node, to: number, last: number): boolean {
    if (terms === undefined) return false;
    if (last === this.#piece ? to < this.#reach : to !== this.#reading.to[last]) return false;
    if (this.#place === "phrase" && to !== this.#reading.to[last]) return false;
    this.#reading.steps += terms.length;
    return terms.some((term) =>
      term.length >= this.#how.shortest && this.#reaches(term) && this.#counts(term, to, last)
    );
  }

  #reaches({ runs }: Term): boolean {
    return runs.every((run, at) => this.#runs[at]! >= run);
  }

  #counts(term: Term, to: number, last: number): boolean {
    const reading = this.#reading;
    const first = this.#piece;
    const { name } = this.#how;
    if (this.#exceptions.allows(term)) return false;
    if (this.#place === "signs") {
      return isWordWithSigns(reading, term, this.#from, to) &&
        !this.#exceptions.except(term, reading.written(this.#from, to), name);
    }
    if (this.#place === "phrase") return !this.#exceptions.cover(reading, term, first, last);
    if (first !== last && !joinsSafely(reading, first, last, term)) return false;
    if (first === last && this.#place === "piece" && !isWord(reading, term, first, this.#from, to, name)) return false;
    const spelled = first === last ? reading.written(this.#from, to) : spelling(reading, first, last);
    return !this.#exceptions.except(term, spelled, name) && !this.#exceptions.cover(reading, term, first, last);
  }

  /** Finds words of scripts without spaces, anywhere in a run of such letters. */
  #findsInside(piece: number, from: number, to: number): boolean {
    for (let at = from; at < to; at++) {
      if (this.#startAt("inside", piece, at, at + 1, Math.min(to, at + FURTHER))) return true;
    }
    return false;
  }

  /** Finds words with signs for letters: runs of letters, digits and signs without a gap. Outer signs are optional. */
  #findsAmongSigns(): boolean {
    const { letters, begins, ends, size } = this.#reading;
    for (let from = 0, to = 1; from < size; from = to, to = from + 1) {
      let signs = letters[from]! & SIGN;
      for (; to < size && begins[to] === ends[to - 1]; to++) signs |= letters[to]! & SIGN;
      if (signs === 0) continue;
      let first = from;
      while (first < to && letters[first]! & SIGN) first++;
      let last = to;
      while (last > first && letters[last - 1]! & SIGN) last--;
      if (first === last) continue;
      for (const start of new Set([from, Math.max(from, first - 1), first])) {
        if (this.#startAt("signs", 0, start, last, to)) return true;
      }
    }
    return false;
  }

  #findsMasked(): boolean {
    const reading = this.#reading;
    for (let piece = 0; piece < reading.pieces; piece++) {
      reading.steps++;
      const terms = this.#vocabulary.masks.at(reading, piece);
      if (
        terms.length > 0 && terms.every((term) => term.length >= this.#how.shortest && !this.#exceptions.allows(term))
      ) {
        return true;
      }
    }
    return false;
  }
}

function isUnspaced(word: string): boolean {
  return ((letterOf(word.codePointAt(0)!)) & UNSPACED) !== 0;
}
