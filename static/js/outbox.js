/** Delays before a throttled command is retried, in ms: the first and the longest. */
const RETRY_DELAY = 2000;
const RETRY_DELAY_MAX = 30_000;

/**
 * Unacknowledged commands of one room, in order. They outlive a lost connection, a switch of the room, a reload and the
 * closing of the page. Their nonces make retries harmless.
 */
export class Outbox {
  onChange = () => {};
  #kept;
  #room;
  /** By nonce: `{ command, name, failed }`, where `failed` is the reason for a refusal. */
  #entries = new Map();
  #now;
  #last = 0;
  /** The reason for which sending has ended. */
  #ended;

  constructor(kept, room, now = Date.now) {
    this.#kept = kept;
    this.#room = room;
    this.#now = now;
    this.#take(kept.own());
  }

  /** Takes over unsent commands of closed pages. */
  async inherit() {
    const inherited = await this.#kept.inherit();
    if (inherited.length === 0) return;
    this.#take(inherited);
    // Oldest first.
    this.#entries = new Map([...this.#entries].sort(([, a], [, b]) => a.name < b.name ? -1 : 1));
    this.onChange();
  }

  /** Gives up its commands: this page is a copy of another one, which sends them. */
  leaveToOther() {
    for (const [nonce, entry] of this.#entries) {
      if (entry.wasThere) this.#entries.delete(nonce);
      else this.#keep(entry);
    }
    this.onChange();
  }

  /**
   * Adds a command. With `failed`, it is not sent but shown with this reason, to be edited, retried or discarded.
   * `onStored` is called when the server has stored it, if this page is still open.
   */
  add(command, failed, onStored) {
    const nonce = makeNonce();
    // Keep the order even when the clock is set back.
    this.#last = Math.max(this.#now(), this.#last + 1);
    const name = `${this.#last.toString(36)}-${nonce}`;
    const entry = { command: { ...command, nonce }, name, failed: failed ?? this.#ended, onStored };
    this.#entries.set(nonce, entry);
    this.#keep(entry);
    this.onChange();
  }

  /** Replaces the text of a command and sends it. */
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

  /** Removes a command that the server has stored. */
  settle(nonce) {
    const onStored = this.#entries.get(nonce)?.onStored;
    if (!this.#remove(nonce)) return;
    onStored?.();
    // The server accepts commands again: retry the waiting ones now.
    for (const entry of this.#entries.values()) if (entry.waiting !== undefined) again(entry);
    this.onChange();
  }

  /** Handles a refusal. Returns whether the nonce was known. */
  refuse(nonce, reason, code) {
    const entry = this.#entries.get(nonce);
    if (!entry) return false;
    if (code === "rate_limited" || code === "unavailable") {
      entry.waiting = reason;
      entry.tries = (entry.tries ?? 0) + 1;
      // Jitter keeps pages from retrying all at once.
      const wait = Math.min(RETRY_DELAY_MAX, RETRY_DELAY * 2 ** (entry.tries - 1)) * (0.75 + Math.random() / 2);
      setTimeout(() => this.retry(nonce), wait);
    } else {
      entry.failed = reason;
      // The text of an edit whose message is gone can still be posted.
      if (code === "not_found" && entry.command.type === "edit") {
        entry.command = { type: "send", content: entry.command.content, nonce };
        entry.failed = `${reason}. Trying again sends it as a new message`;
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

  /** Stops sending. The commands stay, with the reason. */
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

  /** Sends every command that has not been sent on this line, in order: none overtakes a waiting one. */
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

  /** Whether closing this page would lose something. */
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

/** Makes a command ready to be sent again. */
function again(entry) {
  delete entry.failed;
  delete entry.waiting;
  delete entry.sent;
}

/** `crypto.randomUUID` exists in secure contexts only. */
function makeNonce() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
