import { createHmac, randomBytes } from "node:crypto";
import type { UserId } from "../model.ts";
import type { Store } from "../store.ts";

const SETTING = "browser_secret";
const BYTES = 32;

/**
 * Per-user keys with which pages encrypt what they store in a browser (unsent text). Only pages of the same user get
 * the key, so the next user of the browser cannot read it. The secret is in the database, so keys survive a new signing
 * key.
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
      // A full disk must not prevent startup. Until the secret can be written, keys last as long as the process.
    }
    return new BrowserKeys(secret);
  }

  /** 256 bits, base64url. */
  of(user: UserId): string {
    return createHmac("sha256", this.#secret).update(`browser storage of user ${user}`).digest("base64url");
  }
}
