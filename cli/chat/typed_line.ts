/** The result of some key presses. */
export type Typing =
  | { readonly kind: "typing" }
  /** Enter. `rest` was typed or pasted after it, and belongs to the next reader. */
  | { readonly kind: "line"; readonly line: string; readonly rest: string }
  /** Ctrl+C, or Ctrl+D on an empty line. */
  | { readonly kind: "cancelled" };

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Line editing on a terminal in raw mode, which does not handle Backspace itself. */
export class TypedLine {
  #text = "";
  /** An unfinished escape sequence. */
  #escape = "";

  get text(): string {
    return this.#text;
  }

  /** Handles keys in order. */
  feed(keys: string): Typing {
    const all = [...keys];
    for (const [index, key] of all.entries()) {
      if (this.#inEscape(key)) continue;
      switch (key) {
        case "\r":
        case "\n":
          return { kind: "line", line: this.#text, rest: all.slice(index + 1).join("") };
        case "\x03":
          return { kind: "cancelled" };
        case "\x04":
          if (this.#text === "") return { kind: "cancelled" };
          break;
        case "\x7f":
        case "\b":
          this.#text = [...graphemes.segment(this.#text)].slice(0, -1).map(({ segment }) => segment).join("");
          break;
        case "\x15":
          this.#text = "";
          break;
        default:
          if (key >= " ") this.#text += key;
      }
    }
    return { kind: "typing" };
  }

  /**
   * Skips escape sequences, such as arrow keys and the marks of a bracketed paste: `ESC [ … letter`, `ESC O letter`,
   * `ESC key`.
   */
  #inEscape(key: string): boolean {
    if (key === "\x1b") {
      this.#escape = key;
      return true;
    }
    if (this.#escape === "") return false;
    // Enter and Ctrl+C work even after a lone Escape.
    if (key < " ") {
      this.#escape = "";
      return false;
    }
    const introduced = this.#escape !== "\x1b";
    if (!introduced && (key === "[" || key === "O")) this.#escape += key;
    else if (!introduced || /[@-~]/.test(key)) this.#escape = "";
    return true;
  }
}
