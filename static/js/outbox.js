/** Between two tries of a command that the server cannot take now, in ms: at first, and at the most. */
const PATIENCE = 2000;
const PATIENCE_MAX = 30_000;

/**
 * Commands that the server has not acknowledged yet, in the order in which they were given. They outlive a lost connection
 * and a reload; their nonces make sending them again harmless.
 */
export class Outbox {
  onChange = () => {};
  #key;
  /** By nonce: `{ command, failed }`, where `failed` is the reason why the server does not take it. */
  #entries;
  /** Why nothing is sent any more. */
  #ended;

  constructor(name) {
    this.#key = `outbox ${name}`;
    this.#entries = new Map(read(this.#key));
  }

  add(command) {
    const nonce = makeNonce();
    this.#entries.set(nonce, { command: { ...command, nonce }, failed: this.#ended });
    this.#changed();
  }

  /** The server has it for good. */
  settle(nonce) {
    if (!this.#entries.delete(nonce)) return;
    // It takes commands again: those that wait need not wait any longer.
    for (const entry of this.#entries.values()) if (entry.waiting !== undefined) again(entry);
    this.#changed();
  }

  /** The server does not take it. Returns whether it was known. */
  refuse(nonce, reason, code) {
    const entry = this.#entries.get(nonce);
    if (!entry) return false;
    if (code === "rate_limited" || code === "unavailable") {
      entry.waiting = reason;
      entry.tries = (entry.tries ?? 0) + 1;
      // Not all pages at the same moment.
      const wait = Math.min(PATIENCE_MAX, PATIENCE * 2 ** (entry.tries - 1)) * (0.75 + Math.random() / 2);
      setTimeout(() => this.retry(nonce), wait);
    } else {
      entry.failed = reason;
    }
    this.#changed();
    return true;
  }

  retry(nonce) {
    const entry = this.#entries.get(nonce);
    if (!entry || this.#ended !== undefined) return;
    again(entry);
    this.#changed();
  }

  /** Nothing of it is sent any more; it is kept, and says why. */
  end(reason) {
    this.#ended = reason;
    for (const entry of this.#entries.values()) {
      again(entry);
      entry.failed = reason;
    }
    this.#changed();
  }

  discard(nonce) {
    if (this.#entries.delete(nonce)) this.#changed();
  }

  /** Gives every command that has not been sent on this connection to `send`, in order: none overtakes one that waits. */
  flush(send) {
    for (const entry of this.#entries.values()) {
      if (entry.waiting !== undefined) break;
      if (entry.failed !== undefined) continue;
      if (entry.sent === send) continue;
      send.transmit(entry.command);
      entry.sent = send;
    }
  }

  entries() {
    return [...this.#entries].map(([nonce, entry]) => ({ nonce, ...entry }));
  }

  #changed() {
    const kept = [...this.#entries].map(([nonce, { command, failed }]) => [nonce, { command, failed }]);
    write(this.#key, kept);
    this.onChange();
  }
}

/** It may be sent once more. */
function again(entry) {
  delete entry.failed;
  delete entry.waiting;
  delete entry.sent;
}

/** `randomUUID` exists only where the page came by https or from this machine. */
function makeNonce() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? [];
  } catch {
    return [];
  }
}

function write(key, value) {
  try {
    if (value.length > 0) sessionStorage.setItem(key, JSON.stringify(value));
    else sessionStorage.removeItem(key);
  } catch {
    // Full or forbidden: it still lives as long as the page.
  }
}
