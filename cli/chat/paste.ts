/**
 * In bracketed paste mode a terminal marks pasted text, so that it cannot pass for typed text
 * (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html).
 */
export const bracketedPaste = { on: "\x1b[?2004h", off: "\x1b[?2004l" };

const START = "\x1b[200~";
const END = "\x1b[201~";
const MARK_LENGTH = START.length;

/** Maximum length of a paste, in UTF-16 units: many times the limit of a message. */
const PASTE_MAX = 100_000;

/** A part of the input. `text` is undefined for a paste that was too long. */
export type Keys = { readonly kind: "typed"; readonly text: string } | {
  readonly kind: "pasted";
  readonly text: string | undefined;
};

/** Separates typed from pasted text, however the terminal splits its output. */
export class PasteReader {
  #pasting = false;
  #pasted = "";
  #tooLong = false;
  /** The end of the last chunk, where it may begin a mark. */
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

/** Drops end marks without a start mark. */
function typed(part: string): Keys[] {
  const text = part.replaceAll(END, "");
  return text === "" ? [] : [{ kind: "typed", text }];
}

/** The number of characters at the end of `text` that may begin a mark. */
function unfinishedMark(text: string): number {
  // deno-lint-ignore no-control-regex -- marks begin with Escape
  return /\x1b(?:\[(?:2(?:0[01]?)?)?)?$/.exec(text)?.[0].length ?? 0;
}

/** Stand for a line break and a tab in the typed line, which is one row. */
const LINE_BREAK = "␤";
const TAB = "␉";

// Tab and line feed are kept. Coloured output of programs is full of the others.
// deno-lint-ignore no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Converts a text for the typed line: one row, without anything that a terminal or line editor interprets. */
export function toTyped(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(CONTROLS, "")
    .replaceAll("\n", LINE_BREAK)
    .replaceAll("\t", TAB);
}

/** Converts a typed line to its text; reverses {@linkcode toTyped}. */
export function fromTyped(line: string): string {
  return line.replaceAll(LINE_BREAK, "\n").replaceAll(TAB, "\t");
}
