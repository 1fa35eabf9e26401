import type { Output } from "./terminal.ts";

/**
 * Writes to an output until nobody reads it any more, and says so once: `chatterbox chat | head -1` is no mistake, and
 * a window may be closed at any time. A closed output is an `error` event in some versions of Deno and an exception in
 * others; here it is neither.
 */
export class Printer {
  /** The same output for others to write to, with the same promise. */
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

  /** Aborted when nobody reads any more. */
  get unread(): AbortSignal {
    return this.#unread.signal;
  }

  print(line: string): void {
    this.output.write(`${line}\n`);
  }

  /** Resolves when all that was printed has left the process, or has nowhere to go. */
  async flush(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.unread.addEventListener("abort", () => resolve());
    this.output.write("", () => resolve());
    if (!this.unread.aborted) await promise;
  }
}
