import { Buffer } from "node:buffer";
import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from "node:readline";
import { PassThrough } from "node:stream";
import type { Keyboard } from "./keyboard.ts";
import { bracketedPaste, fromTyped, PasteReader, toTyped } from "./paste.ts";
import type { Printer } from "./printer.ts";
import type { Output } from "./terminal.ts";

/** Handles the user's input. */
export interface ScreenListener {
  /**
   * `alone`: the line did not arrive together with other lines, as from a paste on a terminal without bracketed paste.
   */
  onLine(line: string, alone: boolean): void;
  /** The pasted text is too long. */
  onPasteTooLong(): void;
  /** The line being typed has changed. */
  onTyping(line: string): void;
  /** Ctrl+C, Ctrl+D on an empty line, or the terminal is gone. */
  onLeave(): void;
}

interface Key {
  readonly name?: string | undefined;
}

/**
 * A terminal with an input line at the bottom and output above it. Output that arrives while the user types replaces
 * the input line and is followed by it, with the cursor where it was.
 */
export class Screen {
  readonly #stdout: Output;
  readonly #keyboard: Keyboard;
  readonly #line: Interface;
  readonly #keys = new PassThrough();
  readonly #pastes = new PasteReader();
  readonly #listener: ScreenListener;
  #closed = false;
  /** Whether the current input is at most one line, ending with Enter. */
  #alone = true;
  /** Rows of the input line above the cursor's row. */
  #enteredRows = 0;

  constructor(stdout: Printer, keyboard: Keyboard, listener: ScreenListener) {
    this.#stdout = stdout.output;
    this.#keyboard = keyboard;
    this.#listener = listener;
    const keys = this.#keys;
    // Registered before readline's listener: Enter must be handled while the line is still there.
    keys.on("keypress", this.#onKeyFirst);
    this.#line = createInterface({ input: keys, output: this.#stdout, terminal: true, prompt: "> ", tabSize: 4 });
    keys.on("keypress", () => listener.onTyping(this.#line.line));
    this.#line.on("line", (line) => {
      this.#takeAway(this.#enteredRows + 1);
      this.#putBack();
      listener.onLine(fromTyped(line), this.#alone);
    });
    this.#line.on("SIGINT", () => listener.onLeave());
    // Deno reads no keys after it was stopped and continued, so Ctrl+Z is disabled.
    this.#line.on("SIGTSTP", () => {});
    this.#line.on("close", () => {
      if (this.#closed) return;
      this.#closed = true;
      this.#stdout.write(bracketedPaste.off);
      listener.onLeave();
    });
    stdout.unread.addEventListener("abort", () => listener.onLeave());
    keyboard.take({
      onStart: () => {
        this.#stdout.write(bracketedPaste.on);
        this.#line.prompt();
      },
      onKeys: (text) => this.#onKeys(text),
      onEnd: () => keys.end(),
    });
  }

  /** Puts a refused text back into the input line. Returns false when the line is not empty. */
  offer(text: string): boolean {
    if (this.#closed || this.#line.line !== "") return false;
    this.#line.write(toTyped(text));
    return true;
  }

  /** Writes whole lines above the input line. */
  print(text: string): void {
    if (this.#closed) {
      this.#stdout.write(`${text}\n`);
      return;
    }
    this.#takeAway(this.#line.getCursorPos().rows);
    this.#stdout.write(`${text}\n`);
    this.#putBack();
  }

  /** Removes the prompt and restores the terminal's mode. */
  close(): void {
    if (!this.#closed) this.#takeAway(this.#line.getCursorPos().rows);
    this.#closed = true;
    this.#stdout.write(bracketedPaste.off);
    this.#line.close();
    this.#keyboard.release();
  }

  #onKeys(text: string): void {
    const parts = this.#pastes.feed(text);
    this.#alone = !parts.some(({ kind }) => kind === "pasted") && !/[\r\n][^\r\n]/.test(text);
    for (const part of parts) {
      if (this.#closed) return;
      // Emitted synchronously: a paste must not overtake keys typed before it.
      if (part.kind === "typed") this.#keys.emit("data", Buffer.from(part.text));
      else if (part.text === undefined) this.#listener.onPasteTooLong();
      else this.#paste(part.text);
    }
  }

  /**
   * Inserts a paste, which waits for Enter. A leading slash is doubled, because a paste is text and never a command.
   */
  #paste(text: string): void {
    const typed = toTyped(/[\r\n]./.test(text) ? text : text.trimEnd());
    const isCommand = this.#line.cursor === 0 && typed.startsWith("/");
    this.#line.write(isCommand ? `/${typed}` : typed);
    this.#listener.onTyping(this.#line.line);
  }

  readonly #onKeyFirst = (_text: string, key: Key | undefined) => {
    if (key?.name !== "return" && key?.name !== "enter") return;
    this.#line.write(null, { ctrl: true, name: "e" });
    this.#enteredRows = this.#line.getCursorPos().rows;
  };

  #takeAway(rows: number): void {
    const stdout = this.#stdout;
    moveCursor(stdout, 0, -rows);
    cursorTo(stdout, 0);
    clearScreenDown(stdout);
  }

  #putBack(): void {
    // Otherwise readline would move up over rows that are gone.
    Object.assign(this.#line, { prevRows: 0 });
    this.#line.prompt(true);
  }
}
