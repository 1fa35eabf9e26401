import type { Command } from "./protocol.ts";

/**
 * Commands without an outcome. Only the first is in flight at a time, so that a lost or throttled one is never
 * overtaken: messages are stored in the order in which they were entered. Each keeps its nonce, by which the server
 * recognises a retry.
 */
export class Outbox {
  readonly #pending = new Map<string, Command>();
  #send: ((frame: string) => void) | undefined;
  #inFlight: string | undefined;

  get size(): number {
    return this.#pending.size;
  }

  give(command: Command): void {
    this.#pending.set(crypto.randomUUID(), command);
    this.#pump();
  }

  /** Sends pending commands over a new connection. */
  open(send: (frame: string) => void): void {
    this.#send = send;
    this.#inFlight = undefined;
    this.#pump();
  }

  /** Stops sending: the connection is gone. */
  close(): void {
    this.#send = undefined;
  }

  /** Removes the command with this nonce; undefined if there is none or it has been resolved before. */
  resolve(nonce: string | undefined): Command | undefined {
    const command = nonce === undefined ? undefined : this.#pending.get(nonce);
    if (nonce === undefined || command === undefined) return undefined;
    this.#pending.delete(nonce);
    if (this.#inFlight === nonce) this.#inFlight = undefined;
    this.#pump();
    return command;
  }

  /** Sends a rate-limited command again. */
  retry(nonce: string): void {
    if (this.#inFlight !== nonce) return;
    this.#inFlight = undefined;
    this.#pump();
  }

  #pump(): void {
    if (this.#inFlight !== undefined || this.#send === undefined) return;
    for (const [nonce, command] of this.#pending) {
      this.#inFlight = nonce;
      this.#send(JSON.stringify({ ...command, nonce }));
      return;
    }
  }
}
