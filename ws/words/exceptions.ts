import { NAMES, WORDS } from "./innocent.ts";
import { INNOCENT_PHRASES } from "./innocent_phrases.ts";
import { type Reading, written } from "./reading.ts";
import { ALSO_NAMES } from "./rude.ts";
import type { Term } from "./terms.ts";

/**
 * What is let through although it looks like a word that must not be said: an administrator's words and phrases, and the
 * words and names that come with the program. Compared as they are written, accents included, in any case.
 */
export class Exceptions {
  readonly #allowed: ReadonlySet<string>;
  readonly #phrases = new Map<string, boolean>();
  /** How many words the phrases have. */
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

  /** Whether an administrator has taken a word off the list that comes with the program: then it is off in every spelling. */
  allows(term: Term): boolean {
    return !term.own && this.#allowed.has(term.text);
  }

  /** Whether what was taken for a term is another word, or a name. */
  except(term: Term, spelling: string, inName: boolean): boolean {
    const small = spelling.toLowerCase();
    if (this.#allowed.has(small)) return true;
    if (term.own || !this.#builtIn) return false;
    if (WORDS.has(small)) return true;
    if (ALSO_NAMES.has(small)) return inName || isTitle(spelling);
    return NAMES.has(small) &&
      (inName || isTitle(spelling) || spelling === spelling.toUpperCase() && /\P{ASCII}/u.test(spelling));
  }

  /** Whether some pieces of a text are part of a phrase that is let through. */
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
