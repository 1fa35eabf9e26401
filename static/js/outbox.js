/** The delay before a command that the server cannot take now is retried, in ms: the first, and the longest. */
const PATIENCE = 2000;
const PATIENCE_MAX = 30_000;

/**
 * The commands of one room that the server has not acknowledged yet, in order. They outlive a lost connection, a switch of
 * the room, a reload and the closing of the page; their nonces make sending them again harmless.
 */
export class Outbox {
  onChange = () => {};
  #kept;
  #room;
  /** By nonce: `{ command, name, failed }`, where `failed` is why the server refused it. */
  #entries = new Map();
  #now;
  #last = 0;
  /** Why nothing is sent any more. */
  #ended;

  constructor(kept, room, now = Date.now) {
    this.#kept = kept;
    this.#room = room;
    this.#now = now;
    this.#take(kept.own());
  }

  /** Takes over what closed pages could not send. */
  async inherit() {
    const inherited = await this.#kept.inherit();
    if (inherited.length === 0) return;
    this.#take(inherited);
    // The oldest is sent first.
    this.#entries = new Map([...this.#entries].sort(([, a], [, b]) => a.name < b.name ? -1 : 1));
    this.onChange();
  }

  /** This page is a copy of another one, which sends what it has itself. */
  leaveToOther() {
    for (const [nonce, entry] of this.#entries) {
      if (entry.wasThere) this.#entries.delete(nonce);
      else this.#keep(entry);
    }
    this.onChange();
  }

  /**
   * With `failed`, the command is not sent but shown with this reason, to be edited, retried or discarded. `onStored` is
   * called when the server has stored it, if this page is still there.
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

  /** Sends another text instead. */
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

  /** The server has stored it. */
  settle(nonce) {
    const onStored = this.#entries.get(nonce)?.onStored;
    if (!this.#remove(nonce)) return;
    onStored?.();
    // The server takes commands again: nothing needs to wait any longer.
    for (const entry of this.#entries.values()) if (entry.waiting !== undefined) again(entry);
    this.onChange();
  }

  /** The server refused it. Returns whether the nonce was known. */
  refuse(nonce, reason, code) {
    const entry = this.#entries.get(nonce);
    if (!entry) return false;
    if (code === "rate_limited" || code === "unavailable") {
      entry.waiting = reason;
      entry.tries = (entry.tries ?? 0) + 1;
      // Pages must not retry all at once.
      const wait = Math.min(PATIENCE_MAX, PATIENCE * 2 ** (entry.tries - 1)) * (0.75 + Math.random() / 2);
      setTimeout(() => this.retry(nonce), wait);
    } else {
      entry.failed = reason;
      // The text of an edit whose message is gone can still be sent.
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

  /** Nothing is sent any more. The commands stay, with the reason. */
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

  /** Transmits every command that has not been sent on this line, in order: none overtakes one that waits. */
  flush(send) {
    for (const [nonce, entry] of this.#entries) {
      if (entry.waiting !== undefined) break;
      if (entry.failed !== undefined || entry.sent === send) continue;
      // Another page took it over while this one was suspended.
      if (entry.isKept && !this.#kept.has(entry.name)) {
        this.#entries.delete(nonce);
        continue;
      }
      send.transmit({ ...entry.command, room: this.#room });
      entry.sent = send;
    }
  }

  entries() {
    return [...this.#entries].map(([nonce, entry]) => ({ nonce, ...entry }));
  }

  get isEmpty() {
    return this.#entries.size === 0;
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

/** Makes it ready to be sent once more. */
function again(entry) {
  delete entry.failed;
  delete entry.waiting;
  delete entry.sent;
}

/** `crypto.randomUUID` exists in secure contexts only. */
function makeNonce() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
