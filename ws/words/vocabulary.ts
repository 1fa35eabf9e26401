import { Masks } from "./masks.ts";
import { rudePhrases, rudeWords } from "./rude.ts";
import { Terms } from "./terms.ts";

/** What must not be said: words, phrases, and words whose letters are hidden. */
export class Vocabulary {
  readonly words = new Terms();
  readonly phrases = new Terms();
  readonly masks = new Masks();

  /** `own` are an administrator's words. */
  constructor(words: readonly string[], own: boolean) {
    for (const word of words) {
      if (/[^\p{L}\p{M}\p{N}]/u.test(word)) this.phrases.add(word, own);
      else for (const term of this.words.add(word, own)) this.masks.add(term);
    }
  }
}

/** Made once: it takes some 20 ms. */
export const ENGLISH = new Vocabulary([...rudeWords(), ...rudePhrases()], false);
