import type { Word } from "../../db/model.ts";
import { Matcher } from "./matcher.ts";
import { isRefusedName } from "./names.ts";

/**
 * The word filter; permissions are in `db/policy.ts`. Finds whole words, through case, width, accents, leetspeak,
 * repetition, separators, masks and look-alikes; never a word inside another.
 */
export class WordList {
  readonly #matcher: Matcher;

  constructor(words: readonly Word[]) {
    this.#matcher = new Matcher(words);
  }

  /** The cost of the last call: the letters it examined. */
  get steps(): number {
    return this.#matcher.steps;
  }

  /** Whether a text contains a forbidden word. */
  forbids(text: string): boolean {
    return this.#matcher.finds(text);
  }

  /** Whether a name contains a forbidden word. In names `_`, `.`, `-` and digits separate words as spaces do. */
  forbidsName(name: string): boolean {
    return isRefusedName(this.#matcher, name);
  }
}
