import type { Buffer } from "node:buffer";
import { StringDecoder } from "node:string_decoder";
import type { Input } from "./terminal.ts";

/** Who is given the keys that are pressed, as text. */
export interface KeyTaker {
  /** Called first, when the terminal is set: whoever answers a secret question at once is not overheard. */
  onStart(): void;
  onKeys(keys: string): void;
  /** No more keys will come. */
  onEnd(): void;
}

/**
 * The keys of a terminal, for one taker at a time. What is typed or pasted while nobody takes keys waits for the next
 * one. Nobody else reads stdin: after a change of hands Deno does not always go on reading it.
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
   * Gives `taker` what waits and all that follows, until it is released: `raw` key by key and without echo, else line by
   * line and as the terminal itself edits it.
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

  /** Takes nothing more; `rest` was given but belongs to the next one. */
  release(rest = ""): void {
    this.#setRaw(false);
    this.#taker = undefined;
    this.#waiting = rest + this.#waiting;
  }

  /** Reads no more. */
  close(): void {
    this.release();
    this.#stdin.off("data", this.#onData).off("end", this.#onEnd).off("error", this.#onEnd).pause();
  }

  #setRaw(raw: boolean): void {
    try {
      this.#stdin.setRawMode?.(raw);
    } catch {
      // The terminal is gone: there is nothing left to set.
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
