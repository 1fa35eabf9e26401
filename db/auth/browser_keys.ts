import { createHmac, randomBytes } from "node:crypto";
import type { UserId } from "../model.ts";
import type { Store } from "../store.ts";

const SETTING = "browser_secret";
const BYTES = 32;

/**
 * The keys by which pages seal what they keep in a browser (unsent text). Only a page of the same user is given the same
 * key, so whoever uses the browser next cannot read it. The secret is in the store, so keys outlive a new signing key.
 */
export class BrowserKeys {
  readonly #secret: string;

  private constructor(secret: string) {
    this.#secret = secret;
  }

  static async load(store: Store): Promise<BrowserKeys> {
    const kept = await store.settings.get(SETTING);
    if (kept !== undefined) return new BrowserKeys(kept);
    const secret = randomBytes(BYTES).toString("base64url");
    try {
      await store.settings.set(SETTING, secret);
    } catch {
      // A full disk must not keep the server from starting: until it has room, keys last as long as the process.
    }
    return new BrowserKeys(secret);
  }

  /** 256 bits, as base64url. */
  of(user: UserId): string {
    return createHmac("sha256", this.#secret).update(`browser storage of user ${user}`).digest("base64url");
  }
}
