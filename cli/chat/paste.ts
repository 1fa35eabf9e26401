/**
 * A terminal that was asked to marks what is pasted, so that it cannot pass for what is typed ("Bracketed Paste Mode",
 * https://invisible-island.net/xterm/ctlseqs/ctlseqs.html).
 */
export const bracketedPaste = { on: "\x1b[?2004h", off: "\x1b[?2004l" };

const START = "\x1b[200~";
const END = "\x1b[201~";
const MARK_LENGTH = START.length;

/** The longest text that can be pasted, in UTF-16 units: many times what a message may have, and no strain on the screen. */
const PASTE_MAX = 100_000;

/** A part of what came from the keyboard. `text` is undefined for a paste that was too long to be taken. */
export type Keys = { readonly kind: "typed"; readonly text: string } | {
  readonly kind: "pasted";
  readonly text: string | undefined;
};

/** Tells what is typed from what is pasted, however the terminal cuts its output into pieces. */
export class PasteReader {
  #pasting = false;
  #pasted = "";
  #tooLong = false;
  /** The end of the last piece, where it may be the beginning of a mark. */
  #rest = "";

  feed(piece: string): Keys[] {
    const keys: Keys[] = [];
    let text = this.#rest + piece;
    this.#rest = "";
    while (text !== "") {
      const at = text.indexOf(this.#pasting ? END : START);
      const split = at >= 0 ? at : text.length - unfinishedMark(text);
      const part = text.slice(0, split);
      if (this.#pasting) this.#hold(part);
      else keys.push(...typed(part));
      if (at < 0) {
        this.#rest = text.slice(split);
        return keys;
      }
      if (this.#pasting) keys.push(this.#whole());
      this.#pasting = !this.#pasting;
      text = text.slice(at + MARK_LENGTH);
    }
    return keys;
  }

  #hold(part: string): void {
    this.#tooLong ||= this.#pasted.length + part.length > PASTE_MAX;
    this.#pasted = this.#tooLong ? "" : this.#pasted + part;
  }

  #whole(): Keys {
    const text = this.#tooLong ? undefined : this.#pasted;
    this.#pasted = "";
    this.#tooLong = false;
    return { kind: "pasted", text };
  }
}

/** A mark of an end with no beginning is no key. */
function typed(part: string): Keys[] {
  const text = part.replaceAll(END, "");
  return text === "" ? [] : [{ kind: "typed", text }];
}

/** How many characters at the end of `text` may be the beginning of a mark. */
function unfinishedMark(text: string): number {
  // deno-lint-ignore no-control-regex -- marks begin with Escape
  return /\x1b(?:\[(?:2(?:0[01]?)?)?)?$/.exec(text)?.[0].length ?? 0;
}

/** How a line break and a tab are shown in the line that is being typed, which has room for neither. */
const LINE_BREAK = "␤";
const TAB = "␉";

// Tab and line feed are kept. What a program printed in colour is full of the others.
// deno-lint-ignore no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A text as it is put into the typed line: one row, with nothing in it that a terminal or a line editor obeys. */
export function toTyped(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(CONTROLS, "")
    .replaceAll("\n", LINE_BREAK)
    .replaceAll("\t", TAB);
}

/** The text that a typed line stands for; undoes {@linkcode toTyped}. */
export function fromTyped(line: string): string {
  return line.replaceAll(LINE_BREAK, "\n").replaceAll(TAB, "\t");
}
