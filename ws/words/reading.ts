import { GAP, isLigature, LETTER, letterOf, lettersOf, SIGN, UNSEEN, UNSPACED } from "./letters.ts";

/** The letters that "$", "€", "£", "¢" and "+" can be read as. */
const CURRENCY = [..."selct"].map((letter) => letter.charCodeAt(0));
const MANY_MARKS = /(\p{M}{8})\p{M}+/gu;
/** Initial capacity: enough for a usual message. Grows on demand. */
const USUAL = 1024;

/**
 * A text as letters, divided into pieces: runs of letters and digits of one kind of script. Signs that can be read as
 * letters are kept between the pieces. One instance is reused for all texts, since allocating arrays costs more than
 * filling them.
 */
export class Reading {
  /** In NFC, so that "ü" is one character on both sides of a comparison. */
  text = "";
  /** Letters, gaps and candidates examined since the text was set: a measure of the work. */
  steps = 0;
  /** The number of letters. */
  size = 0;
  /** Whether a sign is next to a letter or a digit. */
  signs = false;
  /** Whether a sign that may be a mask follows a letter. */
  masks = false;
  letters = new Int32Array(USUAL);
  /** The positions in the text at which each letter begins and ends. */
  begins = new Int32Array(USUAL);
  ends = new Int32Array(USUAL);

  pieces = 0;
  /** The first letter of each piece, and the one after its last. */
  from = new Int32Array(USUAL);
  to = new Int32Array(USUAL);

  read(text: string): void {
    this.text = compose(text);
    // A character expands to four letters at most.
    this.#makeRoom(this.text.length * 4 + 1);
    this.size = this.pieces = 0;
    this.signs = this.masks = false;
    this.steps = this.text.length;
    let open = false;
    let kind = 0;
    for (let at = 0; at < this.text.length;) {
      const point = this.text.codePointAt(at)!;
      const end = at + (point > 0xffff ? 2 : 1);
      const letter = letterOf(point);
      if (letter === GAP) {
        if (open && !isUsual(point)) this.masks = true;
        open = false;
      } else if (letter & SIGN && letter > 0) {
        if (this.#isPrice(letter, end)) open = false;
        else {
          this.#push(letter, at, end);
          this.signs = true;
          if (open) this.masks = true;
          open = false;
        }
      } else if (letter > 0 || isLigature(letter)) {
        const unspaced = letter > 0 ? letter & UNSPACED : 0;
        if (!open || unspaced !== kind) {
          this.from[this.pieces] = this.to[this.pieces] = this.size;
          this.pieces++;
          open = true;
          kind = unspaced;
        }
        if (letter > 0) this.#push(letter, at, end);
        else for (const one of lettersOf(point)) this.#push(one, at, end);
        this.to[this.pieces - 1] = this.size;
      }
      at = end;
    }
  }

  /** The separator before a piece. */
  gapBefore(piece: number): string {
    this.steps++;
    return this.text.slice(this.ends[this.to[piece - 1]! - 1]!, this.begins[this.from[piece]!]!);
  }

  gapLength(piece: number): number {
    return this.begins[this.from[piece]!]! - this.ends[this.to[piece - 1]! - 1]!;
  }

  /** The text of a range of letters as written, without invisible characters. */
  written(from: number, to: number): string {
    this.steps += to - from;
    return written(this.text.slice(this.begins[from]!, this.ends[to - 1]!));
  }

  /** Whether a letter is a capital "I" among lower case, or a small "l" among capitals. */
  standsOut(at: number): boolean {
    if (at === 0 || this.begins[at] !== this.ends[at - 1]) return false;
    const before = this.text[this.begins[at - 1]!]!;
    const letter = this.text[this.begins[at]!];
    return letter === "I" && before !== before.toUpperCase() || letter === "l" && before !== before.toLowerCase();
  }

  #push(letter: number, at: number, end: number): void {
    this.letters[this.size] = letter;
    this.begins[this.size] = at;
    this.ends[this.size++] = end;
  }

  /** "A$55" is a price. */
  #isPrice(letter: number, end: number): boolean {
    const next = this.text.charCodeAt(end);
    return CURRENCY.includes(letter & LETTER) && next >= 48 && next <= 57;
  }

  #makeRoom(size: number): void {
    if (size <= this.letters.length) return;
    for (const name of ["letters", "begins", "ends", "from", "to"] as const) this[name] = new Int32Array(size);
  }
}

/** Whether a character commonly follows a word: space, full stop, comma, colon, apostrophe and the like. */
function isUsual(point: number): boolean {
  return point <= 32 || point === 39 || point === 44 || point === 46 || point === 58 || point === 59 || point === 47 ||
    point === 41 || point === 34;
}

/** NFC, whose cost is quadratic in the marks on one letter: limits them to a few, which suffices for any script. */
function compose(text: string): string {
  return isSimple(text) ? text : text.replace(MANY_MARKS, "$1").normalize("NFC");
}

function isSimple(text: string): boolean {
  return !/[\u0300-\uffff]/.test(text);
}

/** The text as its author perceives it: without differences in width and invisible characters. */
export function written(text: string): string {
  if (/^\p{ASCII}*$/u.test(text)) return text;
  let plain = "";
  for (const character of text.replace(MANY_MARKS, "$1").normalize("NFKC")) {
    if (letterOf(character.codePointAt(0)!) !== UNSEEN) plain += character;
  }
  return plain;
}
