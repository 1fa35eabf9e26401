import { HONEST } from "./rude.ts";
import { DIGIT, GAP, isLigature, LETTER, letterOf, lettersOf, SIGN } from "./letters.ts";

/** A forbidden word or phrase. */
export interface Term {
  /** As entered, in lower case. */
  readonly text: string;
  /** The number of letters, without spaces. */
  readonly length: number;
  /** Whether it is an administrator's: built-in exceptions do not apply. */
  readonly own: boolean;
  /** Whether it has a legitimate use, so that it is allowed when written plainly. */
  readonly honest: boolean;
  /** The letters as compared, without repetition. */
  readonly letters: readonly number[];
  /** The minimum run of each letter: two for the "s" of "ass". */
  readonly runs: readonly number[];
}

export interface Node {
  readonly next: Map<number, Node>;
  terms?: Term[];
}

/** Separates the words of a phrase. Not a letter. */
export const SPACE = 32;

/** A trie of terms. A repeated letter is one step. */
export class Terms {
  readonly root: Node = { next: new Map() };

  /** Adds a word. Returns its terms: capitals may look like other letters than lower case. */
  add(word: string, own: boolean): Term[] {
    const added: Term[] = [];
    for (const spelling of new Set([word, word.toUpperCase(), title(word)])) {
      const { letters, runs } = skeleton(spelling);
      const node = this.#nodeFor(letters);
      const length = runs.reduce((sum, run, at) => letters[at] === SPACE ? sum : sum + run, 0);
      if (length === 0 || node.terms?.some((other) => other.text === word)) continue;
      const term = { text: word, letters, runs, length, own, honest: !own && HONEST.has(word) };
      (node.terms ??= []).push(term);
      added.push(term);
    }
    return added;
  }

  #nodeFor(letters: readonly number[]): Node {
    let node = this.root;
    for (const letter of letters) {
      let next = node.next.get(letter);
      if (next === undefined) node.next.set(letter, next = { next: new Map() });
      node = next;
    }
    return node;
  }
}

/** The letters of a word as compared, without repetition, and the run of each. */
export function skeleton(word: string): { letters: number[]; runs: number[] } {
  const letters: number[] = [];
  const runs: number[] = [];
  for (const character of word.normalize("NFC")) {
    for (const letter of lettersIn(character)) {
      if (letters.at(-1) === letter && letter !== SPACE) runs[runs.length - 1]!++;
      else if (letter !== SPACE || letters.at(-1) !== SPACE) {
        letters.push(letter);
        runs.push(1);
      }
    }
  }
  return { letters, runs };
}

function lettersIn(character: string): number[] {
  const point = character.codePointAt(0)!;
  const letter = letterOf(point);
  if (isLigature(letter)) return lettersOf(point).map((one) => one & LETTER);
  if (letter === GAP || letter > 0 && letter & SIGN) return [SPACE];
  return letter > 0 ? [letter & LETTER] : [];
}

/** Whether leetspeak would read letters into a number. */
export function isMostlyDigits(word: string): boolean {
  const letters = [...word].map((character) => letterOf(character.codePointAt(0)!)).filter((letter) => letter > 0);
  return letters.filter((letter) => letter & DIGIT).length * 2 > letters.length;
}

function title(word: string): string {
  const [first = "", ...rest] = word;
  return first.toUpperCase() + rest.join("");
}
