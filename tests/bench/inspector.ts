/** A program's V8 inspector, over the Chrome DevTools Protocol. Start the program with `--inspect=127.0.0.1:0`. */
export class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  readonly #listeners = new Map<string, (parameters: unknown) => void>();
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const { id, result, error, method, params } = JSON.parse(data);
      if (id === undefined) return this.#listeners.get(method)?.(params);
      const { resolve, reject } = this.#waiting.get(id)!;
      this.#waiting.delete(id);
      if (error) reject(new Error(error.message));
      else resolve(result);
    };
  }

  /** Connects to the address that a program with an inspector writes to standard error. */
  static async of(stderr: string): Promise<Inspector> {
    const url = /listening on (ws:\S+)/.exec(stderr)?.[1];
    if (url === undefined) throw new Error(`Cannot find an inspector's address in: ${stderr}`);
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error(`Cannot connect to ${url}`));
    });
    return new Inspector(socket);
  }

  call<Result>(method: string, params: unknown = {}): Promise<Result> {
    const id = ++this.#id;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) =>
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject })
    );
  }

  on<Parameters>(method: string, listener: (parameters: Parameters) => void): void {
    this.#listeners.set(method, listener as (parameters: unknown) => void);
  }

  close(): void {
    this.#socket.close();
  }
}
