import { xchacha20poly1305 } from "../vendor/xchacha20poly1305.js";

const PREFIX = "chatterbox/";

/** Items older than this are removed, in ms. */
const LIFE = 30 * 24 * 60 * 60 * 1000;

/** Maximum stored per user, in characters; browsers allow 5 million for all users together. */
const SIZE_MAX = 2_000_000;

const NONCE_BYTES = 24;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The only code that stores anything in the browser. Each item belongs to one user and is sealed with a key that only
 * this user's pages receive: the next user of the browser can neither read nor display it. WebCrypto would be
 * asynchronous, and exists in secure contexts only.
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

  /** The value stored under a name; undefined when there is none or it cannot be decrypted. */
  get(name) {
    const kept = this.#read(name);
    if (kept === undefined) return undefined;
    try {
      const bytes = fromBase64(kept.slice(kept.indexOf(".") + 1));
      const text = this.#cipher(bytes.subarray(0, NONCE_BYTES), name).decrypt(bytes.subarray(NONCE_BYTES));
      return JSON.parse(decoder.decode(text));
    } catch {
      // Sealed with another key, or damaged: it will never be readable.
      this.remove(name);
      return undefined;
    }
  }

  has(name) {
    return this.#read(name) !== undefined;
  }

  /** Returns whether it was stored: the storage may be full or missing. */
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

  /** The names that begin with `start`, sorted. */
  names(start) {
    const whole = this.#prefix + start;
    return this.#keys().filter((key) => key.startsWith(whole)).map((key) => key.slice(this.#prefix.length)).sort();
  }

  /** Removes old items of every user. */
  prune() {
    for (const key of this.#keys()) {
      const at = parseInt(this.#backend.getItem(key), 36);
      // Keep items from the future: the clock may have been set back.
      if (!(this.#now() - at <= LIFE)) this.#backend.removeItem(key);
    }
  }

  #cipher(nonce, name) {
    // The name is authenticated: a value cannot be moved to another name.
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

/** The browser may deny access. */
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
