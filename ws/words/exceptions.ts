import { NAMES, WORDS } from "./innocent.ts";
import { INNOCENT_PHRASES } from "./innocent_phrases.ts";
import { type Reading, written } from "./reading.ts";
import { ALSO_NAMES } from "./rude.ts";
import type { Term } from "./terms.ts";

/**
 * Words and phrases that are allowed although they match a forbidden word: those of administrators, and the built-in
 * ones. Compared as written, accents included, case-insensitively.
 */
export class Exceptions {
  readonly #allowed: ReadonlySet<string>;
  readonly #phrases = new Map<string, boolean>();
  /** The numbers of words in the phrases. */
  readonly #lengths: readonly number[];

  readonly #builtIn: boolean;

  constructor(allowed: readonly string[], builtIn: boolean) {
    this.#builtIn = builtIn;
    const own = allowed.map((word) => written(word).toLowerCase());
    this.#allowed = new Set(own.filter((word) => !word.includes(" ")));
    for (const phrase of INNOCENT_PHRASES) this.#phrases.set(phrase, false);
    for (const phrase of own) if (phrase.includes(" ")) this.#phrases.set(phrase.split(/ +/).join(" "), true);
    this.#lengths = [...new Set([...this.#phrases.keys()].map((phrase) => phrase.split(" ").length))];
  }

  /** Whether an administrator has allowed a built-in word, which then holds for every spelling. */
  allows(term: Term): boolean {
    return !term.own && this.#allowed.has(term.text);
  }

  /** Whether a match is in fact another word, or a name. */
  except(term: Term, spelling: string, inName: boolean): boolean {
    const small = spelling.toLowerCase();
    if (this.#allowed.has(small)) return true;
    if (term.own || !this.#builtIn) return false;
    if (WORDS.has(small)) return true;
    if (ALSO_NAMES.has(small)) return inName || isTitle(spelling);
    return NAMES.has(small) &&
      (inName || isTitle(spelling) || spelling === spelling.toUpperCase() && /\P{ASCII}/u.test(spelling));
  }

  /** Whether the pieces of a match are part of an allowed phrase. */
  cover(reading: Reading, term: Term, first: number, last: number): boolean {
    if (this.#phrases.size === 0) return false;
    for (const length of this.#lengths) {
      const from = Math.max(0, last - length + 1);
      for (let start = from; start <= first && start + length <= reading.pieces; start++) {
        const words: string[] = [];
        for (let piece = start; piece < start + length; piece++) {
          words.push(reading.written(reading.from[piece]!, reading.to[piece]!).toLowerCase());
        }
        const own = this.#phrases.get(words.join(" "));
        if (own === true || own === false && !term.own) return true;
      }
    }
    return false;
  }
}

function isTitle(word: string): boolean {
  return /^\p{Lu}[\p{Ll}\p{M}]*$/u.test(word);
}
