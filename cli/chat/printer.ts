import type { Output } from "./terminal.ts";

/**
 * Writes to an output until its reader closes it, and reports that once: `chatterbox chat | head -1` is not an error,
 * and a window may be closed at any time. A closed output is an `error` event in some versions of Deno and an exception
 * in others; here it is neither.
 */
export class Printer {
  /** The same output as a stream, with the same behaviour. */
  readonly output: Output;
  readonly #unread = new AbortController();

  constructor(output: Output) {
    output.on("error", () => this.#unread.abort());
    const write = (...args: Parameters<Output["write"]>): boolean => {
      if (this.#unread.signal.aborted) return true;
      try {
        return output.write(...args);
      } catch {
        this.#unread.abort();
        return true;
      }
    };
    this.output = new Proxy(output, {
      get(target, key) {
        const value: unknown = key === "write" ? write : Reflect.get(target, key);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  /** Aborted when the output has been closed. */
  get unread(): AbortSignal {
    return this.#unread.signal;
  }

  print(line: string): void {
    this.output.write(`${line}\n`);
  }

  /** Resolves when all output has been written or discarded. */
  async flush(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.unread.addEventListener("abort", () => resolve());
    this.output.write("", () => resolve());
    if (!this.unread.aborted) await promise;
  }
}
