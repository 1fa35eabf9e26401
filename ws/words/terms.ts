import { HONEST } from "./rude.ts";
import { DIGIT, GAP, isLigature, LETTER, letterOf, lettersOf, SIGN } from "./letters.ts";

/** A word that must not be said, or a phrase of several. */
export interface Term {
  /** As its author wrote it, in small letters. */
  readonly text: string;
  /** Letters, without spaces. */
  readonly length: number;
  /** An administrator's, for which the program's own exceptions do not count. */
  readonly own: boolean;
  /** It has an honest use: written plainly it passes. */
  readonly honest: boolean;
  /** As they are compared, without repetition. */
  readonly letters: readonly number[];
  /** How often each of its letters stands there, at least, one after the other: two for the "s" of "ass". */
  readonly runs: readonly number[];
}

export interface Node {
  readonly next: Map<number, Node>;
  terms?: Term[];
}

/** Between the words of a phrase. No letter. */
export const SPACE = 32;

/** Terms by their letters, one step for each letter; a letter that is repeated is one step. */
export class Terms {
  readonly root: Node = { next: new Map() };

  /** Gives the terms that a word has become: capitals may look like other letters than small ones. */
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

/** The letters of a word as they are compared, without repetition, and how often each is repeated. */
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
