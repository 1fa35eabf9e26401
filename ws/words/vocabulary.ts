import { Masks } from "./masks.ts";
import { rudePhrases, rudeWords } from "./rude.ts";
import { Terms } from "./terms.ts";

/** The forbidden words, phrases and masked words. */
export class Vocabulary {
  readonly words = new Terms();
  readonly phrases = new Terms();
  readonly masks = new Masks();

  /** `own`: whether the words are an administrator's. */
  constructor(words: readonly string[], own: boolean) {
    for (const word of words) {
      if (/[^\p{L}\p{M}\p{N}]/u.test(word)) this.phrases.add(word, own);
      else for (const term of this.words.add(word, own)) this.masks.add(term);
    }
  }
}

/** Built once, because it takes about 20 ms. */
export const ENGLISH = new Vocabulary([...rudeWords(), ...rudePhrases()], false);
