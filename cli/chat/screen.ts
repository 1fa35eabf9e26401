import { Buffer } from "node:buffer";
import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from "node:readline";
import { PassThrough } from "node:stream";
import type { Keyboard } from "./keyboard.ts";
import { bracketedPaste, fromTyped, PasteReader, toTyped } from "./paste.ts";
import type { Printer } from "./printer.ts";
import type { Output } from "./terminal.ts";

/** What a person does at a screen. */
export interface ScreenListener {
  /** `alone` says that it was typed by itself: not in one go with other lines, as a terminal without marks pastes. */
  onLine(line: string, alone: boolean): void;
  /** What was pasted is too long to be put into the line. */
  onPasteTooLong(): void;
  /** The line that is being typed has changed. */
  onTyping(line: string): void;
  /** Ctrl+C, Ctrl+D on an empty line, or the terminal is gone. */
  onLeave(): void;
}

interface Key {
  readonly name?: string | undefined;
}

/**
 * A terminal with a line that is typed at the bottom and lines that arrive above it. What arrives while somebody types
 * takes the typed line away, is written where it stood, and puts it back, the cursor where it was.
 */
export class Screen {
  readonly #stdout: Output;
  readonly #keyboard: Keyboard;
  readonly #line: Interface;
  readonly #keys = new PassThrough();
  readonly #pastes = new PasteReader();
  readonly #listener: ScreenListener;
  #closed = false;
  /** Whether the keys at hand are at most one line, with Enter at its end. */
  #alone = true;
  /** How many rows the line that is being entered took, before the one that the cursor ends on. */
  #enteredRows = 0;

  constructor(stdout: Printer, keyboard: Keyboard, listener: ScreenListener) {
    this.#stdout = stdout.output;
    this.#keyboard = keyboard;
    this.#listener = listener;
    const keys = this.#keys;
    // Before readline listens: Enter must be seen while the line is still there.
    keys.on("keypress", this.#onKeyFirst);
    this.#line = createInterface({ input: keys, output: this.#stdout, terminal: true, prompt: "> ", tabSize: 4 });
    keys.on("keypress", () => listener.onTyping(this.#line.line));
    this.#line.on("line", (line) => {
      this.#takeAway(this.#enteredRows + 1);
      this.#putBack();
      listener.onLine(fromTyped(line), this.#alone);
    });
    this.#line.on("SIGINT", () => listener.onLeave());
    // Deno reads no more keys after it was stopped and continued: Ctrl+Z would be a trap.
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

  /** Puts a text back that was not taken. Returns whether there was room: what is being typed is never mixed with it. */
  offer(text: string): boolean {
    if (this.#closed || this.#line.line !== "") return false;
    this.#line.write(toTyped(text));
    return true;
  }

  /** Writes whole lines above the one that is typed. */
  print(text: string): void {
    if (this.#closed) {
      this.#stdout.write(`${text}\n`);
      return;
    }
    this.#takeAway(this.#line.getCursorPos().rows);
    this.#stdout.write(`${text}\n`);
    this.#putBack();
  }

  /** Takes the prompt away and gives the terminal back as it was found. */
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
      // At once, not when the stream gets round to it: a paste must not overtake what was typed before it.
      if (part.kind === "typed") this.#keys.emit("data", Buffer.from(part.text));
      else if (part.text === undefined) this.#listener.onPasteTooLong();
      else this.#paste(part.text);
    }
  }

  /** What is pasted waits for Enter. Where it would begin the line, its slash is doubled: it is text and no command. */
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
    // readline would go up once more over rows that are no longer there.
    Object.assign(this.#line, { prevRows: 0 });
    this.#line.prompt(true);
  }
}
