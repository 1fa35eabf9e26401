import { GAP, isLigature, LETTER, letterOf, lettersOf, SIGN, UNSEEN, UNSPACED } from "./letters.ts";

/** The letters that "$", "€", "£", "¢" and "+" are read as. */
const CURRENCY = [..."selct"].map((letter) => letter.charCodeAt(0));
const MANY_MARKS = /(\p{M}{8})\p{M}+/gu;
/** One message's worth; more makes room for itself. */
const USUAL = 1024;

/**
 * A text as its letters, and where they part into pieces: runs of letters and digits of one kind of script. Signs that
 * may be read as letters are kept between the pieces. Made once and used for every text, since to make arrays costs
 * more than to fill them.
 */
export class Reading {
  /** Composed (NFC), so that "u" with two dots is one character on both sides of a comparison. */
  text = "";
  /** What has been looked at since the text was read: letters, gaps and candidates. The work that a text has made. */
  steps = 0;
  /** How many letters there are. */
  size = 0;
  /** Whether a sign stands beside a letter or a digit. */
  signs = false;
  /** Whether a sign follows a letter that might hide another. */
  masks = false;
  letters = new Int32Array(USUAL);
  /** Where in the text a letter begins and ends. */
  begins = new Int32Array(USUAL);
  ends = new Int32Array(USUAL);

  pieces = 0;
  /** The first letter of a piece, and the one after its last. */
  from = new Int32Array(USUAL);
  to = new Int32Array(USUAL);

  read(text: string): void {
    this.text = compose(text);
    // Where one character is more letters, it is at most a word of four.
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

  /** What stands between the piece before and this one. */
  gapBefore(piece: number): string {
    this.steps++;
    return this.text.slice(this.ends[this.to[piece - 1]! - 1]!, this.begins[this.from[piece]!]!);
  }

  gapLength(piece: number): number {
    return this.begins[this.from[piece]!]! - this.ends[this.to[piece - 1]! - 1]!;
  }

  /** The letters from one to another as they are written, without what is not seen. */
  written(from: number, to: number): string {
    this.steps += to - from;
    return written(this.text.slice(this.begins[from]!, this.ends[to - 1]!));
  }

  /** Whether a capital "I" stands among small letters, or a small "l" among capitals. */
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

  /** "A$55" are dollars. */
  #isPrice(letter: number, end: number): boolean {
    const next = this.text.charCodeAt(end);
    return CURRENCY.includes(letter & LETTER) && next >= 48 && next <= 57;
  }

  #makeRoom(size: number): void {
    if (size <= this.letters.length) return;
    for (const name of ["letters", "begins", "ends", "from", "to"] as const) this[name] = new Int32Array(size);
  }
}

/** What follows words all the time: space, full stop, comma, colon, apostrophe and the like. */
function isUsual(point: number): boolean {
  return point <= 32 || point === 39 || point === 44 || point === 46 || point === 58 || point === 59 || point === 47 ||
    point === 41 || point === 34;
}

/** NFC, of which the cost is the square of the marks that follow one letter: no script needs more than a few. */
function compose(text: string): string {
  return isSimple(text) ? text : text.replace(MANY_MARKS, "$1").normalize("NFC");
}

function isSimple(text: string): boolean {
  return !/[\u0300-\uffff]/.test(text);
}

/** As a person wrote it: width and invisible characters are not what one writes. */
export function written(text: string): string {
  if (/^\p{ASCII}*$/u.test(text)) return text;
  let plain = "";
  for (const character of text.replace(MANY_MARKS, "$1").normalize("NFKC")) {
    if (letterOf(character.codePointAt(0)!) !== UNSEEN) plain += character;
  }
  return plain;
}
