import type { Command } from "./protocol.ts";

/**
 * The commands whose outcome is not known yet. Only the first is on its way at a time, so that one that is lost, or told
 * to wait, is never overtaken: what was said in order is stored in order. Each keeps its nonce for life, by which the
 * server tells one that is sent again from a second one.
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

  /** A connection is up: what has no answer yet is sent again over it. */
  open(send: (frame: string) => void): void {
    this.#send = send;
    this.#inFlight = undefined;
    this.#pump();
  }

  /** The connection is gone. */
  close(): void {
    this.#send = undefined;
  }

  /** Takes out the command that `nonce` names, which is undefined if it is none of ours or has been answered before. */
  resolve(nonce: string | undefined): Command | undefined {
    const command = nonce === undefined ? undefined : this.#pending.get(nonce);
    if (nonce === undefined || command === undefined) return undefined;
    this.#pending.delete(nonce);
    if (this.#inFlight === nonce) this.#inFlight = undefined;
    this.#pump();
    return command;
  }

  /** Sends again what is on its way and was told that it is too early. */
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
