import type { Buffer } from "node:buffer";
import { StringDecoder } from "node:string_decoder";
import type { Input } from "./terminal.ts";

/** Receives key presses, as text. */
export interface KeyTaker {
  /** Called first, once the terminal is in its mode: a secret typed from then on is not echoed. */
  onStart(): void;
  onKeys(keys: string): void;
  /** The input has ended. */
  onEnd(): void;
}

/**
 * The keys of a terminal, for one receiver at a time. Keys pressed in between are kept for the next one. Nothing else
 * may read stdin: after a change of readers, Deno sometimes stops reading.
 */
export class Keyboard {
  readonly #stdin: Input;
  readonly #decoder = new StringDecoder("utf8");
  #taker: KeyTaker | undefined;
  #waiting = "";
  #ended = false;

  constructor(stdin: Input) {
    this.#stdin = stdin;
    stdin.on("data", this.#onData).on("end", this.#onEnd).on("error", this.#onEnd);
  }

  /**
   * Gives `taker` pending and future keys until it is released: with `raw` key by key and without echo, otherwise line
   * by line as the terminal edits it.
   */
  take(taker: KeyTaker, { raw = true } = {}): void {
    this.#setRaw(raw);
    this.#taker = taker;
    taker.onStart();
    if (this.#ended) return taker.onEnd();
    const waiting = this.#waiting;
    this.#waiting = "";
    if (waiting !== "") taker.onKeys(waiting);
  }

  /** Releases the keyboard. `rest` is input that belongs to the next receiver. */
  release(rest = ""): void {
    this.#setRaw(false);
    this.#taker = undefined;
    this.#waiting = rest + this.#waiting;
  }

  /** Stops reading. */
  close(): void {
    this.release();
    this.#stdin.off("data", this.#onData).off("end", this.#onEnd).off("error", this.#onEnd).pause();
  }

  #setRaw(raw: boolean): void {
    try {
      this.#stdin.setRawMode?.(raw);
    } catch {
      // The terminal is gone: there is no mode to restore.
    }
  }

  readonly #onData = (chunk: Buffer) => {
    const keys = this.#decoder.write(chunk);
    if (this.#taker === undefined) this.#waiting += keys;
    else this.#taker.onKeys(keys);
  };

  readonly #onEnd = () => {
    this.#ended = true;
    this.#taker?.onEnd();
  };
}
