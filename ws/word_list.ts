import { englishDataset, englishRecommendedTransformers, parseRawPattern, RegExpMatcher } from "obscenity";
import type { Word } from "../db/model.ts";

/**
 * Innocent words that the library's English list finds something in. Found by running it over a dictionary of American
 * English; an administrator adds others.
 */
// deno-fmt-ignore
const INNOCENT = [
  "analect", "analgesi", "annals", "assn", "assonan", "assort", "asst", "assyri", "booby trap", "chappaquiddick",
  "cockpit", "cockscomb", "cocksure", "coriolanus", "cumin", "cummerbund", "cummings", "cumquat", "dickens", "dicker",
  "dickey", "dickie", "dickinson", "dickson", "eridanus", "fagin", "feckless", "fukuoka", "fukuyama", "gondwana",
  "mishit", "moby dick", "niggard", "oceanus", "penistone", "pissar", "pussycat", "pussyfoot", "rapped", "retardant",
  "retardation", "shiitake", "trafficke", "traffickin", "vandyke", "wankel",
];

/** Letters one by one, with something between them: "f u c k", "f.u.c.k". */
const SPELLED = /(?<![\p{L}\p{N}])[\p{L}\p{N}@$](?:[^\p{L}\p{N}@$]{1,3}[\p{L}\p{N}@$]){2,}(?![\p{L}\p{N}])/gu;

/** What is not seen: zero-width characters, joiners, directions. And what only decorates: accents. */
const INVISIBLE = /[\p{Cf}\p{M}]/gu;

/** Letters that the library leaves double where others are taken for one. */
const KEPT_DOUBLE = "beolsg";

/**
 * What may be said; who may speak is `db/policy.ts`. Finds words without regard to case, accents, leetspeak, repeated
 * letters, letters with spaces or dots between them, invisible and look-alike characters; not inside other words.
 */
export class WordList {
  readonly #matcher: RegExpMatcher;
  /** The administrator's own words, folded: for alphabets that the library does not know. */
  readonly #own: Set<string>;
  readonly #allowed: Set<string>;

  constructor(words: readonly Word[]) {
    const allowed = words.filter(({ kind }) => kind === "allowed").map(({ word }) => word.toLowerCase());
    const forbidden = words.filter(({ kind }) => kind === "forbidden").map(({ word }) => fold(word));
    const { blacklistedTerms = [], whitelistedTerms = [] } = englishDataset.build();
    this.#matcher = new RegExpMatcher({
      ...englishRecommendedTransformers,
      blacklistedTerms: [
        ...blacklistedTerms,
        ...forbidden.filter((word) => /^[a-z0-9 ]+$/.test(word)).map((word, index) => ({
          id: 1_000_000 + index,
          pattern: parseRawPattern(`|${collapse(word)}|`),
        })),
      ],
      whitelistedTerms: [...whitelistedTerms, ...INNOCENT, ...allowed],
    });
    this.#own = new Set(forbidden);
    this.#allowed = new Set(allowed.map(fold));
  }

  /** Whether this must not be said. Takes some 50 µs for a message of usual length. */
  forbids(text: string): boolean {
    const plain = text.normalize("NFKD").replace(INVISIBLE, "");
    if (this.#finds(plain)) return true;
    for (const token of plain.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) if (this.#own.has(token)) return true;
    for (const [spelled] of plain.matchAll(SPELLED)) {
      const word = spelled.replace(/[^\p{L}\p{N}@$]/gu, "");
      const known = word.toLowerCase();
      if ((this.#finds(word) || this.#own.has(known)) && !this.#allowed.has(known)) return true;
    }
    return false;
  }

  /** Whether a name must not be taken. In names `_`, `.`, `-` and digits part words as spaces do. */
  forbidsName(name: string): boolean {
    return this.forbids(name) || this.forbids(name.replace(/[\p{N}_.-]+/gu, " ").trim());
  }

  #finds(text: string): boolean {
    if (!this.#matcher.hasMatch(text)) return false;
    return this.#matcher.getAllMatches(text).some(({ startIndex, endIndex }) =>
      !isNumber(text, startIndex, endIndex + 1)
    );
  }
}

/** Leetspeak reads letters into any digits: "455", "room n16" and the parts of a UUID are no words. */
function isNumber(text: string, start: number, end: number): boolean {
  const found = text.slice(start, end);
  const digits = found.match(/\p{N}/gu)?.length ?? 0;
  if (digits === 0) return false;
  const letters = found.match(/[\p{L}@$!]/gu)?.length ?? 0;
  const before = /[\p{L}\p{N}]*$/u.exec(text.slice(Math.max(0, start - 64), start))?.[0] ?? "";
  const after = /^[\p{L}\p{N}]*/u.exec(text.slice(end, end + 64))?.[0] ?? "";
  return letters < digits || /^[\da-f]+$/i.test(before + found + after);
}

function fold(word: string): string {
  return word.normalize("NFKD").replace(INVISIBLE, "").toLowerCase();
}

/** As the library sees a text: most double letters are one. */
function collapse(word: string): string {
  return word.replace(/(.)\1+/gu, (run, letter: string) => KEPT_DOUBLE.includes(letter) ? run.slice(0, 2) : letter);
}
