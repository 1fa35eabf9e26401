import { xchacha20poly1305 } from "../vendor/xchacha20poly1305.js";

const PREFIX = "chatterbox/";

/** What nobody has come back for within this time is removed, in ms. */
const LIFE = 30 * 24 * 60 * 60 * 1000;

/** The most that is kept for one user, in characters: browsers have room for 5 million, for all users together. */
const SIZE_MAX = 2_000_000;

const NONCE_BYTES = 24;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The only place where pages keep anything in the browser. Each item belongs to one user and is sealed by a key that only
 * pages of that user are given: whoever uses the browser next can neither read it nor have it shown. WebCrypto would
 * be asynchronous, and is missing where a page did not come by https.
 */
export class SealedStorage {
  #prefix;
  #key;
  #backend;
  #now;

  constructor({ viewer, key, backend = browserStorage(), now = Date.now }) {
    this.#prefix = `${PREFIX}${viewer}/`;
    this.#key = fromBase64(key);
    this.#backend = backend;
    this.#now = now;
  }

  /** The value kept under a name; undefined when there is none that can be read. */
  get(name) {
    const kept = this.#read(name);
    if (kept === undefined) return undefined;
    try {
      const bytes = fromBase64(kept.slice(kept.indexOf(".") + 1));
      const text = this.#cipher(bytes.subarray(0, NONCE_BYTES), name).decrypt(bytes.subarray(NONCE_BYTES));
      return JSON.parse(decoder.decode(text));
    } catch {
      // Sealed by another key, or damaged: nobody will ever read it.
      this.remove(name);
      return undefined;
    }
  }

  has(name) {
    return this.#read(name) !== undefined;
  }

  /** Returns whether it is kept: there may be no room, or no storage at all. */
  set(name, value) {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const sealed = this.#cipher(nonce, name).encrypt(encoder.encode(JSON.stringify(value)));
    const text = `${this.#now().toString(36)}.${toBase64(nonce)}${toBase64(sealed)}`;
    if (this.#size() - (this.#read(name)?.length ?? 0) + text.length > SIZE_MAX) return false;
    try {
      this.#backend.setItem(this.#prefix + name, text);
      return true;
    } catch {
      return false;
    }
  }

  remove(name) {
    try {
      this.#backend?.removeItem(this.#prefix + name);
    } catch {
      // Then it cannot be read either.
    }
  }

  /** The names that begin with `start`, in order. */
  names(start) {
    const whole = this.#prefix + start;
    return this.#keys().filter((key) => key.startsWith(whole)).map((key) => key.slice(this.#prefix.length)).sort();
  }

  /** Removes what is old, whoever it belongs to. */
  prune() {
    for (const key of this.#keys()) {
      const at = parseInt(this.#backend.getItem(key), 36);
      // A clock that was set back must not cost anything.
      if (!(this.#now() - at <= LIFE)) this.#backend.removeItem(key);
    }
  }

  #cipher(nonce, name) {
    // The name is sealed in: what was kept under one cannot be passed off under another.
    return xchacha20poly1305(this.#key, nonce, encoder.encode(this.#prefix + name));
  }

  #read(name) {
    try {
      return this.#backend?.getItem(this.#prefix + name) ?? undefined;
    } catch {
      return undefined;
    }
  }

  #keys() {
    try {
      const keys = [];
      for (let at = 0; at < this.#backend.length; at++) keys.push(this.#backend.key(at));
      return keys.filter((key) => key.startsWith(PREFIX));
    } catch {
      return [];
    }
  }

  #size() {
    return this.names("").reduce((size, name) => size + (this.#read(name)?.length ?? 0), 0);
  }
}

/** A browser may forbid it. */
function browserStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

function toBase64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}
