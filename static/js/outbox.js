/** Between two tries of a command that the server cannot take now, in ms: at first, and at the most. */
const PATIENCE = 2000;
const PATIENCE_MAX = 30_000;

/**
 * Commands that the server has not acknowledged yet, in the order in which they were given. They outlive a lost connection,
 * a reload and the closing of the page; their nonces make sending them again harmless.
 */
export class Outbox {
  onChange = () => {};
  #kept;
  /** By nonce: `{ command, name, failed }`, where `failed` is the reason why the server does not take it. */
  #entries = new Map();
  #now;
  #last = 0;
  /** Why nothing is sent any more. */
  #ended;

  constructor(kept, now = Date.now) {
    this.#kept = kept;
    this.#now = now;
    this.#take(kept.own());
  }

  /** Takes over what closed pages could not send. */
  async inherit() {
    const inherited = await this.#kept.inherit();
    if (inherited.length === 0) return;
    this.#take(inherited);
    // What was given first goes out first.
    this.#entries = new Map([...this.#entries].sort(([, a], [, b]) => a.name < b.name ? -1 : 1));
    this.onChange();
  }

  /** This page is a copy of another, which sends what it has itself. */
  leaveToOther() {
    for (const [nonce, entry] of this.#entries) {
      if (entry.wasThere) this.#entries.delete(nonce);
      else this.#keep(entry);
    }
    this.onChange();
  }

  /**
   * With `failed`, it is not sent, but shown with this reason: to be edited, tried or discarded. `onStored` is called when
   * the server has it for good, if this page is still there.
   */
  add(command, failed, onStored) {
    const nonce = makeNonce();
    // A clock that is set back must not change the order.
    this.#last = Math.max(this.#now(), this.#last + 1);
    const name = `${this.#last.toString(36)}-${nonce}`;
    const entry = { command: { ...command, nonce }, name, failed: failed ?? this.#ended, onStored };
    this.#entries.set(nonce, entry);
    this.#keep(entry);
    this.onChange();
  }

  /** Sends another text in its place. */
  edit(nonce, content) {
    const entry = this.#entries.get(nonce);
    if (!entry) return;
    this.#kept.remove(entry.name);
    again(entry);
    entry.failed = this.#ended;
    entry.command = { ...entry.command, content, nonce: makeNonce() };
    this.#entries = new Map([...this.#entries.values()].map((each) => [each.command.nonce, each]));
    this.#keep(entry);
    this.onChange();
  }

  /** The server has it for good. */
  settle(nonce) {
    const onStored = this.#entries.get(nonce)?.onStored;
    if (!this.#remove(nonce)) return;
    onStored?.();
    // It takes commands again: those that wait need not wait any longer.
    for (const entry of this.#entries.values()) if (entry.waiting !== undefined) again(entry);
    this.onChange();
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
      // What was said about a message that is gone can still be said.
      if (code === "not_found" && entry.command.type === "edit") {
        entry.command = { type: "send", content: entry.command.content, nonce };
        entry.failed = `${reason}. To try again sends it as a new message`;
      }
      this.#keep(entry);
    }
    this.onChange();
    return true;
  }

  retry(nonce) {
    const entry = this.#entries.get(nonce);
    if (!entry || this.#ended !== undefined) return;
    again(entry);
    this.#keep(entry);
    this.onChange();
  }

  /** Nothing of it is sent any more; it is kept, and says why. */
  end(reason) {
    this.#ended = reason;
    for (const entry of this.#entries.values()) {
      again(entry);
      entry.failed = reason;
      this.#keep(entry);
    }
    this.onChange();
  }

  discard(nonce) {
    if (this.#remove(nonce)) this.onChange();
  }

  /** Gives every command that has not been sent on this connection to `send`, in order: none overtakes one that waits. */
  flush(send) {
    for (const [nonce, entry] of this.#entries) {
      if (entry.waiting !== undefined) break;
      if (entry.failed !== undefined || entry.sent === send) continue;
      // Another page has taken it over while this one stood still.
      if (entry.isKept && !this.#kept.has(entry.name)) {
        this.#entries.delete(nonce);
        continue;
      }
      send.transmit(entry.command);
      entry.sent = send;
    }
  }

  entries() {
    return [...this.#entries].map(([nonce, entry]) => ({ nonce, ...entry }));
  }

  command(nonce) {
    return this.#entries.get(nonce)?.command;
  }

  /** Whether something would be lost with this page. */
  get isAtRisk() {
    return [...this.#entries.values()].some(({ isKept }) => !isKept);
  }

  #take(items) {
    for (const [name, value] of items) {
      if (value?.command?.nonce === undefined || this.#entries.has(value.command.nonce)) continue;
      this.#entries.set(value.command.nonce, { ...value, name, isKept: true, wasThere: true });
    }
  }

  #keep(entry) {
    entry.isKept = this.#kept.set(entry.name, { command: entry.command, failed: entry.failed });
  }

  #remove(nonce) {
    const entry = this.#entries.get(nonce);
    if (!entry) return false;
    this.#kept.remove(entry.name);
    return this.#entries.delete(nonce);
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
