import type { Word } from "../../db/model.ts";
import { Matcher } from "./matcher.ts";
import { isRefusedName } from "./names.ts";

/**
 * What may be said; who may speak is `db/policy.ts`. Finds whole words, through case, width, accents, leetspeak,
 * repetition, separators, masks and look-alikes; never a word inside another.
 */
export class WordList {
  readonly #matcher: Matcher;

  constructor(words: readonly Word[]) {
    this.#matcher = new Matcher(words);
  }

  /** Letters that the last question looked at: what it cost. */
  get steps(): number {
    return this.#matcher.steps;
  }

  /** Whether this must not be said. */
  forbids(text: string): boolean {
    return this.#matcher.finds(text);
  }

  /** Whether a name must not be taken. In names `_`, `.`, `-` and digits part words as spaces do. */
  forbidsName(name: string): boolean {
    return isRefusedName(this.#matcher, name);
  }
}
