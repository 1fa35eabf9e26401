/**
 * Writes `ws/words/innocent.ts`: what the word list would take for a rude word, of all words and names in the lists
 * (`lists.ts`), and the parts of rude words that are words themselves.
 *
 *     cd tests/words && deno task generate
 */
// deno-lint-ignore-file no-console
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Matcher } from "../../ws/words/matcher.ts";
import { written } from "../../ws/words/reading.ts";
import { rudeWords } from "../../ws/words/rude.ts";
import { type List, readLists } from "./lists.ts";

const WORD = /[\p{L}\p{M}]+/gu;

const lists = readLists().filter(({ kind }) => kind !== "prose");
const rude = new Set(rudeWords());
const matcher = new Matcher([], { exceptions: false });

const words = new Set<string>();
const names = new Set<string>();
for (const { texts } of lists) {
  for (const text of texts) {
    for (const [found] of text.normalize("NFC").matchAll(WORD)) {
      const word = written(found);
      const small = word.toLowerCase();
      if (rude.has(small) || !matcher.finds(word)) continue;
      (word === small ? words : names).add(small);
    }
  }
}
for (const word of words) names.delete(word);

const parts = new Set([...rude].flatMap(partsOf));
// The German list comes from subtitles and contains fragments of words.
const languages = lists.filter(({ name, kind, further }) => kind === "words" && !further && name !== "german");
const pieces = partsAmong(languages, (word) => word);
const nameParts = partsAmong(lists.filter(({ kind }) => kind !== "words"), (word) => word.toLowerCase());
for (const piece of pieces) nameParts.delete(piece);
// A rare abbreviation.
pieces.delete("ck");

const file = join(import.meta.dirname!, "../../ws/words/innocent.ts");
writeFileSync(
  file,
  `/**
 * Made by tests/words/generate.ts; do not edit. Of the lists that are named in tests/words/README.md, those few entries
 * that would be taken for a rude word, and those that are part of one.
 */

/** Words of some language, as they are written, accents included. */
export const WORDS: ReadonlySet<string> = list(\`${fill(words)}\`);

/** Names of people and places, in small letters. */
export const NAMES: ReadonlySet<string> = list(\`${fill(names)}\`);

/** Ordinary words that rude words may be torn into. */
export const PIECES: ReadonlySet<string> = list(\`${fill(pieces)}\`);

/** Names that rude words may be torn into, in small letters. */
export const PIECES_OF_NAMES: ReadonlySet<string> = list(\`${fill(nameParts)}\`);

function list(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\\s+/));
}
`,
);
console.log(`${words.size} words, ${names.size} names, ${pieces.size} pieces, ${nameParts.size} pieces of names`);

function partsOf(word: string): string[] {
  const found: string[] = [];
  for (let from = 0; from < word.length; from++) {
    for (let to = from + 2; to <= word.length; to++) if (to - from < word.length) found.push(word.slice(from, to));
  }
  return found;
}

function partsAmong(of: readonly List[], as: (word: string) => string): Set<string> {
  const found = new Set<string>();
  for (const { texts } of of) {
    for (const text of texts) for (const [word] of text.matchAll(WORD)) if (parts.has(as(word))) found.add(as(word));
  }
  return found;
}

function fill(all: ReadonlySet<string>): string {
  let text = "";
  let line = "";
  for (const word of [...all].sort()) {
    if (line.length + word.length + 1 > 118) {
      text += `\n${line}`;
      line = "";
    }
    line += (line === "" ? "" : " ") + word;
  }
  return `${text}\n${line}\n`;
}
