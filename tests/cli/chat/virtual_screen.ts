/**
 * The screen of a terminal that receives `write()`: rows of characters and a cursor. It knows the sequences that line
 * editors use (cursor movement, clearing) and ignores colours; anything else shows up as text.
 */
export class VirtualScreen {
  readonly #columns: number;
  readonly #height: number;
  /** All rows ever, those that have scrolled away first. */
  readonly #rows: string[][] = [[]];
  #row = 0;
  #column = 0;
  #rest = "";

  constructor({ rows, columns }: { rows: number; columns: number }) {
    this.#height = rows;
    this.#columns = columns;
  }

  /** The visible rows, and those scrolled away above them. */
  get text(): string {
    return this.lines.join("\n");
  }

  /** The rows from the first to the last one reached, without trailing blanks. */
  get lines(): string[] {
    return this.#rows.map((row) => Array.from(row, (cell) => cell ?? " ").join("").trimEnd());
  }

  /** The row of the cursor, and the columns before it. */
  get cursor(): { line: string; column: number } {
    return { line: this.lines[this.#row] ?? "", column: this.#column };
  }

  write(text: string): void {
    this.#rest += text;
    while (this.#rest !== "") {
      const [taken = ""] = SEQUENCE.exec(this.#rest) ?? [];
      if (taken === "") return;
      this.#rest = this.#rest.slice(taken.length);
      this.#take(taken);
    }
  }

  #take(taken: string): void {
    if (taken.length > 2 && taken.startsWith("\x1b[")) return this.#obey(taken.slice(2, -1), taken.slice(-1));
    if (taken === "\r") this.#column = 0;
    else if (taken === "\n") this.#down();
    else if (taken === "\b") this.#column = Math.max(0, this.#column - 1);
    else this.#put(taken);
  }

  #obey(count: string, letter: string): void {
    const by = Math.max(1, Number.parseInt(count) || 1);
    const top = Math.max(0, this.#rows.length - this.#height);
    switch (letter) {
      case "D":
        this.#column = Math.max(0, this.#column - by);
        return;
      case "A":
        this.#row = Math.max(top, this.#row - by);
        return;
      case "B":
        this.#row = Math.min(this.#rows.length - 1, this.#row + by);
        return;
      case "C":
        this.#column = Math.min(this.#columns - 1, this.#column + by);
        return;
      case "G":
        this.#column = by - 1;
        return;
      case "J":
        this.#rows.splice(this.#row + 1);
        this.#rows[this.#row]?.splice(this.#column);
        return;
      case "K":
        this.#rows[this.#row]?.splice(count === "2" ? 0 : this.#column);
        return;
    }
  }

  #put(character: string): void {
    if (this.#column >= this.#columns) {
      this.#column = 0;
      this.#down();
    }
    const row = this.#rows[this.#row] ?? [];
    row[this.#column] = character;
    this.#column += 1;
  }

  #down(): void {
    this.#row += 1;
    this.#rows[this.#row] ??= [];
  }
}

/** One control sequence, character or control; undefined where the text ends inside a sequence. */
// deno-lint-ignore no-control-regex -- terminal output contains control characters
const SEQUENCE = /^(?:\x1b\[[0-9;?]*[A-Za-z]|[^\x1b]|\x1b(?=[^[]))/u;
